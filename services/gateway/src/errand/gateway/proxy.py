"""Passes a request on to a service and its answer back, as bytes."""

import asyncio
from collections.abc import Mapping
from types import TracebackType

import aiohttp
import msgspec
from litestar.exceptions import HTTPException
from litestar.types import HTTPScope, Message, Receive, Send
from multidict import CIMultiDict
from opentelemetry.trace import SpanKind

from errand.common.errors import Invalid
from errand.common.identity import Principal, Signer
from errand.common.ids import Service
from errand.common.telemetry import traces
from errand.gateway import headers
from errand.gateway.bodies import WHOLE_BYTES, Body, BodyLate, ClientGone
from errand.gateway.upstreams import ServiceUnavailable, Upstreams

DEADLINE_S = 30.0
# Most calls are over by then and are spared a second task and timer; one that lasts ends soon enough after its client.
_WATCH_AFTER_S = 0.25


class Call(msgspec.Struct, frozen=True):
    """One request on its way to one service, for one user."""

    service: Service
    principal: Principal
    headers: Mapping[bytes, bytes]
    request_id: str
    body_limit: int


class Proxy:
    def __init__(self, upstreams: Upstreams, signer: Signer) -> None:
        self._upstreams = upstreams
        self._signer = signer

    async def forward(self, call: Call, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answers the client, or raises. Where the answer has begun by then it must be broken off."""
        body = Body(call.headers, receive, call.body_limit)
        deadline = Deadline(receive, body)

        async def send_in_time(message: Message) -> None:
            await send(message)
            deadline.extend()

        try:
            async with deadline:
                await self._exchange(call, scope, body, send_in_time)
        except TimeoutError as error:
            if not deadline.client_gone:
                raise _overdue(call.service, body) from error
        except ClientGone:
            pass

    async def _exchange(self, call: Call, scope: HTTPScope, body: Body, send: Send) -> None:
        content = await body.content()
        with traces.span(f"{scope['method']} {call.service.name.lower()}", SpanKind.CLIENT) as span:
            passed = self._headers(call, scope)
            if body.length is not None and not isinstance(content, bytes | None):
                passed["Content-Length"] = str(body.length)
            try:
                response = await self._upstreams.request(
                    call.service, scope["method"], _target(scope), headers=passed, content=content
                )
            except ServiceUnavailable as error:
                raise body.fault or error from error
            span.set_attribute("http.response.status_code", response.status)
            try:
                await _answer(response, send)
            except aiohttp.ClientError as error:
                raise ServiceUnavailable(call.service) from error
            finally:
                response.close()

    def _headers(self, call: Call, scope: HTTPScope) -> CIMultiDict[str]:
        return headers.forwarded(
            scope["headers"],
            token=self._signer.sign(call.principal.user_id, call.service.name.lower()),
            request_id=call.request_id,
            client=scope["client"][0] if scope["client"] else "",
            scheme=scope["scheme"],
            trace_parent=traces.trace_parent(),
        )


class Deadline:
    """Ends a call when its time is over, or when its client has gone. A long answer may take its time, as long as its
    client goes on reading."""

    def __init__(self, receive: Receive, body: Body) -> None:
        self.client_gone = False
        self._receive = receive
        self._body = body
        self._loop = asyncio.get_running_loop()
        self._timeout = asyncio.timeout(None)
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._timer = self._loop.call_later(_WATCH_AFTER_S, self._begin)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        await self._timeout.__aexit__(kind, error, traceback)

    def extend(self) -> None:
        if self._timeout.when() is not None and not self.client_gone:
            self._timeout.reschedule(self._loop.time() + DEADLINE_S)

    def _begin(self) -> None:
        self._timeout.reschedule(self._loop.time() + DEADLINE_S - _WATCH_AFTER_S)
        self._watch()

    def _watch(self) -> None:
        if self._body.complete:
            self._watcher = self._loop.create_task(self._wait_until_gone())
        else:
            # Whoever reads the body is told by it; two must not receive at once.
            self._timer = self._loop.call_later(_WATCH_AFTER_S, self._watch)

    async def _wait_until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.client_gone = True
        self._timeout.reschedule(self._loop.time())


async def _answer(response: aiohttp.ClientResponse, send: Send) -> None:
    """A small answer is read first, so that one that breaks off can still become an error; others are streamed."""
    length = response.content_length
    small = await response.read() if length is not None and length <= WHOLE_BYTES else None
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": headers.returned(response.raw_headers, response.status),
        }
    )
    if small is None:
        async for chunk in response.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": small or b"", "more_body": False})


def _target(scope: HTTPScope) -> str:
    try:
        path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
    except UnicodeDecodeError as error:
        raise Invalid("The URL has characters that must be percent-encoded.") from error
    return f"{path}?{query}" if query else path


def _overdue(service: Service, body: Body) -> HTTPException:
    if not body.complete:
        return BodyLate(DEADLINE_S)
    return HTTPException(
        status_code=504, detail=f"The {service.name.lower()} service did not answer within {DEADLINE_S:.0f} s."
    )
