"""Every read of the kernel's tables, and the deletions of what is old."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from errand.common.database import Transaction
from errand.common.jobs import statements
from errand.common.jobs.models import IdempotencyKey, Job, JobEvent, JobHead, Run

_PURGE_BATCH = 500


def job(tx: Transaction, job_id: UUID) -> Job | None:
    """As it is now, whatever the session has seen of it before."""
    return tx.session.get(Job, job_id, populate_existing=True)


def jobs(tx: Transaction, owner_id: UUID, ids: Iterable[UUID]) -> Sequence[Job]:
    """Those of `ids` that are the owner's, newest first."""
    query = sa.select(Job).where(Job.owner_id == owner_id, Job.id.in_(list(ids))).order_by(Job.id.desc())
    return tx.session.scalars(query).all()


def newest(tx: Transaction, owner_id: UUID, kind: str, *, limit: int, before: UUID | None = None) -> Sequence[Job]:
    """The owner's jobs of one kind, newest first, from behind `before` on."""
    query = sa.select(Job).where(Job.owner_id == owner_id, Job.kind == kind).order_by(Job.id.desc()).limit(limit)
    return tx.session.scalars(query.where(Job.id < before) if before else query).all()


def newest_ids(tx: Transaction, owner_id: UUID, *, limit: int) -> Sequence[UUID]:
    query = sa.select(Job.id).where(Job.owner_id == owner_id).order_by(Job.id.desc()).limit(limit)
    return tx.session.scalars(query).all()


def positions(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, int]:
    """The last seq of each of these jobs, whoever owns them; those that are gone are missing."""
    rows = tx.session.execute(sa.select(JobHead.job_id, JobHead.seq).where(JobHead.job_id.in_(list(ids))))
    return {job_id: seq for job_id, seq in rows}


def count(tx: Transaction, owner_id: UUID, kind: str | None = None) -> int:
    query = sa.select(sa.func.count()).select_from(Job).where(Job.owner_id == owner_id)
    return tx.session.scalar(query.where(Job.kind == kind) if kind else query) or 0


def events(tx: Transaction, job_ids: Iterable[UUID]) -> Sequence[JobEvent]:
    """All events of these jobs, in order."""
    query = sa.select(JobEvent).where(JobEvent.job_id.in_(list(job_ids))).order_by(JobEvent.job_id, JobEvent.seq)
    return tx.session.scalars(query).all()


def events_after(tx: Transaction, job_id: UUID, after: int, *, limit: int) -> Sequence[JobEvent]:
    query = sa.select(JobEvent).where(JobEvent.job_id == job_id, JobEvent.seq > after).order_by(JobEvent.seq)
    return tx.session.scalars(query.limit(limit)).all()


def last_run(tx: Transaction, job_id: UUID) -> Run:
    query = sa.select(Run).where(Run.job_id == job_id).order_by(Run.number.desc()).limit(1)
    return tx.session.scalars(query).one()


def idempotency_key(tx: Transaction, owner_id: UUID, key: str | None) -> IdempotencyKey:
    return tx.session.get_one(IdempotencyKey, (owner_id, key))


def purge(tx: Transaction, owner_id: UUID, kind: str, age_s: float) -> int:
    parameters = {"owner_id": owner_id, "kind": kind, "age_s": age_s, "limit": _PURGE_BATCH}
    gone = 0
    while rows := tx.execute(statements.PURGE_JOBS, parameters):
        gone += len(rows)
    return gone
