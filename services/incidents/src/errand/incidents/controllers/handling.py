"""What people do about incidents, beside the incident guide's routes."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from errand.common.database import Database
from errand.common.http.openapi import can_fail, documented_header
from errand.common.http.pages import NEXT_PAGE, next_page
from errand.common.identity import Principal
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.transitions import NulCharacter
from errand.incidents.domain import RunNotFound
from errand.incidents.handling import (
    MAX_ASSIGNEE_CHARACTERS,
    AnalysisFailed,
    AnalysisOutdated,
    AuditTrailFull,
    IncidentNotResolved,
    IncidentResolved,
    IncidentState,
    RunCancelled,
    RunNotOver,
)
from errand.incidents.schemas.handling import (
    Acknowledgement,
    Assignment,
    AuditTrail,
    FeedbackGiven,
    Handling,
    HandlingList,
    Reopening,
    Resolution,
    present_entry,
    present_handling,
)
from errand.incidents.service import handling, reporting

_BOARD = "/incident/handling"

# Litestar has a `state` of its own.
State = Annotated[IncidentState | None, QueryParameter(name="state")]


class HandlingController(Controller):
    path = "/incident"
    tags = ["incidents"]

    @get("/handling", operation_id="listIncidentHandling", response_headers=[NEXT_PAGE], sync_to_thread=True)
    def list(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        in_state: State = None,
        assignee: Annotated[str | None, QueryParameter(max_length=MAX_ASSIGNEE_CHARACTERS)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 20,
        cursor: FromQuery[UUID | None] = None,
    ) -> Response[HandlingList]:
        """The board: the newest incidents, those in this state or of this assignee; `Link` leads to those before
        them."""
        with database.transaction() as tx:
            found = handling.newest(
                tx, principal.user_id, state=in_state, assignee=assignee, limit=limit, before=cursor
            )
        asked = {"state": in_state, "assignee": assignee}
        query = {name: value for name, value in asked.items() if value is not None}
        link = next_page(_BOARD, limit=limit, ids=[incident.job_id for incident in found], **query)
        return Response(HandlingList([present_handling(incident) for incident in found]), headers=link)

    @get(
        "/run/{run_id:str}/handling",
        operation_id="getIncidentHandling",
        responses=can_fail(RunNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Handling:
        """How far the people are who handle the incident, and what they say of the analysis."""
        with database.transaction() as tx:
            return present_handling(handling.find(tx, jobs, principal.user_id, run_id))

    @get(
        "/run/{run_id:str}/audit",
        operation_id="getIncidentAudit",
        responses=can_fail(RunNotFound()),
        sync_to_thread=True,
    )
    def audit(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> AuditTrail:
        """Who did what with the incident, and when."""
        with database.transaction() as tx:
            entries = handling.audit(tx, jobs, principal.user_id, run_id)
        return AuditTrail([present_entry(entry) for entry in entries])

    @post(
        "/run/{run_id:str}/acknowledge",
        operation_id="acknowledgeIncident",
        status_code=200,
        responses=can_fail(RunNotFound(), IncidentResolved("acknowledged"), AuditTrailFull(), NulCharacter()),
        sync_to_thread=True,
    )
    def acknowledge(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        data: JSONBody[Acknowledgement | None] = None,
    ) -> Handling:
        """Say that somebody has seen the incident."""
        given = data or Acknowledgement()
        with database.transaction() as tx:
            return present_handling(handling.acknowledge(tx, jobs, principal.user_id, run_id, given))

    @post(
        "/run/{run_id:str}/assign",
        operation_id="assignIncident",
        status_code=200,
        responses=can_fail(RunNotFound(), IncidentResolved("assigned"), AuditTrailFull(), NulCharacter()),
        sync_to_thread=True,
    )
    def assign(
        self,
        run_id: FromPath[str],
        data: JSONBody[Assignment],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Handling:
        """Give the incident to somebody, or to nobody."""
        with database.transaction() as tx:
            return present_handling(handling.assign(tx, jobs, principal.user_id, run_id, data))

    @post(
        "/run/{run_id:str}/resolve",
        operation_id="resolveIncident",
        status_code=200,
        responses=can_fail(RunNotFound(), AuditTrailFull(), NulCharacter()),
        sync_to_thread=True,
    )
    def resolve(
        self,
        run_id: FromPath[str],
        data: JSONBody[Resolution],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Handling:
        """Say that the incident is over and what helped, for similar ones to come. Once more, to say it better."""
        with database.transaction() as tx:
            return present_handling(handling.resolve(tx, jobs, principal.user_id, run_id, data))

    @post(
        "/run/{run_id:str}/reopen",
        operation_id="reopenIncident",
        status_code=200,
        responses=can_fail(RunNotFound(), IncidentNotResolved("open"), AuditTrailFull(), NulCharacter()),
        sync_to_thread=True,
    )
    def reopen(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        data: JSONBody[Reopening | None] = None,
    ) -> Handling:
        """Say that the incident is not over. Its resolution is dropped; the cause and the assignee stay."""
        given = data or Reopening()
        with database.transaction() as tx:
            return present_handling(handling.reopen(tx, jobs, principal.user_id, run_id, given))

    @post(
        "/run/{run_id:str}/feedback",
        operation_id="giveIncidentFeedback",
        status_code=200,
        responses=can_fail(RunNotFound(), AuditTrailFull(), NulCharacter()),
        sync_to_thread=True,
    )
    def give_feedback(
        self,
        run_id: FromPath[str],
        data: JSONBody[FeedbackGiven],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Handling:
        """Say whether the analysis helped, what it should have said, and what the cause was: similar incidents to come
        are shown what is said here."""
        with database.transaction() as tx:
            return present_handling(handling.give_feedback(tx, jobs, principal.user_id, run_id, data))

    @get(
        "/run/{run_id:str}/report.md",
        operation_id="getIncidentReport",
        media_type="text/markdown",
        response_description="The report",
        response_headers=[documented_header("Content-Disposition", "The file's name")],
        responses=can_fail(
            RunNotFound(),
            RunNotOver("running"),
            RunCancelled(),
            AnalysisOutdated(),
            AnalysisFailed("The worker stopped before the job was done."),
        ),
        sync_to_thread=True,
    )
    def report(
        self,
        run_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Response[str]:
        """The analysis as Markdown to print or to send, with what people did about the incident."""
        with database.transaction() as tx:
            job_id, text = reporting.write(tx, jobs, principal.user_id, run_id)
        headers = {"Content-Disposition": f'inline; filename="incident-{job_id}.md"'}
        return Response(text, media_type="text/markdown", headers=headers)
