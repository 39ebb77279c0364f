"""Where the content of files is, by its SHA-256: a folder, or a bucket of an S3-compatible service."""

from typing import Protocol, runtime_checkable


# Litestar looks at what it injects.
@runtime_checkable
class Storage(Protocol):
    """Threads share it. Raises StorageUnavailable where it cannot be reached."""

    def put(self, digest: str, content: bytes) -> None:
        """Store `content`, whole or not at all; what is there already stays."""

    def read(self, digest: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` up to `end`. Raises ContentMissing."""

    def delete(self, digest: str) -> None:
        """Nothing happens where there is none."""

    def sweep(self, age_s: float) -> None:
        """Remove what writers left that were killed longer ago."""

    def close(self) -> None: ...
