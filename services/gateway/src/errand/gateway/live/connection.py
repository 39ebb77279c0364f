"""One client's WebSocket: what goes out to it, in order and bounded, and how it ends."""

import asyncio
import enum

import msgspec
import structlog

from errand.common.errors import Forbidden, Invalid, RateLimited, Unavailable
from errand.common.identity import TokenRefused
from errand.gateway import metrics
from errand.gateway.live.attendance import TooManyConnections
from errand.gateway.live.frames import ServerFrame
from errand.gateway.live.protocol import SocketProtocol, text_frame
from errand.gateway.routes import JobNotFound

MAX_WAITING_FRAMES = 256
MAX_WAITING_BYTES = 1024 * 1024
_MAX_REASON_BYTES = 123  # RFC 6455 section 5.5

_encode = msgspec.json.Encoder().encode

logger = structlog.stdlib.get_logger(__name__)


class Close(enum.IntEnum):
    """Why a socket ends. Clients come back with their cursor after any of 1001, 1011 to 1013 and 4008."""

    OVER = 1000
    POLICY = 1008
    FAILED = 1011
    RESTARTING = 1012
    TRY_AGAIN = 1013
    UNAUTHENTICATED = 4001
    NOT_YOURS = 4003
    TOO_SLOW = 4008
    TOO_MANY = 4029


class Connection:
    """Frames go out at once while the client reads. Where it does not keep up they wait here, and leave in one write
    as soon as it does; one that stays behind is closed, to come back with its cursor."""

    def __init__(self, protocol: SocketProtocol) -> None:
        self._protocol = protocol
        self._waiting: list[bytes] = []
        self._waiting_frames = 0
        self._waiting_bytes = 0
        self._drained = asyncio.Event()
        self._closed = False
        protocol.on_writable = self._flush

    def send(self, frame: ServerFrame) -> None:
        self.write(text_frame(_encode(frame)))

    def write(self, frames: bytes, count: int = 1) -> None:
        """`count` frames, encoded."""
        if self._protocol.is_writable and not self._waiting:
            self._protocol.write(frames)
        else:
            self._keep(frames, count)

    def close(self, code: Close, reason: str) -> None:
        """Behind what was sent."""
        self._closed = True
        if code is not Close.TOO_SLOW:
            self._flush()
        self._waiting.clear()
        self._protocol.close(code, reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore"))

    async def drained(self) -> None:
        """Returns once the client has caught up with what was sent, and nobody else has sent more since."""
        while self._waiting or not self._protocol.is_writable:
            self._drained.clear()
            await self._drained.wait()

    def _keep(self, frames: bytes, count: int) -> None:
        if self._closed:
            return
        self._waiting.append(frames)
        self._waiting_frames += count
        self._waiting_bytes += len(frames)
        if self._waiting_frames > MAX_WAITING_FRAMES or self._waiting_bytes > MAX_WAITING_BYTES:
            metrics.SLOW_READER_CLOSES.inc()
            logger.info("socket is too slow", frames=self._waiting_frames, bytes=self._waiting_bytes)
            self.close(Close.TOO_SLOW, "You do not keep up. Come back with your cursor.")

    def _flush(self) -> None:
        if self._waiting:
            self._protocol.write(b"".join(self._waiting))
            self._waiting.clear()
            self._waiting_frames = self._waiting_bytes = 0
        self._drained.set()


def farewell(error: Exception) -> tuple[Close, str]:
    """How a socket ends that an error has ended."""
    match error:
        case TokenRefused():
            return Close.UNAUTHENTICATED, str(error)
        case JobNotFound():
            return Close.NOT_YOURS, str(error)
        case TooManyConnections():
            return Close.TOO_MANY, str(error)
        case Unavailable() | RateLimited():
            return Close.TRY_AGAIN, str(error)
        case Invalid() | Forbidden():
            return Close.POLICY, str(error)
        case _:
            return Close.FAILED, "Something went wrong on our side."
