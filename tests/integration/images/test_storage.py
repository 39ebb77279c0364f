"""What is stored, what refers to it, and what is swept up."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from errand.common.errors import NotFound, Unavailable
from errand.images.domain import FileNotFound, StoredFileFacts
from errand.images.service import files
from errand.images.storage import Storage
from errand.images.storage.errors import StorageUnavailable
from tests.integration.images.conftest import Submitted, store
from tests.waiting import until

CONTENT = b"a picture"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
LONG_S = 3600


class Hooked:
    """A storage where something else happens in the middle of a call."""

    def __init__(
        self, storage: Storage, *, put: Callable[[], object] = bool, delete: Callable[[], object] = bool
    ) -> None:
        self._storage = storage
        self._put, self._delete = put, delete

    def put(self, digest: str, content: bytes) -> None:
        self._put()
        self._storage.put(digest, content)

    def read(self, digest: str, start: int = 0, end: int | None = None) -> bytes:
        return self._storage.read(digest, start, end)

    def delete(self, digest: str) -> None:
        self._delete()
        self._storage.delete(digest)

    def sweep(self, age_s: float) -> None:
        self._storage.sweep(age_s)

    def close(self) -> None:
        self._storage.close()


def down() -> None:
    raise StorageUnavailable


def facts(name: str, digest: str = DIGEST) -> StoredFileFacts:
    return StoredFileFacts(name=name, digest=digest, content_type="image/png", size_bytes=9, width=1, height=1)


def age(database: Database) -> None:
    """As if everything had been stored a day ago."""
    database.execute(sa.text("UPDATE stored_files SET needed_at = now() - interval '1 day'"))


def store_many(database: Database, storage: Storage, contents: Sequence[bytes]) -> list[str]:
    """Their digests."""
    stored = {hashlib.sha256(content).hexdigest(): content for content in contents}
    files.store(database, storage, stored)
    return list(stored)


def known(database: Database) -> list[str]:
    return [row.digest for row in database.execute(sa.text("SELECT digest FROM stored_files ORDER BY digest"))]


def refer(database: Database, job_id: str, *stored: StoredFileFacts) -> None:
    with database.transaction() as tx:
        files.refer(tx, UUID(job_id), stored)


def sweep(database: Database, storage: Storage) -> int:
    return files.remove_unused(database, storage, age_s=LONG_S)


def test_content_is_stored_by_its_digest_and_once(database: Database, storage: Storage) -> None:
    store(database, storage, CONTENT)
    store(database, storage, CONTENT)

    assert storage.read(DIGEST) == CONTENT
    assert known(database) == [DIGEST]


def test_what_an_image_refers_to_is_found_by_its_name(
    database: Database, storage: Storage, submitted: Submitted, user_id: UUID
) -> None:
    job_id, other = submitted(), submitted()
    store(database, storage, CONTENT)
    refer(database, job_id, facts("image.png"))

    with database.transaction() as tx:
        found = files.find(tx, UUID(job_id), "image.png")
        for job, name in ((job_id, "image.webp"), (other, "image.png")):
            with pytest.raises(FileNotFound):
                files.find(tx, UUID(job), name)
    assert (found.digest, found.content_type, found.size_bytes, found.owner_id) == (DIGEST, "image/png", 9, user_id)


def test_of_two_files_by_one_name_an_image_has_the_later(
    database: Database, storage: Storage, submitted: Submitted
) -> None:
    job_id = submitted()
    earlier = store(database, storage, b"another")
    store(database, storage, CONTENT)
    refer(database, job_id, facts("image.png", earlier), facts("image.webp", earlier))
    refer(database, job_id, facts("image.png"), facts("image.svg"))

    with database.transaction() as tx:
        found = [files.find(tx, UUID(job_id), name).digest for name in ("image.png", "image.webp", "image.svg")]
    assert found == [DIGEST, earlier, DIGEST]


def test_what_nobody_refers_to_is_removed_after_a_while(
    database: Database, storage: Storage, submitted: Submitted
) -> None:
    unused = store_many(database, storage, [f"unused {number}".encode() for number in range(250)])
    store(database, storage, CONTENT)
    refer(database, submitted(), facts("image.png"))
    age(database)
    fresh = store(database, storage, b"fresh")

    assert sweep(database, storage) == 250

    assert known(database) == sorted([DIGEST, fresh])
    assert storage.read(DIGEST) == CONTENT
    assert storage.read(fresh) == b"fresh"
    for digest in unused:
        with pytest.raises(NotFound):
            storage.read(digest)
    assert sweep(database, storage) == 0


def test_what_several_images_have_goes_with_the_last(
    database: Database, storage: Storage, submitted: Submitted
) -> None:
    jobs = [submitted(), submitted()]
    store(database, storage, CONTENT)
    age(database)
    for job_id in jobs:
        refer(database, job_id, facts("image.png"))

    for left, job_id in enumerate(jobs):
        database.execute(sa.text("DELETE FROM jobs WHERE id = :id"), {"id": job_id})
        assert sweep(database, storage) == left


def test_what_is_stored_anew_is_young_again(database: Database, storage: Storage) -> None:
    store(database, storage, CONTENT)
    age(database)
    store(database, storage, CONTENT)

    assert sweep(database, storage) == 0
    assert storage.read(DIGEST) == CONTENT


def test_what_is_in_the_storage_is_known_even_where_its_writer_died(database: Database, storage: Storage) -> None:
    with pytest.raises(Unavailable):
        store(database, Hooked(storage, put=down), CONTENT)

    assert known(database) == [DIGEST]
    age(database)
    assert sweep(database, storage) == 1


def test_what_cannot_be_deleted_is_deleted_later(database: Database, storage: Storage) -> None:
    store(database, storage, CONTENT)
    age(database)
    with pytest.raises(Unavailable):
        sweep(database, Hooked(storage, delete=down))

    assert known(database) == [DIGEST]
    assert sweep(database, storage) == 1


def test_content_that_is_stored_while_it_is_removed_is_there_in_the_end(database: Database, storage: Storage) -> None:
    store(database, storage, CONTENT)
    age(database)
    with ThreadPoolExecutor(1) as threads:
        stored = []

        def meanwhile() -> None:
            stored.append(threads.submit(store, database, storage, CONTENT))
            until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))

        assert sweep(database, Hooked(storage, delete=meanwhile)) == 1
        assert stored[0].result() == DIGEST

    assert known(database) == [DIGEST]
    assert storage.read(DIGEST) == CONTENT


def test_what_begins_to_be_referred_to_is_left_alone(
    database: Database, storage: Storage, submitted: Submitted
) -> None:
    job_id = UUID(submitted())
    store(database, storage, CONTENT)
    age(database)

    with database.transaction() as tx:
        files.refer(tx, job_id, [facts("image.png")])
        assert sweep(database, storage) == 0

    assert sweep(database, storage) == 0
    assert storage.read(DIGEST) == CONTENT


def test_storing_and_sweeping_at_the_same_moment_loses_nothing(database: Database, storage: Storage) -> None:
    together = threading.Barrier(3)

    def put() -> None:
        together.wait()
        store(database, storage, CONTENT)

    def remove() -> None:
        together.wait()
        sweep(database, storage)

    with ThreadPoolExecutor(3) as threads:
        for _ in range(60):
            age(database)
            for call in [threads.submit(action) for action in (put, remove, remove)]:
                call.result()
            assert storage.read(DIGEST) == CONTENT
            assert known(database) == [DIGEST]


def test_two_who_sweep_at_once_remove_everything_once(database: Database, storage: Storage) -> None:
    store_many(database, storage, [str(number).encode() for number in range(120)])
    age(database)

    with ThreadPoolExecutor(2) as threads:
        removed = sum(threads.map(lambda _: sweep(database, storage), range(2)))

    assert removed + sweep(database, storage) == 120
    assert known(database) == []
