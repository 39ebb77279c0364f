"""Server-sent events: a job's story over one long answer."""

import asyncio
import time
from uuid import UUID

import msgspec
from litestar.types import Receive, Scope, Send

from errand.common.identity import Principal
from errand.gateway import metrics
from errand.gateway.live.attendance import Attendance
from errand.gateway.live.connection import MAX_WAITING_BYTES, MAX_WAITING_FRAMES
from errand.gateway.live.frames import Resume
from errand.gateway.live.hub import Hub
from errand.gateway.live.story import Batch, Event
from errand.gateway.live.waiting import until_gone

MEDIA_TYPE = "text/event-stream"
_HEARTBEAT_S = 15.0
_RETRY_MS = 2000
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    # nginx would hold the events back until it has a bufferful of them.
    (b"x-accel-buffering", b"no"),
]


class _Resync(msgspec.Struct, frozen=True):
    seq: int
    job: msgspec.Raw


def encode_event(_: UUID, event: Event) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (event.seq, event.json)


class EventStream:
    """A subscription that is read at its client's pace. A client that falls behind too far has the stream end under
    it, and comes back with the last id that it got."""

    def __init__(
        self, hub: Hub, job_id: UUID, principal: Principal, after: int, *, expires_at: float | None = None
    ) -> None:
        """Stops at `expires_at`, in Unix seconds, when the client's token does."""
        self._waiting: list[bytes] = []
        self._waiting_events = 0
        self._waiting_bytes = 0
        self._over = False
        self._ended = False
        loop = asyncio.get_running_loop()
        self._attached: asyncio.Future[None] = loop.create_future()
        self._expiry = loop.call_later(expires_at - time.time(), self.stop) if expires_at is not None else None
        self._changed = asyncio.Event()
        self._drained = asyncio.Event()
        self._hub = hub
        self._subscription = hub.subscribe(job_id, principal, after, self)

    async def attached(self) -> None:
        """Raises JobNotFound, ServiceUnavailable."""
        await self._attached

    @property
    def has_nothing(self) -> bool:
        """Whether the job was over before, and the client has had it all."""
        return self._over and not self._waiting

    def stop(self) -> None:
        """End under the client, which comes back."""
        self._ended = True
        self._changed.set()

    def close(self) -> None:
        if self._expiry:
            self._expiry.cancel()
        self._hub.unsubscribe(self._subscription)

    async def next(self) -> bytes | None:
        """What has come since, or a sign of life; None at the end."""
        try:
            async with asyncio.timeout(_HEARTBEAT_S):
                while not self._waiting and not self._ended:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return b": \n\n"
        chunk = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_events = self._waiting_bytes = 0
        self._drained.set()
        return chunk or None

    # As a sink

    def attach(self, resume: Resume, seq: int) -> None:
        self._attached.set_result(None)

    def deliver(self, batch: Batch) -> None:
        self._keep(batch.encoded(encode_event), len(batch.events))

    def resync(self, seq: int, job: msgspec.Raw) -> None:
        self._keep(b"event: resync\nid: %d\ndata: %b\n\n" % (seq, msgspec.json.encode(_Resync(seq, job))), 1)

    def end(self) -> None:
        self._over = True
        self.stop()

    def fail(self, error: Exception) -> None:
        if self._attached.done():
            self.stop()
        else:
            self._attached.set_exception(error)

    async def drained(self) -> None:
        while self._waiting:
            self._drained.clear()
            await self._drained.wait()

    def _keep(self, chunk: bytes, events: int) -> None:
        if self._ended:
            return
        self._waiting.append(chunk)
        self._waiting_events += events
        self._waiting_bytes += len(chunk)
        too_much = self._waiting_events > MAX_WAITING_FRAMES or self._waiting_bytes > MAX_WAITING_BYTES
        # However much comes at once, the client has not had the time to read it.
        if too_much and len(self._waiting) > 1:
            metrics.SLOW_READER_CLOSES.inc()
            self._waiting.clear()
            self.stop()
        self._changed.set()


class EventStreamAnswer:
    """ASGI application that sends one stream, until its end or its client's. Raises TooManyConnections first."""

    def __init__(self, stream: EventStream, attendance: Attendance, client: str) -> None:
        self._stream = stream
        self._attendance = attendance
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._attendance.present(self._client, metrics.EVENT_STREAMS, self._stream.stop):
                await self._exchange(receive, send)
        finally:
            self._stream.close()

    async def _exchange(self, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(until_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            sending.cancel()
            leaving.cancel()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        await send({"type": "http.response.body", "body": b"retry: %d\n\n" % _RETRY_MS, "more_body": True})
        while chunk := await self._stream.next():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
