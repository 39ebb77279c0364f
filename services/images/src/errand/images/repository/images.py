"""Images, batches and how long images take."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from errand.common.database import Transaction
from errand.common.jobs.domain import RunState
from errand.common.jobs.models import Job, Run
from errand.images.models import Batch, Image, ShownImage

#: What is longer than that is not told apart: nobody is helped by an estimate of hours.
MAX_QUEUE = 500
_RECENT = 50

_Final = aliased(Image)


def add(tx: Transaction, image: Image) -> None:
    tx.session.add(image)
    tx.session.flush()


def add_batch(tx: Transaction, batch: Batch) -> None:
    tx.session.add(batch)
    tx.session.flush()


def find(tx: Transaction, owner_id: UUID, job_id: UUID) -> ShownImage | None:
    return _one(tx, _shown(owner_id).where(Job.id == job_id))


def newest(
    tx: Transaction, owner_id: UUID, blog_id: str | None, *, limit: int, before: UUID | None
) -> Sequence[ShownImage]:
    """The newest first, from behind `before` on; with `blog_id`, that blog's alone."""
    if blog_id is not None and "\0" in blog_id:  # which Postgres refuses
        return []
    query = _shown(owner_id).order_by(Job.id.desc()).limit(limit)
    if blog_id is not None:
        query = query.where(Image.owner_id == owner_id, Image.blog_id == blog_id)
    return _all(tx, query.where(Job.id < before) if before else query)


def batch(tx: Transaction, owner_id: UUID, batch_id: UUID) -> Batch | None:
    return tx.session.scalar(sa.select(Batch).where(Batch.id == batch_id, Batch.owner_id == owner_id))


def of_batch(tx: Transaction, owner_id: UUID, batch_id: UUID) -> Sequence[ShownImage]:
    """Drafts and finals, in the order in which they were submitted."""
    return _all(tx, _shown(owner_id).where(Job.batch_id == batch_id).order_by(Job.id))


def lock(tx: Transaction, job_id: UUID) -> None:
    """Whoever else wants the image's lock waits until the transaction ends."""
    tx.session.execute(sa.select(Image.job_id).where(Image.job_id == job_id).with_for_update())


def final_of(tx: Transaction, draft_job_id: UUID) -> UUID | None:
    return tx.session.scalar(sa.select(Image.job_id).where(Image.draft_job_id == draft_job_id))


def keep_duration(tx: Transaction, job_id: UUID, duration_s: float, *, provider: str, model: str) -> None:
    """Of the image, and who has made it: the settings may have changed since it was asked for."""
    made = {"duration_s": duration_s, "provider": provider, "model": model}
    tx.session.execute(sa.update(Image).where(Image.job_id == job_id).values(made))


def median_duration_s(tx: Transaction, like: Image) -> float | None:
    """Of the newest images of the same provider, model, quality and size; None where there is none."""
    same = [getattr(Image, name) == getattr(like, name) for name in ("provider", "model", "quality", "pixels")]
    recent = sa.select(Image.duration_s).where(*same, Image.duration_s.is_not(None))
    recent = recent.order_by(Image.job_id.desc()).limit(_RECENT)
    median = sa.func.percentile_cont(0.5).within_group(recent.subquery().c.duration_s)
    return tx.session.scalar(sa.select(median))


def due_runs(tx: Transaction, like: UUID) -> int:
    """How many runs wait for a worker in the queue of this job, up to MAX_QUEUE."""
    queue = sa.select(Run.queue).where(Run.job_id == like).limit(1).scalar_subquery()
    due = sa.select(Run.id).where(Run.state == RunState.DUE, Run.queue == queue).limit(MAX_QUEUE)
    return tx.session.scalar(sa.select(sa.func.count()).select_from(due.subquery())) or 0


def runs_ahead(tx: Transaction, job_id: UUID) -> int:
    """How many due runs come before this job's in its queue, up to MAX_QUEUE."""
    mine = aliased(Run)
    ahead = sa.select(Run.id).where(
        Run.state == RunState.DUE,
        Run.queue == mine.queue,
        sa.tuple_(Run.priority, Run.turn, Run.id) < sa.tuple_(mine.priority, mine.turn, mine.id),
        mine.job_id == job_id,
        mine.state == RunState.DUE,
    )
    return tx.session.scalar(sa.select(sa.func.count()).select_from(ahead.limit(MAX_QUEUE).subquery())) or 0


def now(tx: Transaction) -> datetime:
    """The database's clock."""
    found = tx.session.scalar(sa.select(sa.func.now()))
    assert isinstance(found, datetime)
    return found


def remove_empty_batches(tx: Transaction) -> None:
    """A batch is written together with its jobs."""
    has_jobs = sa.select(Job.id).where(Job.batch_id == Batch.id).exists()
    tx.session.execute(sa.delete(Batch).where(~has_jobs))


def _shown(owner_id: UUID) -> sa.Select[Any]:
    query = sa.select(Job, Image, _Final.job_id.label("final_job_id")).join(Image, Image.job_id == Job.id)
    return query.outerjoin(_Final, _Final.draft_job_id == Job.id).where(Job.owner_id == owner_id)


def _one(tx: Transaction, query: sa.Select[Any]) -> ShownImage | None:
    return next(iter(_all(tx, query)), None)


def _all(tx: Transaction, query: sa.Select[Any]) -> Sequence[ShownImage]:
    rows = tx.session.execute(query.execution_options(populate_existing=True))
    return [ShownImage(*row) for row in rows]
