"""Objects in a bucket of S3, or of a service that speaks its API: MinIO, Ceph, R2."""

import contextlib
from collections.abc import Iterator

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from errand.images.storage.addresses import address_of
from errand.images.storage.errors import ContentMissing, StorageUnavailable

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
    # As many as a process has threads that serve or store.
    max_pool_connections=40,
    # The checksums that S3 has of late; others refuse them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)

# Of a call under a lock: Postgres ends a transaction that waits for longer than 15 s.
_BRIEF = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1})


class S3Storage:
    """Endpoint, region and credentials are the AWS SDK's own settings: AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID …"""

    def __init__(self, bucket: str, prefix: str = "") -> None:
        session = boto3.Session()
        self._client = session.client("s3", config=_CONFIG)
        self._deleting = session.client("s3", config=_CONFIG.merge(_BRIEF))
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def put(self, digest: str, content: bytes) -> None:
        with _translated():
            self._client.put_object(**self._object(digest), Body=content)

    def read(self, digest: str, start: int = 0, end: int | None = None) -> bytes:
        if end is not None and end <= start:
            return b""
        asked = f"bytes={start}-{'' if end is None else end - 1}"
        try:
            with _translated(), self._client.get_object(**self._object(digest), Range=asked)["Body"] as body:
                content: bytes = body.read()
                return content
        except _Beyond:
            return b""

    def delete(self, digest: str) -> None:
        with _translated():
            self._deleting.delete_object(**self._object(digest))

    def sweep(self, age_s: float) -> None:
        """An object that was not written whole is none."""

    def close(self) -> None:
        self._client.close()
        self._deleting.close()

    def _object(self, digest: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + address_of(digest)}


class _Beyond(Exception):
    """The range begins behind the end."""


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "NoSuchKey":
                raise ContentMissing from error
            case "InvalidRange":
                raise _Beyond from error
            case _:
                raise StorageUnavailable from error
    except BotoCoreError as error:
        raise StorageUnavailable from error
