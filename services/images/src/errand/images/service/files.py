"""Files: their content is stored once, however many images have it, and as long as one does."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from errand.common.database import Database, Transaction
from errand.images.domain import FileNotFound, StoredFileFacts
from errand.images.repository import files
from errand.images.repository.files import ServedFile
from errand.images.storage import Storage

_BATCH = 100


def store(database: Database, storage: Storage, contents: Mapping[str, bytes]) -> None:
    """Put `contents`, by their digests, into the storage. They stay there for as long as `remove_unused` leaves them,
    and for good once an image refers to them."""
    # First: what a worker has stored before it died must be known, or it stays for ever.
    with database.autocommit() as tx:
        files.need(tx, {digest: len(content) for digest, content in contents.items()})
    # At once: a bucket, and a disk that is to have it for sure, take their time for each.
    with ThreadPoolExecutor(len(contents)) as threads:
        list(threads.map(storage.put, contents.keys(), contents.values()))


def refer(tx: Transaction, job_id: UUID, stored: Sequence[StoredFileFacts]) -> None:
    """Let an image have these files, in the place of those that it has by the same names."""
    files.refer(tx, job_id, stored)


def find(tx: Transaction, job_id: UUID, name: str) -> ServedFile:
    """Raises FileNotFound."""
    file = files.find(tx, job_id, name)
    if file is None:
        raise FileNotFound
    return file


def remove_unused(database: Database, storage: Storage, *, age_s: float) -> int:
    """Remove what no image refers to and nobody has stored anew in the last `age_s`, which is longer than a job has
    from storing a file to referring to it. How many there were."""
    removed = 0
    while batch := _unused(database, age_s):
        gone = sum(_remove(database, storage, digest, age_s) for digest in batch)
        removed += gone
        if gone < len(batch):
            break
    storage.sweep(age_s)
    return removed


def _unused(database: Database, age_s: float) -> list[str]:
    with database.autocommit() as tx:
        return files.unused(tx, age_s, limit=_BATCH)


def _remove(database: Database, storage: Storage, digest: str, age_s: float) -> bool:
    """Whoever stores the same now waits for the row, and puts the content back once it is gone. Where the commit fails
    after the content was deleted, the row stays and the next sweep takes it."""
    with database.transaction() as tx:
        # Two statements: only the second sees an image that began to refer to it before the lock was had.
        if not files.lock_old(tx, digest, age_s) or not files.remove_unused(tx, digest):
            return False
        storage.delete(digest)
    return True
