"""The incident guide's routes."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from errand.common.database import Database
from errand.common.http.forms import JSON, MULTIPART, URLENCODED, Malformed, NotUtf8, UnsupportedMediaType
from errand.common.http.openapi import can_fail
from errand.common.http.pages import NEXT_PAGE, next_page
from errand.common.identity import Principal
from errand.common.jobs.domain import IdempotencyKeyReused
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.submissions import ACCEPTED_HEADERS, VERSIONED_HEADERS, IdempotencyKey, accepted, versioned
from errand.incidents.domain import MAX_CHARACTERS, Report, ReportMissing, ReportTooDeep, ReportTooLong, RunNotFound
from errand.incidents.openapi import SubmitOperation
from errand.incidents.reports import read_report
from errand.incidents.schemas.runs import CleanUp, RunList, RunView, present
from errand.incidents.service import runs


class RunController(Controller):
    path = "/incident"
    tags = ["incidents"]

    @post(
        "/run",
        operation_id="submitIncident",
        operation_class=SubmitOperation,
        status_code=202,
        response_headers=ACCEPTED_HEADERS,
        responses=can_fail(
            NotUtf8(),
            Malformed("JSON is malformed: expected '}' (byte 17)"),
            ReportMissing(),
            ReportTooLong(MAX_CHARACTERS + 1),
            ReportTooDeep(),
            UnsupportedMediaType("text/plain", URLENCODED, MULTIPART, JSON),
            IdempotencyKeyReused(),
        ),
        dependencies={"report": Provide(read_report)},
        sync_to_thread=True,
    )
    def submit(
        self,
        report: NamedDependency[Report],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        idempotency_key: IdempotencyKey = None,
    ) -> Response[RunView]:
        """Store the report and analyse it in the background; poll the run for its result."""
        with database.autocommit() as tx:
            submission = runs.submit(tx, jobs, principal.user_id, report, idempotency_key)
        return accepted(present(submission.job), f"/incident/run/{submission.job.id}", replayed=submission.replayed)

    @get(
        "/run/{run_id:str}",
        operation_id="getIncidentRun",
        response_headers=VERSIONED_HEADERS,
        responses=can_fail(RunNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Response[RunView]:
        """The run, and its analysis once it has completed."""
        with database.transaction() as tx:
            job = runs.find(tx, jobs, principal.user_id, run_id)
            return versioned(present(job), job.seq)

    @get("/jobs", operation_id="listIncidentRuns", response_headers=[NEXT_PAGE], sync_to_thread=True)
    def list(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 20,
        cursor: FromQuery[UUID | None] = None,
    ) -> Response[RunList]:
        """The newest runs; `Link` leads to those before them."""
        with database.transaction() as tx:
            found = runs.newest(tx, principal.user_id, limit=limit, before=cursor)
        link = next_page("/incident/jobs", limit=limit, ids=[job.id for job in found])
        return Response(RunList([present(job) for job in found]), headers=link)

    @post("/cleanup", operation_id="cleanUpIncidentRuns", status_code=200, sync_to_thread=True)
    def clean_up(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        max_age_hours: Annotated[float, QueryParameter(ge=0, le=87_600)] = 24,
    ) -> CleanUp:
        """Remove this user's runs that ended longer ago."""
        with database.transaction() as tx:
            deleted, remaining = runs.clean_up(tx, jobs, principal.user_id, max_age_hours)
        return CleanUp(f"Cleaned up {deleted} old jobs", remaining)
