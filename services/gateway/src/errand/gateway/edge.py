"""The outermost layer: lets in, counts, and shows every request the way.

It is a plain ASGI layer in front of Litestar rather than one of its handlers: what belongs to a service never reaches
Litestar's router and middleware, which would cost as much again as the passing on itself.
"""

from collections.abc import Iterable, Mapping

import structlog
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from errand.common.http import problems
from errand.common.http.requests import PROBES, request_id_of
from errand.common.identity import ANONYMOUS, Principal, bearer
from errand.common.ids import Service
from errand.gateway.answers import Answer
from errand.gateway.auth.tokens import AccessTokens
from errand.gateway.bodies import Body, ClientGone, replayed
from errand.gateway.clients import client_of
from errand.gateway.cors import Cors, Headers, is_preflight
from errand.gateway.limits import Limits
from errand.gateway.live.connection import Close
from errand.gateway.live.preference import Patience, preferred_wait_s
from errand.gateway.live.waiting import MAX_WAIT_S
from errand.gateway.pages import PagesOrigin
from errand.gateway.proxy import Call, Proxy
from errand.gateway.routes import Access, Match, Route, Routes, is_plain, is_reading
from errand.gateway.views import Views, view_of

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
        sockets: ASGIApp,
        routes: Routes,
        tokens: AccessTokens,
        limits: Limits,
        proxy: Proxy,
        views: Views,
        patience: Patience,
        cors: Cors,
        pages: PagesOrigin,
        allow_anonymous: bool,
    ) -> None:
        self._app = app
        self._sockets = sockets
        self._routes = routes
        self._tokens = tokens
        self._limits = limits
        self._proxy = proxy
        self._views = views
        self._patience = patience
        self._cors = cors
        self._pages = pages
        self._allow_anonymous = allow_anonymous

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.WEBSOCKET:
            if not self._pages.admits(scope):
                return await send({"type": "websocket.close", "code": Close.POLICY, "reason": ""})
            return await self._sockets(scope, receive, send)
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
        except ClientGone:
            pass
        except Exception as error:
            await _refuse(error, scope, reply)
        return None

    async def _direct(self, scope: HTTPScope, headers: Mapping[bytes, bytes], receive: Receive, reply: Reply) -> None:
        """To Litestar, to a service, or to what is remembered of one."""
        if scope["method"] not in _METHODS:
            raise MethodNotAllowedException(headers={"Allow": ", ".join(sorted(_METHODS))})
        if not is_plain(scope["raw_path"]):
            raise NotFoundException
        match = self._routes.match(scope["path"])
        if match is None:
            # Litestar has paths of its own, `/internal/openapi.json` for one.
            if scope["path"] not in PROBES or self._pages.covers(headers):
                raise NotFoundException
            return await self._app(scope, receive, reply)
        scope["state"]["route"] = match.route.pattern
        if elsewhere := self._pages.redirection(match.route, headers, scope):
            return await reply.answer(308, [(b"location", elsewhere)])
        principal, expires_at = self._identify(match.route, headers)
        await self._limits.spend(match.route.rate(scope["method"]), client_of(principal, scope))
        if match.route.service is Service.GATEWAY:
            scope["user"], scope["auth"] = principal, expires_at
            body = Body(headers, receive, match.route.body_limit)
            return await self._app(scope, await replayed(body, receive), reply)
        call = Call(match.service(), principal, headers, scope["state"]["request_id"], match.route.body_limit)
        if match.route.job_view and scope["method"] == "GET":
            return await self._view(match, call, scope, receive, reply)
        wait_s = MAX_WAIT_S if match.route.awaited else preferred_wait_s(headers)
        if scope["method"] == "POST" and wait_s:
            return await self._submit(call, match.route, wait_s, scope, receive, reply)
        try:
            await self._proxy.forward(call, scope, receive, reply)
        finally:
            # Whatever became of the answer, the job may have been written to.
            if match.job_id and not is_reading(scope["method"]):
                self._views.forget(match.job_id)
            elif match.route.purges and not is_reading(scope["method"]):
                self._views.forget_all_of(principal.user_id)
        return None

    async def _view(self, match: Match, call: Call, scope: HTTPScope, receive: Receive, reply: Reply) -> None:
        job_id, key = match.job_id or "", (call.principal.user_id, scope["raw_path"], scope["query_string"])
        if_none_match = call.headers.get(b"if-none-match")
        view = self._views.find(job_id, key, if_none_match) or await self._views.wait(job_id, key, if_none_match)
        if view is None:
            answer = Answer(reply)
            with self._views.fetching(job_id, key) as fetch:
                await self._proxy.forward(call, scope, receive, answer)
                view = view_of(answer)
                if view is None:
                    return await answer.release()
                self._views.keep(job_id, view, fetch)
        return await reply.answer(*view.answer(if_none_match))

    async def _submit(
        self, call: Call, route: Route, wait_s: int, scope: HTTPScope, receive: Receive, reply: Reply
    ) -> None:
        answer = Answer(reply)
        await self._proxy.forward(call, scope, receive, answer)
        client = client_of(call.principal, scope)
        outcome = await self._patience.outcome(answer, call, client, wait_s, receive, awaited=route.awaited)
        if outcome is None:
            return await answer.release()
        return await reply.answer(*outcome)

    def _identify(self, route: Route, headers: Mapping[bytes, bytes]) -> tuple[Principal, float | None]:
        """Who asks, and until when that is certain. Raises TokenRefused.

        A bad token is refused even where none is needed: its owner believes to be known.
        """
        authorization = headers.get(b"authorization")
        if route.access is Access.PUBLIC:
            return ANONYMOUS, None
        if authorization is None and route.admits_anybody(allow_anonymous=self._allow_anonymous):
            return ANONYMOUS, None
        return self._tokens.verify_until(bearer(authorization.decode("latin-1") if authorization else None))


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
