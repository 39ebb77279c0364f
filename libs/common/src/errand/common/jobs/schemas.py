"""Jobs on the wire: the landing guide's shape for any kind of job, with progress, result and seq beside it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from errand.common.jobs.domain import JobStatus
from errand.common.jobs.models import Job, JobEvent
from errand.common.jobs.news import EventView, stored_view


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """`progress` is 0–100; `seq` numbers the last event, and grows with every change of the job."""

    id: UUID
    type: str
    status: JobStatus
    session_id: str | None
    user_id: UUID
    title: str
    description: str
    stage: str | None
    progress: int
    seq: int
    events: list[EventView]
    result: Any
    error_code: str | None
    error_message: str | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class JobEnvelope(msgspec.Struct, frozen=True):
    job: JobView


class JobIds(msgspec.Struct, frozen=True):
    """The newest of an owner's jobs, newest first, and how many there are in all."""

    ids: Sequence[UUID]
    total: int


class JobItems(msgspec.Struct, frozen=True):
    items: list[JobView]


class EventsPage(msgspec.Struct, frozen=True):
    """Events of a story in a row, and where the job stood when they were read."""

    events: list[EventView]
    seq: int
    status: JobStatus


def present_jobs(jobs: Iterable[Job], events: Iterable[JobEvent]) -> list[JobView]:
    """Events that came after a job was read are left out of its view."""
    stories: dict[UUID, list[JobEvent]] = defaultdict(list)
    for event in events:
        stories[event.job_id].append(event)
    return [
        _present_job(job, [stored_view(event) for event in stories[job.id] if event.seq <= job.seq]) for job in jobs
    ]


def _present_job(job: Job, events: list[EventView]) -> JobView:
    return JobView(
        id=job.id,
        type=job.kind,
        status=JobStatus(job.status),
        session_id=job.session_id,
        user_id=job.owner_id,
        title=job.title,
        description=job.description,
        stage=job.stage,
        progress=job.progress,
        seq=job.seq,
        events=events,
        result=job.result,
        error_code=job.error_code,
        error_message=job.error_message,
        created_at=job.created_at,
        updated_at=job.updated_at,
        started_at=job.started_at,
        completed_at=job.ended_at,
    )
