"""Submits that wait: what has come of the job, where that is soon, instead of a 202. A client may ask for it with
`Prefer: wait=N` (RFC 7240); a route that is awaited does so by itself, and knows no 202."""

import re
from collections.abc import Mapping

from litestar.exceptions import HTTPException
from litestar.types import Receive

from errand.common.errors import ErrandError
from errand.common.identity import Principal
from errand.gateway import metrics
from errand.gateway.answers import Answer, Headers
from errand.gateway.live.attendance import Attendance
from errand.gateway.live.hub import Hub
from errand.gateway.live.waiting import Signal
from errand.gateway.proxy import Call
from errand.gateway.routes import Match, Routes, home_of
from errand.gateway.services import Services

_WAIT = re.compile(rb"(?:^|[,;\s])wait=([0-9]{1,5})(?:$|[,;\s])")


def preferred_wait_s(headers: Mapping[bytes, bytes]) -> int:
    """0 where the client does not say so, or says it in words that we do not know."""
    found = _WAIT.search(headers.get(b"prefer", b""))
    return int(found[1]) if found else 0


class JobGoesOn(HTTPException):
    """Of a job that an awaited route has submitted, and which goes on."""

    code = "job_goes_on"

    def __init__(self, job_id: str, location: str) -> None:
        detail = f"The job is not over yet, and goes on: GET {location}"
        super().__init__(status_code=504, detail=detail, headers={"Location": location})
        self.job_id = job_id


class Patience:
    def __init__(self, hub: Hub, routes: Routes, services: Services, attendance: Attendance) -> None:
        self._hub = hub
        self._routes = routes
        self._services = services
        self._attendance = attendance

    async def outcome(
        self, accepted: Answer, call: Call, client: str, wait_s: int, receive: Receive, *, awaited: bool
    ) -> tuple[int, Headers, bytes] | None:
        """Status, headers and body that tell how the accepted job came out; None where it is not over in time.

        Raises JobGoesOn instead, where the route is `awaited`.
        """
        location = (accepted.header(b"location") or b"").decode("ascii")
        match = self._routes.match(location) if accepted.status == 202 and location else None
        if not match or not match.job_id:
            return None
        outcome = await self._outcome(match, location, call, client, wait_s, receive)
        if awaited and outcome is None:
            raise JobGoesOn(match.job_id, location)
        if outcome is None or (outcome[0] >= 300 and not awaited):
            return None
        return outcome

    async def _outcome(
        self, match: Match, location: str, call: Call, client: str, wait_s: int, receive: Receive
    ) -> tuple[int, Headers, bytes] | None:
        try:
            if not await self._wait(match.job_id or "", call.principal, client, wait_s, receive):
                return None
            status, media_type, view = await self._services.fetch(
                match.service(), location, call.principal, request_id=call.request_id
            )
        except ErrandError:
            # The job is accepted, whatever has become of our curiosity.
            return None
        headers = [
            (b"content-type", media_type.encode()),
            (b"content-length", b"%d" % len(view)),
            (b"content-location", location.encode()),
            (b"preference-applied", b"wait=%d" % wait_s),
        ]
        return status, headers, view

    async def _wait(self, job_id: str, principal: Principal, client: str, wait_s: int, receive: Receive) -> bool:
        signal = Signal(receive, until_over=True)
        with self._attendance.present(client, metrics.LONG_POLLS, signal.give_up):
            return await signal.wait(self._hub, home_of(job_id)[0], principal, 0, wait_s)
