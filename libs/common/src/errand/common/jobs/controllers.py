"""The routes over jobs that every service has: `/v1/jobs/{id}` for clients, `/internal/jobs` for the gateway."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from errand.common.database import Database, Transaction
from errand.common.identity import Principal
from errand.common.jobs import repository
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

MAX_IDS = 10_000
MAX_EVENTS = 500


class JobController(Controller):
    path = "/v1/jobs/{job_id:uuid}"
    tags = ["jobs"]

    @get(operation_id="getJob", sync_to_thread=True)
    def read(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> JobEnvelope:
        with database.transaction() as tx:
            return _envelope(tx, jobs.find(tx, job_id, principal.user_id))

    @post("/cancel", operation_id="cancelJob", status_code=202, sync_to_thread=True)
    def cancel(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> JobEnvelope:
        with database.transaction() as tx:
            return _envelope(tx, jobs.cancel(tx, job_id, principal.user_id))

    @post("/retry", operation_id="retryJob", status_code=202, sync_to_thread=True)
    def retry(
        self,
        job_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> JobEnvelope:
        with database.transaction() as tx:
            return _envelope(tx, jobs.retry(tx, job_id, principal.user_id))


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
        after: FromQuery[int] = 0,
    ) -> EventsPage:
        with database.transaction() as tx:
            job = jobs.find(tx, job_id, principal.user_id)
            events = repository.events_after(tx, job_id, after, limit=MAX_EVENTS)
            return EventsPage([stored_view(event) for event in events], job.seq, job.status)


job_routes = Router("/", route_handlers=[JobController, InternalJobController])


def _envelope(tx: Transaction, job: Job) -> JobEnvelope:
    (view,) = present_jobs([job], repository.events(tx, [job.id]))
    return JobEnvelope(view)
