"""uvicorn's WebSocket protocol, with a way past its queue of messages.

ASGI sends a frame at a time, encodes it for each socket anew and waits wherever a client does not read. A hub that
tells a thousand sockets the same thing needs to write bytes that are ready, and to know who does not keep up.
"""

import logging
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "errand.socket"
# For the closing handshake of a client that still answers; one that does not has had its pings.
_CLOSE_S = 10.0
_ABORT_S = 1.0
# Of any kind, control frames and empty fragments too: 15 us each, in which nobody else is served.
_MAX_FRAMES = 1000
_WINDOW_S = 10.0
# What is parsed without a look at the number of frames: 700 of them at most.
_PIECE_BYTES = 4096

# uvicorn and websockets tell of every socket with its query and headers, in which there are tokens.
_logger = logging.getLogger(__name__)
_logger.setLevel(logging.WARNING)
# uvicorn takes it for an error of ours, with a traceback.
_logger.addFilter(lambda record: not str(record.msg).startswith("Invalid UTF-8 sequence received"))


def text_frame(payload: bytes) -> bytes:
    """A text message as it goes over the wire."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


class SocketProtocol(WebSocketsSansIOProtocol):
    """Gives itself to the application as the scope's extension `errand.socket`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = self.conn.logger = _logger
        #: Whether the client keeps up with what was written.
        self.is_writable = True
        self.on_writable: Callable[[], None] | None = None
        self._frames = 0
        self._window_ends = 0.0

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

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE_BYTES):
            if not self.transport.is_closing():
                super().data_received(data[start : start + _PIECE_BYTES])

    def handle_events(self) -> None:
        if (now := self.loop.time()) > self._window_ends:
            self._window_ends, self._frames = now + _WINDOW_S, 0
        self._frames += len(self.conn.events)
        if self._frames > _MAX_FRAMES:
            # Without a word: it would have to be listened to until it has answered.
            self.transport.abort()
        elif self.conn.handshake_exc is not None and not self.handshake_initiated:
            self._refuse_handshake()
        else:
            super().handle_events()

    def _refuse_handshake(self) -> None:
        """uvicorn does not notice a handshake that cannot be read, and would leave its client waiting."""
        answer = b"".join(self.conn.data_to_send())
        self.transport.write(answer or b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.transport.close()

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

    def shutdown(self) -> None:
        """uvicorn fails where the client has said goodbye and not read all, and then closes no other connection."""
        if self.transport.is_closing():
            self.transport.abort()
        else:
            super().shutdown()

    def keepalive_timeout(self) -> None:
        """uvicorn closes the transport, which then waits until its buffer is empty: for ever, where nobody reads."""
        super().keepalive_timeout()
        self.loop.call_later(_ABORT_S, self.transport.abort)
