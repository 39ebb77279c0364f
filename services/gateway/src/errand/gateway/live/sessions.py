"""What is spoken over a native socket once its client has been let in."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar.types import Receive

from errand.common.errors import Conflict, ErrandError, Invalid, NotFound
from errand.common.identity import TokenRefused
from errand.gateway.live.admission import Admission
from errand.gateway.live.connection import Close, Connection, farewell
from errand.gateway.live.frames import (
    AttachedFrame,
    ErrorFrame,
    EventFrame,
    JobSocketFrame,
    JobsSocketFrame,
    RenewedFrame,
    RenewFrame,
    Resume,
    ResyncFrame,
    SubscribeFrame,
    UnsubscribedFrame,
    UnsubscribeFrame,
)
from errand.gateway.live.hub import Hub
from errand.gateway.live.protocol import text_frame
from errand.gateway.live.story import Batch, Event
from errand.gateway.live.subscription import Subscription

MAX_SUBSCRIPTIONS = 128
_MAX_FRAMES = 30
_WINDOW_S = 10.0
# As for requests: clocks of two hosts differ.
_LEEWAY_S = 5.0

_encode = msgspec.json.Encoder().encode

Verify = Callable[[str], Admission]


class BadFrame(Invalid):
    code = "bad_frame"


class TooManySubscriptions(Conflict):
    code = "too_many_subscriptions"

    def __init__(self) -> None:
        super().__init__(f"A socket can watch {MAX_SUBSCRIPTIONS} jobs at most.")


class AlreadySubscribed(Conflict):
    code = "already_subscribed"

    def __init__(self) -> None:
        super().__init__("This socket watches the job already.")


class NotSubscribed(NotFound):
    code = "not_subscribed"

    def __init__(self) -> None:
        super().__init__("This socket does not watch the job.")


def encode_event(job_id: UUID, event: Event) -> bytes:
    return text_frame(_encode(EventFrame(job_id=job_id, seq=event.seq, event=msgspec.Raw(event.json))))


class JobSink:
    """Sends the news of one job, as frames."""

    def __init__(
        self, connection: Connection, job_id: UUID, *, on_end: Callable[[], None], on_fail: Callable[[Exception], None]
    ) -> None:
        self._connection = connection
        self._job_id = job_id
        self.end = on_end
        self.fail = on_fail
        self.drained = connection.drained

    def attach(self, resume: Resume, seq: int) -> None:
        self._connection.send(AttachedFrame(job_id=self._job_id, resume=resume, seq=seq))

    def deliver(self, batch: Batch) -> None:
        self._connection.write(batch.encoded(encode_event), len(batch.events))

    def resync(self, seq: int, job: msgspec.Raw) -> None:
        self._connection.send(ResyncFrame(job_id=self._job_id, seq=seq, job=job))


class Session:
    """A socket's life: takes its client's frames until one of the two sides ends it, or its token does."""

    frame: ClassVar[Any]

    def __init__(self, connection: Connection, hub: Hub, admission: Admission, verify: Verify) -> None:
        self.connection = connection
        self.hub = hub
        self.principal = admission.principal
        self._verify = verify
        self._expiry: asyncio.TimerHandle | None = None
        self._keep_until(admission.expires_at)

    def take(self, frame: Any) -> None:
        """Do what a client's frame says. Raises an ErrandError, which the client is told."""
        raise NotImplementedError

    def leave(self) -> None:
        """Stop what the session has going."""
        raise NotImplementedError

    async def run(self, receive: Receive) -> None:
        window_ends, frames = 0.0, 0
        try:
            while (message := await receive())["type"] == "websocket.receive":
                if (now := time.monotonic()) > window_ends:
                    window_ends, frames = now + _WINDOW_S, 0
                frames += 1
                if frames > _MAX_FRAMES:
                    self.connection.close(Close.POLICY, "Too many messages.")
                else:
                    self._take(message.get("text"))
        finally:
            if self._expiry:
                self._expiry.cancel()
            self.leave()

    def _take(self, text: str | None) -> None:
        job_id: UUID | msgspec.UnsetType = msgspec.UNSET
        try:
            frame = _decode(text, self.frame)
            job_id = getattr(frame, "job_id", msgspec.UNSET)
            if isinstance(frame, RenewFrame):
                self._renew(frame.token)
            else:
                self.take(frame)
        except ErrandError as error:
            self.connection.send(ErrorFrame(code=error.code, detail=str(error), job_id=job_id))

    def _renew(self, token: str) -> None:
        admission = self._verify(token)
        if admission.principal != self.principal or admission.expires_at is None:
            raise TokenRefused
        self._keep_until(admission.expires_at)
        self.connection.send(RenewedFrame(expires_at=datetime.fromtimestamp(admission.expires_at, UTC)))

    def _keep_until(self, expires_at: float | None) -> None:
        if self._expiry:
            self._expiry.cancel()
        if expires_at is not None:
            wait_s = expires_at + _LEEWAY_S - time.time()
            self._expiry = asyncio.get_running_loop().call_later(
                wait_s, self.connection.close, Close.UNAUTHENTICATED, "The token has expired."
            )


class JobSession(Session):
    """`/ws/v1/jobs/{id}`"""

    frame = JobSocketFrame

    def watch(self, job_id: UUID, after: int) -> None:
        sink = JobSink(self.connection, job_id, on_end=self._end, on_fail=self._fail)
        self._subscription = self.hub.subscribe(job_id, self.principal, after, sink)

    def leave(self) -> None:
        self.hub.unsubscribe(self._subscription)

    def _end(self) -> None:
        self.connection.close(Close.OVER, "The job is over.")

    def _fail(self, error: Exception) -> None:
        self.connection.close(*farewell(error))


class JobsSession(Session):
    """`/ws/v1/jobs`"""

    frame = JobsSocketFrame

    def __init__(self, connection: Connection, hub: Hub, admission: Admission, verify: Verify) -> None:
        super().__init__(connection, hub, admission, verify)
        self._subscriptions: dict[UUID, Subscription] = {}

    def take(self, frame: SubscribeFrame | UnsubscribeFrame) -> None:
        match frame:
            case SubscribeFrame(job_id, after):
                self._subscribe(job_id, after)
            case UnsubscribeFrame(job_id):
                self._unsubscribe(job_id)

    def leave(self) -> None:
        for subscription in self._subscriptions.values():
            self.hub.unsubscribe(subscription)

    def _subscribe(self, job_id: UUID, after: int) -> None:
        if job_id in self._subscriptions:
            raise AlreadySubscribed
        if len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            raise TooManySubscriptions

        def fail(error: Exception) -> None:
            self._subscriptions.pop(job_id, None)
            code = error.code if isinstance(error, ErrandError) else "internal_error"
            self.connection.send(ErrorFrame(code=code, detail=farewell(error)[1], job_id=job_id))

        sink = JobSink(self.connection, job_id, on_end=lambda: None, on_fail=fail)
        self._subscriptions[job_id] = self.hub.subscribe(job_id, self.principal, after, sink)

    def _unsubscribe(self, job_id: UUID) -> None:
        subscription = self._subscriptions.pop(job_id, None)
        if subscription is None:
            raise NotSubscribed
        self.hub.unsubscribe(subscription)
        self.connection.send(UnsubscribedFrame(job_id=job_id))


def _decode(text: str | None, type: Any) -> Any:
    if text is None:
        raise BadFrame("A frame is text.")
    try:
        return msgspec.json.decode(text, type=type)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from error
