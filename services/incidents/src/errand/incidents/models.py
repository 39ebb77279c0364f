"""The service's tables beside the job kernel's: incidents with what became of them, and runbooks that users wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from errand.common.database import NAMING
from errand.common.jobs.models import Job
from errand.common.jobs.models import metadata as jobs
from errand.incidents.analysis.report import IncidentType, Priority, Severity
from errand.incidents.handling import AuditAction, IncidentState


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: sa.DateTime(timezone=True), str: sa.Text}


_now = sa.func.now()


class Incident(Base):
    """What a run analyses: how it is searched for, how people handle it, and what they think of the analysis."""

    __tablename__ = "incidents"
    __table_args__ = (
        sa.Index("ix_incidents_owner", "owner_id", "job_id"),
        sa.Index("ix_incidents_state", "owner_id", "state", "job_id"),
        sa.Index(
            "ix_incidents_assignee",
            *("owner_id", "assignee", "job_id"),
            postgresql_where=sa.text("assignee IS NOT NULL"),
        ),
        sa.Index("ix_incidents_reported", "owner_id", "reported_at"),
        sa.Index("ix_incidents_digest", "owner_id", "text_digest", "reported_at"),
        sa.Index("ix_incidents_entities", "entities", postgresql_using="gin"),
    )

    job_id: Mapped[UUID] = mapped_column(sa.ForeignKey(Job.id, ondelete="CASCADE"), primary_key=True)
    owner_id: Mapped[UUID]
    reported_at: Mapped[datetime] = mapped_column(server_default=_now)
    #: SHA-256 of the text without its case and white space.
    text_digest: Mapped[bytes]

    # Of the analysis, once there is one.
    incident_type: Mapped[IncidentType | None] = mapped_column(sa.Text)
    severity: Mapped[Severity | None] = mapped_column(sa.Text)
    priority: Mapped[Priority | None] = mapped_column(sa.Text)
    summary: Mapped[str | None]
    #: The first run that seems to have reported the same; it may be gone by now.
    duplicate_of: Mapped[UUID | None]
    #: The stems of the text, counted, and its entities as `kind:value`: what later incidents are compared with.
    terms: Mapped[dict[str, int] | None] = mapped_column(sa.JSON(none_as_null=True))
    entities: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))

    # Of the people who handle it.
    state: Mapped[IncidentState] = mapped_column(sa.Text, server_default="open")
    assignee: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    cause: Mapped[str | None]
    resolution: Mapped[str | None]

    # Their feedback on the analysis.
    helpful: Mapped[bool | None]
    correct_type: Mapped[IncidentType | None] = mapped_column(sa.Text)
    correct_severity: Mapped[Severity | None] = mapped_column(sa.Text)
    notes: Mapped[str | None]


class AuditEntry(Base):
    """Who did what with an incident, and when. Entries are never changed; they go with their incident."""

    __tablename__ = "audit_entries"

    job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("incidents.job_id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(server_default=_now)
    actor_id: Mapped[UUID]
    action: Mapped[AuditAction] = mapped_column(sa.Text)
    #: What it set, by column.
    changes: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    note: Mapped[str | None]


class RunbookVersion(Base):
    """A user's version of a runbook, which takes the place of those before it and of the service's own for this user.

    Without content, the runbook is withdrawn.
    """

    __tablename__ = "runbook_versions"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    runbook_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(server_default=_now)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


METADATA: Sequence[sa.MetaData] = (jobs, Base.metadata)
