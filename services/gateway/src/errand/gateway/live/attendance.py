"""Who is connected: counted per user, and told to leave when the process ends."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import Gauge

from errand.common.errors import RateLimited

#: Over how long the connections of a process that ends are sent away, so that they do not all come back at once.
DRAIN_S = 3.0
_RETRY_AFTER_S = 10


class TooManyConnections(RateLimited):
    code = "too_many_connections"

    def __init__(self, limit: int) -> None:
        super().__init__(_RETRY_AFTER_S, f"You have {limit} live connections already.")


class Attendance:
    def __init__(self, limit: int) -> None:
        """`limit` is for one user on this gateway."""
        self._limit = limit
        self._present: Counter[str] = Counter()
        self._leave: set[Callable[[], None]] = set()
        self._draining = False

    @contextlib.contextmanager
    def present(self, client: str, transport: Gauge, leave: Callable[[], None]) -> Iterator[None]:
        """`leave` is called when the process ends. Raises TooManyConnections."""
        if self._present[client] >= self._limit:
            raise TooManyConnections(self._limit)
        self._present[client] += 1
        self._leave.add(leave)
        if self._draining:
            # Over a connection that was kept from an earlier request.
            leave()
        try:
            with transport.track_inprogress():
                yield
        finally:
            self._leave.discard(leave)
            self._present[client] -= 1
            if not self._present[client]:
                del self._present[client]

    async def drain(self) -> None:
        """Send everybody away, one after the other."""
        self._draining = True
        loop = asyncio.get_running_loop()
        for leave in tuple(self._leave):
            loop.call_later(random.uniform(0, DRAIN_S), leave)
        if self._leave:
            await asyncio.sleep(DRAIN_S)
