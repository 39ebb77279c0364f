"""Real servers in this process, each on a thread of its own."""

import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import uvicorn

from errand.common.http.server import Server, WebSockets, server_config


class _Server(Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]] | None) -> None:
        super().__init__(config, drain)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


@contextlib.contextmanager
def serving(
    app: Any,
    port: int = 0,
    *,
    websockets: WebSockets | None = None,
    drain: Callable[[], Awaitable[None]] | None = None,
) -> Iterator[int]:
    """Serve an ASGI application; the port is what it says to `with`."""
    listener = socket.create_server(("127.0.0.1", port))
    server = _Server(server_config(app, websockets), drain)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert server.ready.wait(10)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(15)
    assert not thread.is_alive()


@contextlib.contextmanager
def talking(script: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does whatever `script` does with each connection: what a well-behaved one never would."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=_talk, args=(script, connection), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def _talk(script: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        script(connection)


def read_request(connection: socket.socket) -> bytes:
    """One request's head, as far as it has come with it."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionResetError
        received += chunk
    return received


def exchange(port: int, request: bytes) -> bytes:
    """Send bytes as they are; what comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                answer += chunk
        return answer
