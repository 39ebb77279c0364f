"""The service's tables beside the job kernel's: pages in versions, what was said about them, what their visitors sent.

`session_id` is a name that a client chose, and means something together with its owner only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from errand.agents.checkpoints.tables import metadata as checkpoints
from errand.agents.domain import PageStatus
from errand.common.database import NAMING
from errand.common.jobs.models import metadata as jobs


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: sa.DateTime(timezone=True), dict[str, Any]: sa.JSON, str: sa.Text}


_now = sa.func.now()


def _page_key(**options: Any) -> Mapped[UUID]:
    return mapped_column(sa.ForeignKey("landing_pages.id", ondelete="CASCADE"), **options)


class LandingPage(Base):
    """The page of a session. `slug` is its address, `current_version` what is shown there, `job_id` the newest job
    that works on it, `init_job_id` the one that it came with."""

    __tablename__ = "landing_pages"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "session_id"),
        sa.Index("ix_landing_pages_owner", "owner_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    session_id: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    init_job_id: Mapped[UUID]
    job_id: Mapped[UUID]
    current_version: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(server_default=_now, onupdate=_now)


class PageVersion(Base):
    """What a job published, once: the page as data, the report on it, and in a sentence what is new."""

    __tablename__ = "page_versions"
    __table_args__ = (sa.UniqueConstraint("page_id", "job_id"),)

    page_id: Mapped[UUID] = _page_key(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    summary: Mapped[str]
    #: What the page was made of: chats go on from it.
    brief: Mapped[dict[str, Any]]
    page: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)


class PageFile(Base):
    """A file of a version; `digest` is its SHA-256 in hex."""

    __tablename__ = "page_files"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["page_id", "version"], ["page_versions.page_id", "page_versions.number"], ondelete="CASCADE"
        ),
    )

    page_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    content_type: Mapped[str]
    digest: Mapped[str]


class ChatTurn(Base):
    """What a user said, and once the job is done what was answered."""

    __tablename__ = "chat_turns"
    __table_args__ = (sa.Index("ix_chat_turns_session", "owner_id", "session_id", "job_id"),)

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    session_id: Mapped[str]
    message: Mapped[str]
    reply: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)
    replied_at: Mapped[datetime | None]


class FormSubmission(Base):
    """What a visitor sent with the form of a published page."""

    __tablename__ = "form_submissions"
    __table_args__ = (sa.Index("ix_form_submissions_page", "page_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    page_id: Mapped[UUID] = _page_key()
    version: Mapped[int]
    fields: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)


class ShownPage(msgspec.Struct, frozen=True):
    """A page, and what the world sees of it: no version as long as nothing is published."""

    page: LandingPage
    version: PageVersion | None
    status: PageStatus


METADATA: Sequence[sa.MetaData] = (jobs, Base.metadata, checkpoints)
