"""The incident guide's shapes."""

from datetime import datetime
from uuid import UUID

import msgspec

from errand.common.jobs.domain import JobStatus
from errand.common.jobs.models import Job
from errand.incidents.analysis.report import Analysis
from errand.incidents.domain import STATUS, RunStatus


class IncidentResult(msgspec.Struct, frozen=True):
    """The result of a completed run."""

    incident_analysis: Analysis


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """`progress` (0–100) and `current_step` stand beside what the guide prints."""

    run_id: UUID
    status: RunStatus
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    result: IncidentResult | None
    error: str | None
    progress: int
    current_step: str | None
    seq: int


class RunList(msgspec.Struct, frozen=True):
    jobs: list[RunView]


class CleanUp(msgspec.Struct, frozen=True):
    message: str
    remaining_jobs: int


def present(job: Job) -> RunView:
    return RunView(
        run_id=job.id,
        status=STATUS[JobStatus(job.status)],
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.ended_at,
        result=job.result,
        error=_error(job),
        progress=job.progress,
        current_step=job.stage,
        seq=job.seq,
    )


def _error(job: Job) -> str | None:
    return "Cancelled." if job.status == JobStatus.CANCELLED else job.error_message
