"""The outermost layer: lets in, counts, and shows every request the way.

It is a plain ASGI layer in front of Litestar rather than one of its handlers: what belongs to a service never reaches
Litestar's router and middleware, which would cost as much again as the passing on itself.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from uuid import UUID

import structlog
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from errand.common.http import problems
from errand.common.http.requests import request_id_of
from errand.common.identity import Principal, bearer
from errand.common.ids import Service
from errand.gateway.auth.tokens import AccessTokens
from errand.gateway.cors import Cors, Headers, is_preflight
from errand.gateway.limits import Limits
from errand.gateway.proxy import Call, Proxy
from errand.gateway.routes import Access, Route, Routes, is_plain

# Whoever uses incidents without a token, where the settings allow that. Constant: the runs of long ago are theirs too.
ANONYMOUS = Principal(UUID("a0000000-0000-8000-8000-000000000000"))

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)

logger = structlog.stdlib.get_logger(__name__)


class Reply:
    """The way back to the client: adds the headers that every answer has, and knows whether one has begun."""

    def __init__(self, send: Send, defaults: Iterable[tuple[bytes, bytes]], cors: Headers) -> None:
        self.started = False
        self._send = send
        self._defaults = defaults
        self._cors = cors

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = list(message["headers"])
            given = {name for name, _ in headers}
            headers += [header for header in self._defaults if header[0] not in given]
            message["headers"] = headers + self._cors
        await self._send(message)

    async def answer(self, status: int, headers: Headers, body: bytes = b"") -> None:
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})


class Edge:
    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Routes,
        tokens: AccessTokens,
        limits: Limits,
        proxy: Proxy,
        cors: Cors,
        allow_anonymous: bool,
    ) -> None:
        self._app = app
        self._routes = routes
        self._tokens = tokens
        self._limits = limits
        self._proxy = proxy
        self._cors = cors
        self._allow_anonymous = allow_anonymous

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            return await self._app(scope, receive, send)
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        if is_preflight(scope["method"], headers):
            return await Reply(send, (), []).answer(204, self._cors.preflight(origin))
        request_id = request_id_of(headers.get(b"x-request-id", b"").decode("latin-1"))
        scope["state"]["request_id"] = request_id
        defaults = (*_SECURITY, (b"x-request-id", request_id.encode()))
        reply = Reply(send, defaults, self._cors.headers(origin))
        try:
            await self._direct(scope, headers, receive, reply)
        except Exception as error:
            await _refuse(error, scope, reply)
        return None

    async def _direct(self, scope: HTTPScope, headers: Mapping[bytes, bytes], receive: Receive, reply: Reply) -> None:
        """To Litestar, or to a service."""
        if scope["method"] not in _METHODS:
            raise MethodNotAllowedException
        if not is_plain(scope["raw_path"]):
            raise NotFoundException
        match = self._routes.match(scope["path"])
        if match is None:
            return await self._app(scope, receive, reply)
        principal = self._identify(match.route, headers)
        await self._limits.spend(match.route.rate(scope["method"]), _client(principal, scope))
        if match.route.service is Service.GATEWAY:
            scope["user"] = principal
            return await self._app(scope, receive, reply)
        call = Call(match.service(), principal, headers, scope["state"]["request_id"], match.route.body_limit)
        return await self._proxy.forward(call, scope, receive, reply)

    def _identify(self, route: Route, headers: Mapping[bytes, bytes]) -> Principal:
        """Raises TokenRefused. A bad token is refused even where none is needed: its owner believes to be known."""
        authorization = headers.get(b"authorization")
        if route.access is Access.PUBLIC:
            return ANONYMOUS
        if authorization is None and route.access is Access.ANONYMOUS and self._allow_anonymous:
            return ANONYMOUS
        return self._tokens.verify(bearer(authorization.decode("latin-1") if authorization else None))


def _client(principal: Principal, scope: HTTPScope) -> str:
    """Who is counted: a user, or the address of somebody unknown."""
    return _address(scope) if principal is ANONYMOUS else principal.user_id.hex


def _address(scope: HTTPScope) -> str:
    """An IPv6 client owns a whole /64 and may use a new address for every request."""
    host = scope["client"][0] if scope["client"] else ""
    return str(ipaddress.ip_network((host, 64), strict=False)) if ":" in host else host


async def _refuse(error: Exception, scope: HTTPScope, reply: Reply) -> None:
    request_id = scope["state"]["request_id"]
    problem = problems.problem_of(error, request_id)
    facts = {"method": scope["method"], "path": scope["path"], "status": problem.status, "request_id": request_id}
    if problem.status >= 500:
        logger.error("failed", **facts, error=repr(error), exc_info=error if problem.status == 500 else None)
    else:
        logger.info("refused", **facts)
    if not reply.started:
        headers = {"content-type": problems.MEDIA_TYPE, **problems.headers_of(error)}
        body = problems.encode(problem)
        headers["content-length"] = str(len(body))
        await reply.answer(
            problem.status, [(name.lower().encode(), value.encode()) for name, value in headers.items()], body
        )
