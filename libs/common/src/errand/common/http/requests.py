"""What every request gets: an id that runs through logs and answers, one log line, a place in metrics and traces."""

import random
import re
import time
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

import structlog
from litestar import Request
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import ClientException, InternalServerException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from errand.common.logging import bind
from errand.common.telemetry import metrics, traces

HEADER = "X-Request-Id"
_ACCEPTED = re.compile(r"[\w-]{8,128}", re.ASCII)
#: In no route table and in no log: machines ask for them every few seconds, and would drown what people do.
PROBES = frozenset({"/livez", "/readyz"})

logger = structlog.stdlib.get_logger(__name__)


class BodyRequest(Request[Any, Any, Any]):
    """What can go wrong with a body is its client's fault."""

    async def json(self) -> Any:
        """Raises ClientException for what is nested too deeply, as for anything else that cannot be decoded."""
        try:
            return await super().json()
        except RecursionError as error:
            raise ClientException("The body is nested too deeply.") from error

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Raises ClientException where the client hangs up, which is no fault of ours as Litestar has it."""
        try:
            async for chunk in super().stream():
                yield chunk
        except InternalServerException as error:
            if not self.is_connected:  # read before: that is ours
                raise
            raise ClientException("The body broke off.") from error


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
            if scope["path"] not in PROBES:
                duration_ms = round((time.perf_counter() - started) * 1000, 1)
                logger.info(
                    "request", method=scope["method"], path=scope["path"], status=status, duration_ms=duration_ms
                )
        return None

    return middleware


def observed(app: ASGIApp) -> ASGIApp:
    """ASGI middleware, the outermost: counts requests, and opens a span that continues the client's `traceparent`.

    A layer below says which route it was: in the scope's state as `route`, or as Litestar does.
    """

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in PROBES:
            return await app(scope, receive, send)
        started, status = time.perf_counter(), metrics.CLIENT_GONE

        def send_observed(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        with traces.continue_from(traces.received(scope["headers"]), scope["method"], SpanKind.SERVER) as span:
            try:
                await app(scope, receive, send_observed)
            finally:
                metrics.observe(scope["method"], _route(scope), status, time.perf_counter() - started)
                if span.is_recording():
                    _describe(span, scope, status)
        return None

    return middleware


def _route(scope: HTTPScope) -> str:
    route: str = scope["state"].get("route") or scope.get("path_template") or metrics.UNMATCHED
    return route


def _describe(span: Span, scope: HTTPScope, status: int) -> None:
    route = _route(scope)
    span.update_name(f"{scope['method']} {route}")
    span.set_attributes(
        {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
    )
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))
