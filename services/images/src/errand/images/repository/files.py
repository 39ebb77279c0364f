"""Files: what is in the storage, and which images refer to it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects.postgresql import insert

from errand.common.database import Transaction
from errand.images.domain import StoredFileFacts
from errand.images.models import Image, ImageFile, StoredFile


class ServedFile(Struct, frozen=True):
    """What it takes to serve a file of an image."""

    digest: str
    content_type: str
    size_bytes: int
    owner_id: UUID


_unused = ~sa.exists().where(ImageFile.digest == StoredFile.digest)


def need(tx: Transaction, sizes_bytes: Mapping[str, int]) -> None:
    """Note that somebody is about to store these, by their digests."""
    # In one order: others may want some of the same.
    rows = [{"digest": digest, "size_bytes": size} for digest, size in sorted(sizes_bytes.items())]
    statement = insert(StoredFile).values(rows)
    tx.execute(statement.on_conflict_do_update(index_elements=["digest"], set_={"needed_at": sa.func.now()}))


def refer(tx: Transaction, job_id: UUID, files: Sequence[StoredFileFacts]) -> None:
    """What the image has by these names already is replaced."""
    rows = [
        {"job_id": job_id, "name": file.name, "digest": file.digest, "content_type": file.content_type}
        for file in files
    ]
    new = insert(ImageFile).values(rows)
    columns = {name: new.excluded[name] for name in ("digest", "content_type")}
    tx.execute(new.on_conflict_do_update(index_elements=["job_id", "name"], set_=columns))


def find(tx: Transaction, job_id: UUID, name: str) -> ServedFile | None:
    if "\0" in name:  # which Postgres refuses
        return None
    query = (
        sa.select(ImageFile.digest, ImageFile.content_type, StoredFile.size_bytes, Image.owner_id)
        .join(StoredFile, StoredFile.digest == ImageFile.digest)
        .join(Image, Image.job_id == ImageFile.job_id)
        .where(ImageFile.job_id == job_id, ImageFile.name == name)
    )
    return next((ServedFile(*row) for row in tx.execute(query)), None)


def unused(tx: Transaction, age_s: float, *, limit: int) -> list[str]:
    """The digests of what no image refers to and nobody has wanted to store for so long, the oldest first."""
    query = sa.select(StoredFile.digest).where(_unused, _is_older(age_s)).order_by(StoredFile.needed_at).limit(limit)
    return [row.digest for row in tx.execute(query)]


def lock_old(tx: Transaction, digest: str, age_s: float) -> bool:
    """False where it is gone, in somebody's hands, or wanted again meanwhile."""
    query = sa.select(StoredFile.digest).where(StoredFile.digest == digest, _is_older(age_s))
    return bool(tx.execute(query.with_for_update(skip_locked=True)))


def remove_unused(tx: Transaction, digest: str) -> bool:
    """False where an image refers to it."""
    statement = sa.delete(StoredFile).where(StoredFile.digest == digest, _unused).returning(StoredFile.digest)
    return bool(tx.execute(statement))


def _is_older(age_s: float) -> sa.ColumnElement[bool]:
    return StoredFile.needed_at <= sa.func.now() - timedelta(seconds=age_s)
