"""The routes over jobs that every service has: `/v1/jobs/{id}` for clients, `/internal/jobs` for the gateway."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from errand.common.database import Database, Transaction
from errand.common.http.openapi import can_fail
from errand.common.identity import Principal
from errand.common.jobs import repository
from errand.common.jobs.domain import MAX_SEQ, JobNotCancellable, JobNotFound, JobNotRetryable, JobStatus
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job
from errand.common.jobs.news import stored_view
from errand.common.jobs.schemas import (
    EventsPage,
    JobEnvelope,
    JobIds,
    JobItems,
    present_jobs,
)
from errand.common.jobs.submissions import VERSIONED_HEADERS, versioned

MAX_IDS = 10_000
MAX_EVENTS = 500
MAX_POSITIONS = 500


class JobController(Controller):
    path = "/v1/jobs/{job_id:uuid}"
    tags = ["jobs"]
    response_headers = VERSIONED_HEADERS

    @get(operation_id="getJob", responses=can_fail(JobNotFound()), sync_to_thread=True)
    def read(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Response[JobEnvelope]:
        """The job with its story so far, and its result once there is one."""
        with database.transaction() as tx:
            return _envelope(tx, jobs.find(tx, job_id, principal.user_id))

    @post(
        "/cancel",
        operation_id="cancelJob",
        status_code=202,
        responses=can_fail(JobNotFound(), JobNotCancellable(JobStatus.COMPLETED)),
        sync_to_thread=True,
    )
    def cancel(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Response[JobEnvelope]:
        """Ask a job to stop. It ends as `cancelled` at once, or as soon as its worker notices."""
        with database.transaction() as tx:
            return _envelope(tx, jobs.cancel(tx, job_id, principal.user_id), status_code=202)

    @post(
        "/retry",
        operation_id="retryJob",
        status_code=202,
        responses=can_fail(JobNotFound(), JobNotRetryable(JobStatus.COMPLETED)),
        sync_to_thread=True,
    )
    def retry(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Response[JobEnvelope]:
        """Let a failed or cancelled job run again, with the same input and in the same story."""
        with database.transaction() as tx:
            return _envelope(tx, jobs.retry(tx, job_id, principal.user_id), status_code=202)


class InternalJobController(Controller):
    path = "/internal/jobs"
    include_in_schema = False

    @get(sync_to_thread=True)
    def ids(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_IDS)] = 100,
    ) -> JobIds:
        with database.transaction() as tx:
            ids = repository.newest_ids(tx, principal.user_id, limit=limit)
            return JobIds(ids, repository.count(tx, principal.user_id))

    @get("/views", sync_to_thread=True)
    def views(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        ids: Annotated[list[UUID], QueryParameter(name="id", max_items=100)],
    ) -> JobItems:
        with database.transaction() as tx:
            jobs = repository.jobs(tx, principal.user_id, ids)
            return JobItems(present_jobs(jobs, repository.events(tx, [job.id for job in jobs])))

    @get("/{job_id:uuid}/events", sync_to_thread=True)
    def events(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        after: Annotated[int, QueryParameter(ge=0, le=MAX_SEQ)] = 0,
    ) -> EventsPage:
        with database.transaction() as tx:
            job = jobs.find(tx, job_id, principal.user_id)
            events = repository.events_after(tx, job_id, after, limit=MAX_EVENTS)
            # What was committed since the job was read is for the next page: status and seq belong together.
            views = [stored_view(event) for event in events if event.seq <= job.seq]
            return EventsPage(views, job.seq, JobStatus(job.status))

    @post("/positions", status_code=200, sync_to_thread=True)
    def positions(
        self,
        data: JSONBody[Annotated[list[UUID], Meta(max_length=MAX_POSITIONS)]],
        database: NamedDependency[Database],
    ) -> dict[str, int]:
        """How far these jobs have come, whoever owns them: the gateway compares it with what it has heard."""
        with database.transaction() as tx:
            return {str(job_id): seq for job_id, seq in repository.positions(tx, data).items()}


job_routes = Router("/", route_handlers=[JobController, InternalJobController])


def _envelope(tx: Transaction, job: Job, *, status_code: int = 200) -> Response[JobEnvelope]:
    (view,) = present_jobs([job], repository.events(tx, [job.id]))
    return versioned(JobEnvelope(view), job.seq, status_code=status_code)
