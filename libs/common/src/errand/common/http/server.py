"""The HTTP server: uvicorn with the settings that Errand relies on."""

import asyncio
import gc
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvicorn
from litestar.types import ASGIApp

from errand.common.http.protocol import HttpProtocol

# Longer than any client of ours keeps a connection, so that it is never the server that closes an idle one under
# a request on its way.
KEEP_ALIVE_S = 75


# Who takes in nothing for as long has gone, or never reads: without it a full buffer keeps a connection for ever.
USER_TIMEOUT_S = 20
MAX_FRAME_BYTES = 64 * 1024
# Together less than the 40 s after which a client that has silently gone should be.
_PING_EVERY_S = 20
_PONG_WITHIN_S = 15

WebSockets = type[asyncio.Protocol]


def serve(
    app: ASGIApp,
    *,
    host: str,
    ports: Sequence[int],
    websockets: WebSockets | None = None,
    drain: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, on every one of `ports`.

    Without `websockets`, a protocol for uvicorn, there are none. At the end `drain` sends long connections away, while
    requests still get their answers and nobody new is let in.
    """
    sockets = [_listen(host, port) for port in ports]
    # Requests leave little garbage that needs a collector, and what has been imported stays for good. By default
    # looking through both takes a tenth to a fifth of the CPU of a busy process.
    gc.collect()
    gc.freeze()
    gc.set_threshold(25_000)
    Server(server_config(app, websockets), drain).run(sockets=sockets)


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(config)
        self._drain = drain

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._drain:
            for server in self.servers:
                server.close()
            await self._drain()
        await super().shutdown(sockets)


def server_config(app: ASGIApp, websockets: WebSockets | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=HttpProtocol,
        ws=websockets or "none",
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=_PING_EVERY_S,
        ws_ping_timeout=_PONG_WITHIN_S,
        # It costs twice the memory of a socket, and the encoding of each frame for each of them.
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=10,
        access_log=False,
        log_config=None,
        server_header=False,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_S * 1000)
    return listener
