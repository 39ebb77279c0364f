"""The native sockets: `/ws/v1/jobs/{id}` for one job, `/ws/v1/jobs` for several."""

import re
from functools import partial
from urllib.parse import parse_qs

import structlog
from litestar.types import Receive, Send, WebSocketScope

from errand.common.errors import Invalid
from errand.common.identity import ANONYMOUS, TokenRefused
from errand.common.ids import Service
from errand.gateway import metrics
from errand.gateway.clients import client_of
from errand.gateway.limits import Limits
from errand.gateway.live.admission import Admission, Doorkeeper, chosen_subprotocol
from errand.gateway.live.attendance import Attendance
from errand.gateway.live.connection import Close, Connection, farewell
from errand.gateway.live.hub import Hub
from errand.gateway.live.protocol import EXTENSION
from errand.gateway.live.sessions import JobSession, JobsSession, Session
from errand.gateway.routes import Rate, home_of

_PATH = re.compile(r"/ws/v1/jobs(?:/(?P<job_id>[^/]+))?/?")
_RESTART = "This server restarts. Come back with your cursor."

logger = structlog.stdlib.get_logger(__name__)


class SocketNotFound(Invalid):
    def __init__(self) -> None:
        super().__init__("There is no such socket.")


class BadCursor(Invalid):
    def __init__(self) -> None:
        super().__init__("`after` is the seq of an event: a whole number.")


class Sockets:
    """ASGI application. Accepts first, always: of what is refused before that, a browser learns nothing."""

    def __init__(
        self, hub: Hub, doorkeeper: Doorkeeper, attendance: Attendance, limits: Limits, *, allow_anonymous: bool
    ) -> None:
        self._hub = hub
        self._doorkeeper = doorkeeper
        self._attendance = attendance
        self._limits = limits
        self._allow_anonymous = allow_anonymous

    async def __call__(self, scope: WebSocketScope, receive: Receive, send: Send) -> None:
        await receive()
        await send(
            {"type": "websocket.accept", "subprotocol": chosen_subprotocol(scope["subprotocols"]), "headers": []}
        )
        connection = Connection(scope["extensions"][EXTENSION])  # type: ignore[index]
        try:
            await self._serve(scope, receive, connection)
        except Exception as error:
            code, reason = farewell(error)
            if code is Close.FAILED:
                logger.exception("socket failed")
            connection.close(code, reason)

    async def _serve(self, scope: WebSocketScope, receive: Receive, connection: Connection) -> None:
        path = _PATH.fullmatch(scope["path"])
        if not path:
            raise SocketNotFound
        admission = await self._doorkeeper.admit(scope) or self._admit_anybody(path["job_id"])
        client = client_of(admission.principal, scope)
        await self._limits.spend(Rate.POLL, client)
        leave = partial(connection.close, Close.RESTARTING, _RESTART)
        with self._attendance.present(client, metrics.WEBSOCKETS, leave):
            session = self._session(path["job_id"], scope, connection, admission)
            await session.run(receive)

    def _session(
        self, job_id: str | None, scope: WebSocketScope, connection: Connection, admission: Admission
    ) -> Session:
        if job_id is None:
            return JobsSession(connection, self._hub, admission, self._doorkeeper.verify)
        (id, _), after = home_of(job_id), _cursor(scope["query_string"])
        session = JobSession(connection, self._hub, admission, self._doorkeeper.verify)
        session.watch(id, after)
        return session

    def _admit_anybody(self, job_id: str | None) -> Admission:
        """Without a token, incidents can be watched where they can be reported."""
        if job_id and self._allow_anonymous and home_of(job_id)[1] is Service.INCIDENTS:
            return Admission(ANONYMOUS)
        raise TokenRefused


def _cursor(query: bytes) -> int:
    given = parse_qs(query.decode("latin-1")).get("after", ["0"])[-1]
    if not re.fullmatch("[0-9]{1,18}", given):
        raise BadCursor
    return int(given)
