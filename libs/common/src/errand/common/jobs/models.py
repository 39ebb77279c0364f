"""The kernel's tables. They carry no schema: each service has its own set, found by the search path.

JSON is stored as `json`, not `jsonb`: nobody searches in it, and clients get it back as it was written.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from errand.common.database import NAMING


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: sa.DateTime(timezone=True), dict[str, Any]: sa.JSON, str: sa.Text}


metadata = Base.metadata

# Rows of these tables change many times within seconds: vacuum must come by their number, not by the table's size.
_BUSY = {"autovacuum_vacuum_scale_factor": 0.02, "autovacuum_vacuum_threshold": 500}

_now = sa.func.now()


def _job_key() -> Mapped[UUID]:
    return mapped_column(sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)


class Job(Base):
    """What a client sees: one id, one owner, one status, one story."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_owner", "owner_id", "id"),
        sa.Index("ix_jobs_ended", "ended_at", postgresql_where=sa.text("ended_at IS NOT NULL")),
        sa.Index("ix_jobs_session", "owner_id", "session_id", postgresql_where=sa.text("session_id IS NOT NULL")),
        sa.Index("ix_jobs_batch", "batch_id", postgresql_where=sa.text("batch_id IS NOT NULL")),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner_id: Mapped[UUID]
    status: Mapped[str]
    stage: Mapped[str | None]
    progress: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    title: Mapped[str]
    description: Mapped[str]
    session_id: Mapped[str | None]
    batch_id: Mapped[UUID | None]
    input: Mapped[Any] = mapped_column(sa.JSON)
    result: Mapped[Any | None] = mapped_column(sa.JSON)
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(server_default=_now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    head: Mapped["JobHead"] = relationship(lazy="joined", innerjoin=True)

    @property
    def seq(self) -> int:
        """The number of the job's last event: its version."""
        return self.head.seq


class JobHead(Base):
    """The narrow row beside each job that every event and heartbeat writes: its last seq and the lease on it.

    `open_runs` have not ended; `cancel_requested` is about the one under way. No index but the key, so that Postgres
    updates it in place (HOT).
    """

    __tablename__ = "job_heads"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50, **_BUSY}},)

    job_id: Mapped[UUID] = _job_key()
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    open_runs: Mapped[int]
    cancel_requested: Mapped[bool] = mapped_column(server_default=sa.false())
    lease_token: Mapped[UUID | None]
    lease_owner: Mapped[str | None]
    lease_expires_at: Mapped[datetime | None]


class Run(Base):
    """One go of a worker at a job, with its attempts.

    `turn` is its place in the fair order: see `statements`.
    """

    __tablename__ = "runs"
    __table_args__ = (
        sa.UniqueConstraint("job_id", "number"),
        sa.Index("ix_runs_due", "queue", "priority", "turn", "id", postgresql_where=sa.text("state = 'due'")),
        sa.Index(
            "ix_runs_due_owner", "queue", "owner_id", "priority", "turn", postgresql_where=sa.text("state = 'due'")
        ),
        sa.Index("ix_runs_unended", "concurrency_key", "id", postgresql_where=sa.text("state <> 'ended'")),
        # Whatever else goes wrong, two runs with one key never run at once.
        sa.Index("uq_runs_running", "concurrency_key", unique=True, postgresql_where=sa.text("state = 'running'")),
        {"postgresql_with": _BUSY},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(sa.ForeignKey("jobs.id", ondelete="CASCADE"))
    number: Mapped[int]
    handler: Mapped[str]
    owner_id: Mapped[UUID]
    payload: Mapped[Any | None] = mapped_column(sa.JSON)
    queue: Mapped[str]
    priority: Mapped[int] = mapped_column(sa.SmallInteger)
    turn: Mapped[int] = mapped_column(sa.BigInteger)
    concurrency_key: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int]
    time_limit_s: Mapped[int]
    available_at: Mapped[datetime] = mapped_column(server_default=_now)
    dispatch_after: Mapped[datetime] = mapped_column(server_default=_now)
    deadline_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: The W3C traceparent of the request that added the run.
    trace_parent: Mapped[str | None]


class JobEvent(Base):
    """One entry of a job's story; seq runs from 1 without a gap, and no entry ever changes."""

    __tablename__ = "job_events"

    job_id: Mapped[UUID] = _job_key()
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    run: Mapped[int]
    attempt: Mapped[int]
    node: Mapped[str]
    type: Mapped[str]
    message: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=_now)


class OutboxEntry(Base):
    """An event that Redis may not have yet. Without a foreign key, which would cost a tenth of all that Postgres does
    for a job: whoever deletes a job deletes its entries."""

    __tablename__ = "event_outbox"
    __table_args__ = ({"postgresql_with": _BUSY},)

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=_now)


class RunStep(Base):
    """The kept outcome of a finished step of a run."""

    __tablename__ = "run_steps"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    result: Mapped[Any] = mapped_column(sa.JSON)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    job_id: Mapped[UUID] = mapped_column(
        # The key is taken before the job is written, in one transaction.
        sa.ForeignKey("jobs.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        index=True,
    )
    created_at: Mapped[datetime] = mapped_column(server_default=_now)
