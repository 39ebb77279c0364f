"""Many WebSockets that cost little: whoever measures a server on the same machine must not be what is measured.

`python -m tests.live.crowd` reads an `Order` as a line of JSON from its stdin, opens the sockets and prints `ready`.
Once every socket has come to its order's end or was closed, or stdin ends, or minutes have passed, a `Report`.
Who is told that it does not keep up comes back with its cursor. Frames are split by their headers and counted, and of
what came in one piece the last seq is read; only one socket keeps its frames.
"""

import asyncio
import base64
import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import uvloop

TOO_SLOW = 4008
_OPENING_AT_ONCE = 50
_GIVE_UP_S = 150
_TEXT, _CLOSE, _PING = 1, 8, 9
_PONG = 0x8A
# A client masks what it sends; the mask may be zero.
_MASKED, _MASK = 0x80, bytes(4)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`authorization` is the header's value. `target` is a path with its query, without a cursor. With `until_closed`
    the sockets stay after `until_seq`, for the server to close them."""

    host: str
    port: int
    target: str
    authorization: str
    sockets: int
    until_seq: int
    until_closed: bool = False


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`missed` counts events that some socket was not told, or not in order. Latencies are those from an event's
    timestamp to its arrival at each socket, and `per_s` the arrivals between the first and the last: both without what
    had happened before all sockets were open."""

    delivered: int
    missed: int
    close_codes: dict[int, int]
    per_s: float
    p50_ms: float
    p99_ms: float


class Spectator(asyncio.Protocol):
    """One client. `arrivals` are (seq of the last event, how many events, moment) of each piece that came."""

    def __init__(self, order: Order, on_end: Callable[[], None]) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.arrivals: list[tuple[int, int, float]] = []
        self.seq = 0
        self.missed = 0
        self.close_codes: list[int] = []
        self.frames: list[bytes] | None = None
        self._ended = False
        self._handshaken = False
        self._order = order
        self._on_end = on_end
        self._rest = b""

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, self._order.host, self._order.port)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._handshaken, self._rest = False, b""
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._order.target}?after={self.seq} HTTP/1.1\r\nHost: {self._order.host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: {self._order.authorization}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._handshaken:
            head, separator, rest = data.partition(b"\r\n\r\n")
            if not separator:
                self._rest = data
                return
            assert head.startswith(b"HTTP/1.1 101"), head.decode()
            self._handshaken = True
            if not self.opened.done():
                self.opened.set_result(None)
            data = rest
        self._split(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed in the handshake"))
        if self.close_codes[-1:] == [TOO_SLOW] and not self._ended:
            self._coming_back = asyncio.ensure_future(self.connect())
        else:
            self._end()

    def stop(self) -> None:
        self._transport.abort()

    def _split(self, data: bytes) -> None:
        position, end, events, last = 0, len(data), 0, 0
        while end - position >= 2:
            length, start = data[position + 1], position + 2
            if length > 125:
                size = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + size], "big"), start + size
            if start + length > end:
                break
            opcode = data[position] & 0xF
            if opcode == _TEXT:
                # `attached` comes once, before all events.
                if data.startswith(b'{"type":"event"', start):
                    events, last = events + 1, start
                    if self.frames is not None:
                        self.frames.append(data[start : start + length])
            else:
                self._control(opcode, data[start : start + length])
            position = start + length
        self._rest = data[position:]
        if events:
            self._count(events, _seq_at(data, last))

    def _count(self, events: int, seq: int) -> None:
        self.missed += abs(seq - self.seq - events)
        self.seq = seq
        self.arrivals.append((seq, events, time.time()))
        if seq >= self._order.until_seq and not self._order.until_closed:
            self._end()

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self._transport.write(bytes([_PONG, _MASKED | len(payload)]) + _MASK + payload)
        elif opcode == _CLOSE:
            self.close_codes.append(int.from_bytes(payload[:2], "big"))
            self._transport.close()

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._on_end()


def _seq_at(data: bytes, start: int) -> int:
    begin = data.index(b'"seq":', start) + 6
    return int(data[begin : data.index(b",", begin)])


class Crowd:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._watching = order.sockets
        self._over = asyncio.Event()
        self._spectators = [Spectator(order, self._count_end) for _ in range(order.sockets)]
        self._spectators[0].frames = []

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(sys.stdin.fileno(), self._over.set)
        for first in range(0, len(self._spectators), _OPENING_AT_ONCE):
            batch = self._spectators[first : first + _OPENING_AT_ONCE]
            for spectator in batch:
                await spectator.connect()
            await asyncio.gather(*(spectator.opened for spectator in batch))
        self._opened_at = time.time()

    async def watch(self) -> Report:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), _GIVE_UP_S)
        for spectator in self._spectators:
            spectator.stop()
        return report(self._spectators, self._order.until_seq, self._opened_at)

    def _count_end(self) -> None:
        self._watching -= 1
        if not self._watching:
            self._over.set()


def report(spectators: Sequence[Spectator], until_seq: int, opened_at: float) -> Report:
    arrivals = [arrival for spectator in spectators for arrival in spectator.arrivals]
    live = [(events, moment) for _, events, moment in arrivals if moment > opened_at]
    moments = [moment for _, moment in live] or [0.0]
    latencies = sorted(_latencies_s(spectators, opened_at)) or [0.0]
    return Report(
        delivered=sum(events for _, events, _ in arrivals),
        missed=sum(spectator.missed + max(0, until_seq - spectator.seq) for spectator in spectators),
        close_codes=Counter(code for spectator in spectators for code in spectator.close_codes),
        per_s=sum(events for events, _ in live) / (max(moments) - min(moments) or 1.0),
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[len(latencies) * 99 // 100] * 1000,
    )


def _latencies_s(spectators: Sequence[Spectator], opened_at: float) -> list[float]:
    sent = {seq: moment for seq, moment in map(_sent, spectators[0].frames or ()) if moment > opened_at}
    return [
        moment - sent[number]
        for spectator in spectators
        for seq, events, moment in spectator.arrivals
        for number in range(seq - events + 1, seq + 1)
        if number in sent
    ]


def _sent(frame: bytes) -> tuple[int, float]:
    """The seq of an event and when it happened."""
    decoded = msgspec.json.decode(frame)
    return decoded["seq"], datetime.fromisoformat(decoded["event"]["timestamp"]).timestamp()


async def main() -> None:
    crowd = Crowd(msgspec.json.decode(sys.stdin.buffer.readline(), type=Order))
    await crowd.open()
    print("ready", flush=True)
    print(msgspec.json.encode(await crowd.watch()).decode())


if __name__ == "__main__":
    uvloop.run(main())
