"""The reader: follows the event streams of all services, over one connection a process."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from errand.common.ids import Service
from errand.common.jobs.news import SHARDS, stream
from errand.gateway import metrics

_BLOCK_MS = 2000
#: For the connection: Redis answers within the block, so that a longer silence is an outage.
SOCKET_TIMEOUT_S = 3.0
_COUNT = 500
_VERIFY_EVERY_S = 5.0
_RECONNECT_S = (0.1, 0.2, 0.5, 1.0)
_START = b"0-0"

logger = structlog.stdlib.get_logger(__name__)


class Entry(msgspec.Struct, frozen=True):
    """An event as it came through Redis."""

    job_id: str
    seq: int
    event: bytes


class Listener(Protocol):
    def hear(self, entries: Sequence[Entry]) -> None:
        """Called with what has come, in the order of the streams."""

    def lose(self) -> None:
        """Called when events may have been missed, of any job."""


class Reader:
    """Reads on from where it was, whatever happens to Redis, and says when that was not possible.

    Starts at the streams' ends: what came before is for the services to tell. `healthy` while Redis answers: only
    then does silence mean that nothing has happened.
    """

    def __init__(self, redis: Redis, services: Iterable[Service]) -> None:
        """`redis` does not decode, and waits longer for an answer than the block lasts."""
        #: Told in this order.
        self.listeners: Sequence[Listener] = ()
        self.healthy = False
        self._redis = redis
        self._streams = [stream(service, shard).encode() for service in services for shard in range(SHARDS)]
        self._positions: dict[bytes, bytes] = {}
        self._verify_at = 0.0
        metrics.READER_HEALTHY.set_function(lambda: self.healthy)

    async def run(self) -> None:
        """Until cancelled."""
        failures = 0
        while True:
            try:
                await self._read()
                failures = 0
            except Exception as error:
                # Whatever it is: nobody else reads. What is missed meanwhile is looked for as after an outage.
                self._note_outage(error)
                await asyncio.sleep(_RECONNECT_S[min(failures, len(_RECONNECT_S) - 1)])
                failures += 1

    async def _read(self) -> None:
        if not self.healthy or time.monotonic() >= self._verify_at:
            await self._verify()
        if not self._streams:
            return await asyncio.sleep(_VERIFY_EVERY_S)
        answer = await self._redis.xread(self._positions, count=_COUNT, block=_BLOCK_MS)
        entries: list[Entry] = []
        for name, items in answer:
            self._positions[name] = items[-1][0]
            entries += [_entry(fields) for _, fields in items]
        if entries:
            metrics.READER_LAG.set(time.time() - _number(answer[-1][1][-1][0])[0] / 1000)
            for listener in self.listeners:
                listener.hear(entries)
        return None

    async def _verify(self) -> None:
        """Compare our positions with the streams: they may have been trimmed past us, emptied, or restored."""
        lost = False
        for name, (first, last) in zip(self._streams, await self._ends(), strict=True):
            position = self._positions.get(name)
            if position is None:
                self._positions[name] = last
            elif _number(position) != _number(last) and not _number(first) <= _number(position) < _number(last):
                lost = True
                # Read on from the oldest that is left; ids grow with Redis's clock, so that none comes twice.
                self._positions[name] = min(position, last, key=_number)
        if lost or not self.healthy:
            self._announce_loss()
        self.healthy = True
        self._verify_at = time.monotonic() + _VERIFY_EVERY_S

    async def _ends(self) -> list[tuple[bytes, bytes]]:
        """The ids of each stream's first and last entry; what is not there begins and ends at zero."""
        pipeline = self._redis.pipeline(transaction=False)
        for name in self._streams:
            pipeline.xinfo_stream(name)
        answers = await pipeline.execute(raise_on_error=False)
        return [_ends_of(answer) for answer in answers]

    def _note_outage(self, error: Exception) -> None:
        if self.healthy:
            self.healthy = False
            logger.warning("event streams cannot be read", exc_info=error)
            self._announce_loss()

    def _announce_loss(self) -> None:
        for listener in self.listeners:
            listener.lose()


def _entry(fields: dict[bytes, bytes]) -> Entry:
    return Entry(fields[b"job"].decode(), int(fields[b"seq"]), fields[b"event"])


def _ends_of(info: Any) -> tuple[bytes, bytes]:
    if isinstance(info, ResponseError):
        return _START, _START
    if isinstance(info, Exception):
        raise info
    first = info["first-entry"]
    return (first[0] if first else info["last-generated-id"]), info["last-generated-id"]


def _number(id: bytes) -> tuple[int, int]:
    milliseconds, _, count = id.partition(b"-")
    return int(milliseconds), int(count)
