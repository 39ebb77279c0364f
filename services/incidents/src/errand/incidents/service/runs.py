"""Use cases: submit a report, look at runs, clean up."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from errand.common.database import Transaction
from errand.common.jobs import repository
from errand.common.jobs.domain import JobNotFound, NewJob
from errand.common.jobs.kernel import Jobs, Submission
from errand.common.jobs.models import Job
from errand.incidents import domain
from errand.incidents.domain import KIND, Report, RunNotFound
from errand.incidents.service import history

_HOUR_S = 3600


def submit(tx: Transaction, jobs: Jobs, owner_id: UUID, report: Report, idempotency_key: str | None) -> Submission:
    domain.check(report)
    new = NewJob(
        kind=KIND,
        owner_id=owner_id,
        input=msgspec.to_builtins(report),
        title="Incident analysis",
        description=report.summary(),
        time_limit_s=domain.TIME_LIMIT_S,
    )
    submission = jobs.submit(tx, new, idempotency_key=idempotency_key)
    if not submission.replayed:
        history.add(tx, submission.job)
    return submission


def find(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str) -> Job:
    """Raises RunNotFound, also for what is no id at all."""
    try:
        return jobs.find(tx, UUID(run_id), owner_id, kind=KIND)
    except (ValueError, JobNotFound):
        raise RunNotFound from None


def newest(tx: Transaction, owner_id: UUID, *, limit: int, before: UUID | None) -> Sequence[Job]:
    return repository.newest(tx, owner_id, KIND, limit=limit, before=before)


def clean_up(tx: Transaction, jobs: Jobs, owner_id: UUID, max_age_hours: float) -> tuple[int, int]:
    """Delete the runs that ended longer ago: (deleted, remaining)."""
    return jobs.purge(tx, owner_id, KIND, age_s=max_age_hours * _HOUR_S)
