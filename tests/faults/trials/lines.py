"""Connections that can be made to fail: a line stands between processes and what they call.

Like toxiproxy, but there wherever the tests are.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Iterator

# About as much as a reply of Postgres has before its first row, or a stream entry.
_MOST_BYTES = 300


class Line:
    """Passes on whatever comes to `port` of the loopback, to `target`: `host:port`, or the path of a Unix socket."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: str) -> None:
        self.target = target
        self.held = False
        self.cutting: random.Random | None = None
        self.links: set[Link] = set()
        self._loop = loop
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), loop).result()
        self.port: int = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """Nothing comes through any more, in neither direction, and nobody is told."""
        self._do(lambda: self._set_held(True))

    def release(self) -> None:
        """What was held comes through."""
        self._do(lambda: self._set_held(False))

    def cut(self) -> None:
        """Break off every connection at once."""
        self._do(self._break_off)

    def cut_in_replies(self, numbers: random.Random) -> None:
        """Break off each connection after a few more bytes of what is answered, until `be_whole`."""
        self._do(lambda: self._set_cutting(numbers))

    def be_whole(self) -> None:
        self._do(lambda: self._set_cutting(None))

    def close(self) -> None:
        self._do(self._server.close)
        self.cut()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: Link(self).client, "127.0.0.1", 0)

    def _do(self, action: Callable[[], object]) -> None:
        """In the loop's thread; returns when it is done."""

        async def act() -> None:
            action()
            await asyncio.sleep(0)  # until what was closed is closed

        asyncio.run_coroutine_threadsafe(act(), self._loop).result()

    def _break_off(self) -> None:
        for link in list(self.links):
            link.break_off()

    def _set_held(self, held: bool) -> None:
        self.held = held
        for link in self.links:
            link.steer()

    def _set_cutting(self, numbers: random.Random | None) -> None:
        self.cutting = numbers
        for link in self.links:
            link.limit()


class Link:
    """One connection through a line."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.client = End(self, self.open)
        self.server = End(self, self.steer)
        self._bytes_left: int | None = None

    def open(self) -> None:
        """The client is there."""
        self.line.links.add(self)
        self.limit()
        self.steer()
        self._opening = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop, target = asyncio.get_running_loop(), self.line.target
        try:
            if target.startswith("/"):
                await loop.create_unix_connection(lambda: self.server, target)
            else:
                host, _, port = target.rpartition(":")
                await loop.create_connection(lambda: self.server, host, int(port))
        except OSError:
            self.break_off()
        if self not in self.line.links:
            # The client has gone meanwhile.
            self.server.close()

    def steer(self) -> None:
        """Let each end read, if anything may pass and there is somebody to pass it on to."""
        for end, other in ((self.client, self.server), (self.server, self.client)):
            end.let_read(not self.line.held and other.takes)

    def limit(self) -> None:
        numbers = self.line.cutting
        self._bytes_left = numbers.randint(1, _MOST_BYTES) if numbers else None

    def pass_on(self, end: "End", data: bytes) -> None:
        if end is self.client:
            return self.server.write(data)
        self.client.write(data[: self._bytes_left])
        if self._bytes_left is not None:
            self._bytes_left -= len(data)
            if self._bytes_left <= 0:
                self.break_off()
        return None

    def break_off(self) -> None:
        """What was passed on still arrives, and then nothing."""
        self.line.links.discard(self)
        self.client.close()
        self.server.close()


class End(asyncio.Protocol):
    """One end of a link: what it reads, the other writes."""

    def __init__(self, link: Link, on_open: Callable[[], None]) -> None:
        self._link = link
        self._on_open = on_open
        self._transport: asyncio.Transport | None = None
        self._reads = True
        #: Whether it is open, and not full.
        self.takes = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.takes = True
        self._on_open()

    def data_received(self, data: bytes) -> None:
        self._link.pass_on(self, data)

    def connection_lost(self, error: Exception | None) -> None:
        self.takes = False
        self._link.break_off()

    def pause_writing(self) -> None:
        self.takes = False
        self._link.steer()

    def resume_writing(self) -> None:
        self.takes = True
        self._link.steer()

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def let_read(self, reads: bool) -> None:
        if self._transport is None or self._transport.is_closing() or reads == self._reads:
            return
        self._reads = reads
        if reads:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()


@contextlib.contextmanager
def lines() -> Iterator[Callable[[str], Line]]:
    """`open_line(target)`; all of them go with the context."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="lines", daemon=True)
    thread.start()
    opened: list[Line] = []

    def open_line(target: str) -> Line:
        opened.append(Line(loop, target))
        return opened[-1]

    try:
        yield open_line
    finally:
        for line in opened:
            line.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
