"""The HTTP server: uvicorn with the settings that Errand relies on."""

import gc
import socket
from collections.abc import Sequence

import uvicorn
from litestar.types import ASGIApp

# Longer than any client of ours keeps a connection, so that it is never the server that closes an idle one under
# a request on its way.
KEEP_ALIVE_S = 75


def serve(app: ASGIApp, *, host: str, ports: Sequence[int]) -> None:
    """Serve until SIGTERM or SIGINT, on every one of `ports`."""
    sockets = [_listen(host, port) for port in ports]
    # Requests leave little garbage that needs a collector, and what has been imported stays for good. By default
    # looking through both takes a tenth to a fifth of the CPU of a busy process.
    gc.collect()
    gc.freeze()
    gc.set_threshold(25_000)
    uvicorn.Server(server_config(app)).run(sockets=sockets)


def server_config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=10,
        access_log=False,
        log_config=None,
        server_header=False,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)
