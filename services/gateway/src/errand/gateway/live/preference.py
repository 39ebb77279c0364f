"""`Prefer: wait=N` on a submit (RFC 7240): the job's view once it is over, where that is soon, instead of a 202."""

import re
from collections.abc import Mapping

from litestar.types import Receive

from errand.common.errors import ErrandError
from errand.common.identity import Principal
from errand.gateway import metrics
from errand.gateway.answers import Answer, Headers
from errand.gateway.live.attendance import Attendance
from errand.gateway.live.hub import Hub
from errand.gateway.live.waiting import Signal
from errand.gateway.routes import Routes, home_of
from errand.gateway.services import Services

_WAIT = re.compile(rb"(?:^|[,;\s])wait=([0-9]{1,5})(?:$|[,;\s])")


def preferred_wait_s(headers: Mapping[bytes, bytes]) -> int:
    """0 where the client does not say so, or says it in words that we do not know."""
    found = _WAIT.search(headers.get(b"prefer", b""))
    return int(found[1]) if found else 0


class Patience:
    def __init__(self, hub: Hub, routes: Routes, services: Services, attendance: Attendance) -> None:
        self._hub = hub
        self._routes = routes
        self._services = services
        self._attendance = attendance

    async def outcome(
        self, accepted: Answer, principal: Principal, client: str, wait_s: int, receive: Receive
    ) -> tuple[Headers, bytes] | None:
        """Headers and body that tell how the accepted job came out; None where it is not over in time."""
        location = (accepted.header(b"location") or b"").decode("ascii")
        match = self._routes.match(location) if accepted.status == 202 and location else None
        if not match or not match.route.job_view:
            return None
        try:
            if not await self._wait(match.job_id or "", principal, client, wait_s, receive):
                return None
            view = await self._services.read(match.service(), location, principal)
        except ErrandError:
            # The job is accepted, whatever has become of our curiosity.
            return None
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(view)),
            (b"content-location", location.encode()),
            (b"preference-applied", b"wait=%d" % wait_s),
        ]
        return headers, view

    async def _wait(self, job_id: str, principal: Principal, client: str, wait_s: int, receive: Receive) -> bool:
        signal = Signal(receive, until_over=True)
        with self._attendance.present(client, metrics.LONG_POLLS, signal.give_up):
            return await signal.wait(self._hub, home_of(job_id)[0], principal, 0, wait_s)
