"""The service's tables beside the job kernel's: images with their files, batches, and what users have spent."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from errand.common.database import NAMING
from errand.common.jobs.models import Job
from errand.common.jobs.models import metadata as jobs


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: sa.DateTime(timezone=True), str: sa.Text}


_now = sa.func.now()
_USD = sa.Numeric(14, 6)


def _job_key() -> Mapped[UUID]:
    return mapped_column(sa.ForeignKey(Job.id, ondelete="CASCADE"), primary_key=True)


class Image(Base):
    """What a job is to make: beside the job, what images are looked up by."""

    __tablename__ = "images"
    __table_args__ = (
        sa.Index("ix_images_blog", "owner_id", "blog_id", "job_id", postgresql_where=sa.text("blog_id IS NOT NULL")),
        sa.Index(
            "ix_images_durations",
            *("provider", "model", "quality", "pixels", "job_id"),
            postgresql_where=sa.text("duration_s IS NOT NULL"),
        ),
    )

    job_id: Mapped[UUID] = _job_key()
    owner_id: Mapped[UUID]
    blog_id: Mapped[str | None]
    #: The draft that this is the final of: a draft has one final.
    draft_job_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("images.job_id", ondelete="SET NULL"), unique=True)
    provider: Mapped[str]
    model: Mapped[str]
    quality: Mapped[str]
    pixels: Mapped[int]
    #: How long the image took to make; None as long as there is none.
    duration_s: Mapped[float | None]


class Batch(Base):
    """Images that were asked for together, in the order of their jobs' ids."""

    __tablename__ = "image_batches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    blog_id: Mapped[str | None]
    workflow: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)


class StoredFile(Base):
    """Content that is in the storage, or about to be: written down before it gets there, so that what nobody came to
    refer to is found and removed. `digest` is its SHA-256 in hex; `needed_at`, when somebody last wanted to store it.
    """

    __tablename__ = "stored_files"
    __table_args__ = (sa.Index("ix_stored_files_needed", "needed_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    needed_at: Mapped[datetime] = mapped_column(server_default=_now)


class ImageFile(Base):
    """A file of an image, by its name in the URL."""

    __tablename__ = "image_files"

    job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("images.job_id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.ForeignKey("stored_files.digest"), index=True)
    content_type: Mapped[str]


class Spending(Base):
    """What a user has spent in a month, together with what is reserved."""

    __tablename__ = "spendings"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Its first day.
    month: Mapped[date] = mapped_column(primary_key=True)
    committed_usd: Mapped[Decimal] = mapped_column(_USD)


class Charge(Base):
    """What a job costs: `reserved` before it is known, then `settled` once, or `released`."""

    __tablename__ = "charges"
    __table_args__ = (sa.Index("ix_charges_reserved", "owner_id", postgresql_where=sa.text("state = 'reserved'")),)

    job_id: Mapped[UUID] = _job_key()
    owner_id: Mapped[UUID]
    month: Mapped[date]
    state: Mapped[str]
    #: The estimate while it is reserved, then what it came to.
    amount_usd: Mapped[Decimal] = mapped_column(_USD)


class ShownImage(Struct, frozen=True):
    """A job, what it is to make, and for a draft the job of its final."""

    job: Job
    image: Image
    final_job_id: UUID | None


METADATA: Sequence[sa.MetaData] = (jobs, Base.metadata)
