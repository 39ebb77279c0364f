"""uvicorn's HTTP protocol, with an end to what a client may send before anybody looks at it, and to waiting for one.

The parser gathers the head of a request, the frame of a chunk and the trailer without a limit, and waits for them for
ever; a value that comes in many reads is copied with each of them.
"""

import asyncio
from typing import Any

from litestar.exceptions import HTTPException
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from errand.common.http import problems

#: Of a request, beside its body.
MAX_HEAD_BYTES = 64 * 1024
#: For its head; for the rest of a body whose request has been answered already; and for some of the answer to be read.
PATIENCE_S = 20.0
# What is parsed without a look at how much it has been.
_PIECE_BYTES = 16 * 1024


class HttpProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of what the parser has taken in since it last told of a head, some body or an end.
        self._untold_bytes = 0
        self._in_head = True
        self._timer: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        # uvicorn's `cycle` is the request that was read last; this one the application is at.
        self._answered: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._end_stall()
        if self._answered is not None:
            # uvicorn tells the other one alone, and this one would go on and fail.
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE_BYTES):
            # It has another protocol once it is a WebSocket.
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return
            piece = data[start : start + _PIECE_BYTES]
            self._untold_bytes += len(piece)
            super().data_received(piece)
            if self._untold_bytes > MAX_HEAD_BYTES:
                self._refuse(431, "The head of the request is too large.")
        if self._in_head and self._untold_bytes and self._timer is None:
            self._start_timer()

    def on_header(self, name: bytes, value: bytes) -> None:
        # uvicorn takes the fields of a trailer for headers, of which the last one counts.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._tell(in_head=False)

    def on_body(self, body: bytes) -> None:
        self._untold_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._tell(in_head=True)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._in_head and self.cycle.response_complete:
            # So that a client may read the answer that sends all first.
            self._start_timer()

    def pause_writing(self) -> None:
        super().pause_writing()
        # Closing would wait for the client as well.
        self._stall = self.loop.call_later(PATIENCE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._end_stall()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)

    def _tell(self, *, in_head: bool) -> None:
        self._in_head = in_head
        self._untold_bytes = 0
        self._stop_timer()

    def _start_timer(self) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(PATIENCE_S, self._give_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _give_up(self) -> None:
        if self._in_head and self._untold_bytes:
            self._refuse(408, f"The head of the request did not arrive within {PATIENCE_S:.0f} s.")
        else:
            self.transport.close()

    def _refuse(self, status: int, detail: str) -> None:
        """The last word on this connection; none where it would be taken for the answer to another request, or stand
        within one."""
        if not self.transport.is_closing() and not self._is_answering():
            body = problems.encode(problems.problem_of(HTTPException(status_code=status, detail=detail), None))
            head = f"content-type: {problems.MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.close()

    def _is_answering(self) -> bool:
        answered = self._answered
        if answered is None or answered.response_complete:
            return False
        return self._in_head or answered is not self.cycle or answered.response_started
