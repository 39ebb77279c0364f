"""What every request gets: an id that runs through logs and answers, and one log line."""

import random
import re
import time

import structlog
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from errand.common.logging import bind

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[\w-]{8,128}", re.ASCII)
_UNLOGGED = {"/livez", "/readyz", "/metrics"}

logger = structlog.stdlib.get_logger(__name__)


def request_id_of(given: str) -> str:
    """The caller's id where it is a harmless word, else a new one."""
    # Not `uuid4`: nothing depends on it being unguessable, and the kernel's randomness costs a system call.
    return given if _ACCEPTED.fullmatch(given) else f"{random.getrandbits(128):032x}"


def request_context(app: ASGIApp) -> ASGIApp:
    """ASGI middleware: binds `request_id` for the logs, puts it into the scope's state (where an outer layer has not
    done so already) and the answer's headers."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return await app(scope, receive, send)
        state = scope.setdefault("state", {})
        request_id = state.setdefault("request_id", request_id_of(Headers.from_scope(scope).get(HEADER, "")))
        started, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        with bind(request_id=request_id):
            await app(scope, receive, send_with_id)
            if scope["path"] not in _UNLOGGED:
                duration_ms = round((time.perf_counter() - started) * 1000, 1)
                logger.info(
                    "request", method=scope["method"], path=scope["path"], status=status, duration_ms=duration_ms
                )
        return None

    return middleware
