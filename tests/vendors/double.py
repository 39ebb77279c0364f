"""A vendor of language models on loopback: it speaks the vendor's wire and does with each call what it was told."""

import collections
import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

from msgspec import Struct

from tests.vendors import anthropic_wire, openai_wire
from tests.vendors.replies import Breaks, Fails, Hangs, Reply, Says, SchemaRefused

WIRES: dict[str, ModuleType] = {"openai": openai_wire, "anthropic": anthropic_wire}
KEY = "sk-secret-4711"


class Received(Struct, frozen=True):
    """A call that came in, as the vendor understands it."""

    system: str
    turns: list[tuple[str, str]]
    schema: dict[str, Any] | None
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.turns)


class VendorDouble:
    """`will(…)` says what the next calls get; a call beyond them gets a 500. `received` are the calls so far."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.wire = WIRES[vendor]
        self.received: list[Received] = []
        self.closing = threading.Event()
        self._replies: collections.deque[Reply] = collections.deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.wire.BASE_PATH}"

    def will(self, *replies: Reply) -> None:
        self._replies.extend(replies)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply_to(self, path: str, headers: Any, body: dict[str, Any]) -> Reply:
        if path != self.wire.PATH:
            return Fails(404)
        if self.wire.key_of(headers) != KEY:
            return Fails(401, message=f"Incorrect API key provided: {self.wire.key_of(headers)}")
        wire = self.wire
        self.received.append(Received(wire.system_of(body), wire.turns_of(body), wire.schema_of(body), body))
        try:
            wire.check(body)
        except (SchemaRefused, AssertionError, KeyError) as error:
            return Fails(400, message=repr(error))
        return self._replies.popleft() if self._replies else Fails(500, message="not told what to do")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                reply = double.reply_to(self.path, self.headers, body)
                # A client that has had enough goes away in the middle.
                with contextlib.suppress(ConnectionError):
                    _carry_out(double, self, reply)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _carry_out(double: VendorDouble, connection: BaseHTTPRequestHandler, reply: Reply) -> None:
    connection.close_connection = True
    match reply:
        case Hangs(drips=False):
            double.closing.wait()
        case Fails():
            content = double.wire.error(reply.status, reply.message)
            _head(connection, reply.status, {"content-length": str(len(content)), **reply.headers})
            connection.wfile.write(content)
        case _:
            _head(connection, 200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
            for event in _events(double, reply):
                connection.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            if isinstance(reply, Says):
                connection.wfile.write(b"0\r\n\r\n")


def _events(double: VendorDouble, reply: Says | Breaks | Hangs) -> Iterator[bytes]:
    if isinstance(reply, Hangs):
        while not double.closing.wait(0.02):
            yield double.wire.PING
    else:
        yield from filter(None, double.wire.stream(reply))


def _head(connection: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    connection.send_response(status)
    for name, value in headers.items():
        connection.send_header(name, value)
    connection.end_headers()


@contextlib.contextmanager
def vendor_double(vendor: str) -> Iterator[VendorDouble]:
    double = VendorDouble(vendor)
    try:
        yield double
    finally:
        double.close()
