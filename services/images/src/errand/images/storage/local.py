"""Files in a folder, which API and workers see alike."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from errand.images.storage.addresses import address_of
from errand.images.storage.errors import ContentMissing, StorageUnavailable

#: Of the folder for what is still being written.
PARTIAL = "partial"


class LocalStorage:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        with _translated():
            if path.exists():
                return
            partial = self._folder / PARTIAL / uuid4().hex
            _make_folder(partial.parent)
            _make_folder(path.parent)
            try:
                _write(partial, content)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _sync(path.parent)

    def read(self, digest: str, start: int = 0, end: int | None = None) -> bytes:
        try:
            with _translated(), self._path(digest).open("rb") as file:
                file.seek(start)
                return file.read() if end is None else file.read(max(0, end - start))
        except FileNotFoundError as error:
            raise ContentMissing from error

    def delete(self, digest: str) -> None:
        with _translated():
            self._path(digest).unlink(missing_ok=True)

    def sweep(self, age_s: float) -> None:
        with _translated(), contextlib.suppress(FileNotFoundError):
            for partial in (self._folder / PARTIAL).iterdir():
                # Its writer may be about to rename it.
                with contextlib.suppress(FileNotFoundError):
                    if partial.stat().st_mtime < time.time() - age_s:
                        partial.unlink()

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, digest: str) -> Path:
        return self._folder / address_of(digest)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageUnavailable from error


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(path: Path) -> None:
    if not path.exists():
        _make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
