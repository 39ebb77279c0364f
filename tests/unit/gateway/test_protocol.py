"""Sockets on real connections, without a gateway behind them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from uvicorn.server import ServerState

from errand.common.http.server import server_config
from errand.gateway.live.protocol import EXTENSION, SocketProtocol
from tests.waiting import until

HANDSHAKE = (
    b"GET /?token=secret HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
MASK = b"\0\0\0\0"
PING, PONG = b"\x89\x80" + MASK, b"\x8a\x80" + MASK
FIRST_FRAGMENT = b"\x01\x80" + MASK
EMPTY_FRAGMENT = b"\x00\x80" + MASK
CLOSE = b"\x88\x82" + MASK + b"\x03\xe8"


class Peer:
    """The client's end, and the server's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, protocol: SocketProtocol) -> None:
        self.reader = reader
        self.writer = writer
        self.protocol = protocol


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Peer]:
    accepted = asyncio.get_running_loop().create_future()

    async def accept(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        accepted.set_result(scope["extensions"][EXTENSION])
        while (await receive())["type"] != "websocket.disconnect":
            pass

    config, state = server_config(accept, SocketProtocol), ServerState()
    config.load()
    server = await asyncio.get_running_loop().create_server(lambda: SocketProtocol(config, state, {}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1024)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        yield Peer(reader, writer, await accepted)
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        await asyncio.to_thread(until, lambda: not state.connections)


def run(scene: Callable[[Peer], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(10), connected() as peer:
            await scene(peer)

    asyncio.run(play())


def test_pings_are_answered() -> None:
    async def ping(peer: Peer) -> None:
        peer.writer.write(PING * 500)
        assert await peer.reader.readexactly(1000) == b"\x8a\x00" * 500

    run(ping)


@pytest.mark.parametrize("frame", [PING, PONG, EMPTY_FRAGMENT], ids=["pings", "pongs", "empty fragments"])
def test_a_flood_of_frames_that_are_no_messages_ends_the_connection(frame: bytes) -> None:
    async def flood(peer: Peer) -> None:
        peer.writer.write(FIRST_FRAGMENT + frame * 2000)
        with contextlib.suppress(ConnectionResetError):
            while await peer.reader.read(65536):
                pass

    run(flood)


def test_shutdown_ends_a_connection_whose_client_has_gone_without_reading() -> None:
    async def leave(peer: Peer) -> None:
        peer.protocol.write(b"\x00" * 8_000_000)
        peer.writer.write(CLOSE)
        await asyncio.to_thread(until, peer.protocol.transport.is_closing)
        peer.protocol.shutdown()

    run(leave)


def test_the_query_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def nothing(peer: Peer) -> None:
        pass

    run(nothing)

    assert "secret" not in caplog.text
