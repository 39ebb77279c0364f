"""From settings to a storage."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from errand.common.settings import SettingsError
from errand.images.storage import Storage
from errand.images.storage.local import LocalStorage


def open_storage(files_url: str) -> Storage:
    """`file:///folder`, or `s3://bucket/prefix`. Connects to nothing yet.

    Raises SettingsError where S3 is asked for and its SDK is not installed.
    """
    url = urlsplit(files_url)
    path = unquote(url.path)
    if url.scheme == "file":
        return LocalStorage(Path(path))
    try:
        from errand.images.storage.s3 import S3Storage
    except ModuleNotFoundError as error:
        raise SettingsError(
            "ERRAND_FILES_URL=s3://… needs a package that is not installed: pip install errand-images[s3]"
        ) from error
    return S3Storage(url.netloc, path.strip("/"))
