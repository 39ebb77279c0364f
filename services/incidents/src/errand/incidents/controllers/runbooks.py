"""`/incident/runbooks`: what to do about incidents, as the service has it and as users have made it."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from errand.common.database import Database
from errand.common.http.openapi import can_fail, documented_header
from errand.common.http.pages import NEXT_PAGE
from errand.common.identity import Principal
from errand.incidents import preconditions
from errand.incidents.analysis.knowledge import Runbook
from errand.incidents.analysis.report import IncidentType
from errand.incidents.preconditions import PreconditionFailed, etag
from errand.incidents.runbooks import (
    MAX_BODY_BYTES,
    RunbookExists,
    RunbookIdMissing,
    RunbookNotFound,
    RunbookVersionNotFound,
    TooManyRunbooks,
    TooManyVersions,
    UnknownSignals,
    Version,
    VersionWithdrawn,
)
from errand.incidents.schemas.runbooks import (
    PATH,
    NewRunbook,
    RunbookContent,
    RunbookList,
    RunbookVersionList,
    present_runbook,
)
from errand.incidents.service import runbooks

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", max_length=1000, description="The `ETag` that you have: refuse where it has changed"
    ),
]
_ETAG = documented_header("ETag", "The number of this version, in quotes", required=True)
_LOCATION = documented_header("Location", "Where the runbook is from now on", required=True)


class RunbookController(Controller):
    path = PATH
    tags = ["runbooks"]
    request_max_body_size = MAX_BODY_BYTES

    @get(operation_id="listRunbooks", response_headers=[NEXT_PAGE], sync_to_thread=True)
    def list(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        type: Annotated[IncidentType | None, QueryParameter()] = None,
        q: Annotated[
            str | None, QueryParameter(min_length=1, max_length=200, description="Words to search for")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        cursor: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Response[RunbookList]:
        """The current runbooks by id, those of the service and this user's own; `Link` leads on. With `q`, those that
        have some of its words, the best first, and no more than `limit`."""
        with database.transaction() as tx:
            found, next_id = runbooks.listed(tx, principal.user_id, type, q, after=cursor, limit=limit)
        body = RunbookList([present_runbook(runbook) for runbook in found])
        return Response(body, headers=_next_page(next_id, type, limit))

    @get(
        "/{runbook_id:str}",
        operation_id="getRunbook",
        response_headers=[_ETAG],
        responses=can_fail(RunbookNotFound()),
        sync_to_thread=True,
    )
    def read(
        self,
        runbook_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> Response[Runbook]:
        """The runbook as it is now."""
        with database.transaction() as tx:
            return _versioned(runbooks.find(tx, principal.user_id, runbook_id))

    @post(
        operation_id="createRunbook",
        status_code=201,
        response_headers=[_ETAG, _LOCATION],
        responses=can_fail(
            UnknownSignals(["tug_strike"]), RunbookIdMissing(), RunbookExists("SOP-CON-01"), TooManyRunbooks()
        ),
        sync_to_thread=True,
    )
    def create(
        self,
        data: JSONBody[NewRunbook],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> Response[Runbook]:
        """Add a runbook of this user's own. The next analysis takes it into account."""
        with database.transaction() as tx:
            runbook = runbooks.create(tx, principal.user_id, data)
        return _versioned(runbook, status_code=201, Location=f"{PATH}/{runbook.id}")

    @put(
        "/{runbook_id:str}",
        operation_id="replaceRunbook",
        response_headers=[_ETAG],
        responses=can_fail(
            UnknownSignals(["tug_strike"]),
            RunbookNotFound(),
            PreconditionFailed(3),
            TooManyRunbooks(),
            TooManyVersions("SOP-CON-01"),
        ),
        sync_to_thread=True,
    )
    def replace(
        self,
        runbook_id: FromPath[str],
        data: JSONBody[RunbookContent],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        if_match: IfMatch = None,
    ) -> Response[Runbook]:
        """Let a runbook say this from now on: a new version, which takes the place of the service's for this user. What
        it says already makes none. One that was withdrawn is back."""
        with database.transaction() as tx:
            precondition = partial(preconditions.check, if_match)
            return _versioned(runbooks.replace(tx, principal.user_id, runbook_id, data, precondition))

    @delete(
        "/{runbook_id:str}",
        operation_id="withdrawRunbook",
        responses=can_fail(RunbookNotFound(), PreconditionFailed(3), TooManyRunbooks()),
        sync_to_thread=True,
    )
    def withdraw(
        self,
        runbook_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        if_match: IfMatch = None,
    ) -> None:
        """Let it be found no more, also where it is the service's. Its versions stay, and any can be restored."""
        with database.transaction() as tx:
            runbooks.withdraw(tx, principal.user_id, runbook_id, partial(preconditions.check, if_match))

    @get(
        "/{runbook_id:str}/versions",
        operation_id="listRunbookVersions",
        responses=can_fail(RunbookNotFound()),
        sync_to_thread=True,
    )
    def versions(
        self,
        runbook_id: FromPath[str],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> RunbookVersionList:
        """All versions, newest first: this user's, and the service's."""
        with database.transaction() as tx:
            return RunbookVersionList(runbooks.versions(tx, principal.user_id, runbook_id))

    @get(
        "/{runbook_id:str}/versions/{number:int}",
        operation_id="getRunbookVersion",
        responses=can_fail(RunbookNotFound(), RunbookVersionNotFound()),
        sync_to_thread=True,
    )
    def read_version(
        self,
        runbook_id: FromPath[str],
        number: FromPath[int],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> Version:
        """What the runbook said in this version."""
        with database.transaction() as tx:
            return runbooks.version(tx, principal.user_id, runbook_id, number)

    @post(
        "/{runbook_id:str}/versions/{number:int}/restore",
        operation_id="restoreRunbookVersion",
        status_code=200,
        response_headers=[_ETAG],
        responses=can_fail(
            RunbookNotFound(),
            RunbookVersionNotFound(),
            VersionWithdrawn(3),
            TooManyRunbooks(),
            TooManyVersions("SOP-CON-01"),
        ),
        sync_to_thread=True,
    )
    def restore(
        self,
        runbook_id: FromPath[str],
        number: FromPath[int],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> Response[Runbook]:
        """Let the runbook say again what it said in this version, by a new one."""
        with database.transaction() as tx:
            return _versioned(runbooks.restore(tx, principal.user_id, runbook_id, number))


def _versioned(runbook: Runbook, *, status_code: int = 200, **headers: str) -> Response[Runbook]:
    return Response(runbook, status_code=status_code, headers={"ETag": etag(runbook.version), **headers})


def _next_page(next_id: str | None, type: IncidentType | None, limit: int) -> dict[str, str]:
    if next_id is None:
        return {}
    query = {"limit": limit, "cursor": next_id} | ({"type": type} if type else {})
    return {"Link": f'<{PATH}?{urlencode(query)}>; rel="next"'}
