"""Vendors on loopback: they speak the vendor's wire and do with each call what they were told."""

import collections
import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any, Generic, TypeVar

from msgspec import Struct

from tests.vendors import anthropic_wire, openai_wire
from tests.vendors.replies import Breaks, Fails, Hangs, Reply, Says, SchemaRefused

WIRES: dict[str, ModuleType] = {"openai": openai_wire, "anthropic": anthropic_wire}
KEY = "sk-secret-4711"

R = TypeVar("R")


class Received(Struct, frozen=True):
    """A call that came in, as the vendor understands it."""

    system: str
    turns: list[tuple[str, str]]
    schema: dict[str, Any] | None
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.turns)


class Double(Generic[R]):
    """`will(…)` says what the next calls get; a call beyond them gets a 500."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.closing = threading.Event()
        self._replies: collections.deque[R] = collections.deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def will(self, *replies: R) -> None:
        self._replies.extend(replies)

    def next_reply(self) -> R | Fails:
        return self._replies.popleft() if self._replies else Fails(500, message="not told what to do")

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class VendorDouble(Double[Reply]):
    """One of language models. `received` are the calls so far."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.wire = WIRES[vendor]
        self.received: list[Received] = []
        super().__init__(self._handler())

    @property
    def base_url(self) -> str:
        return f"{self.origin}{self.wire.BASE_PATH}"

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
        return self.next_reply()

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
            send_head(connection, reply.status, {"content-length": str(len(content)), **reply.headers})
            connection.wfile.write(content)
        case _:
            send_head(connection, 200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})
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


def send_head(connection: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
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
