"""uvicorn's WebSocket protocol, with a way past its queue of messages.

ASGI sends a frame at a time, encodes it for each socket anew and waits wherever a client does not read. A hub that
tells a thousand sockets the same thing needs to write bytes that are ready, and to know who does not keep up.
"""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "errand.socket"
# For the closing handshake of a client that still answers; one that does not has had its pings.
_CLOSE_S = 10.0
_ABORT_S = 1.0


def text_frame(payload: bytes) -> bytes:
    """A text message as it goes over the wire."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


class SocketProtocol(WebSocketsSansIOProtocol):
    """Gives itself to the application as the scope's extension `errand.socket`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Whether the client keeps up with what was written.
        self.is_writable = True
        self.on_writable: Callable[[], None] | None = None

    def write(self, frames: bytes) -> None:
        """Frames that are encoded already. Lost where the connection is on its way down."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def close(self, code: int, reason: str) -> None:
        """Say goodbye behind what was written, whether the client reads it or not, and hang up soon."""
        if self.close_sent or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(_CLOSE_S, self.transport.abort)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = self  # type: ignore[index]

    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_writable = False

    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_writable = True
        if self.on_writable:
            self.on_writable()

    def keepalive_timeout(self) -> None:
        """uvicorn closes the transport, which then waits until its buffer is empty: for ever, where nobody reads."""
        super().keepalive_timeout()
        self.loop.call_later(_ABORT_S, self.transport.abort)
