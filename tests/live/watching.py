"""How a careful client stays with its jobs: with a cursor, over as many connections as that takes."""

import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from typing import Any

from tests.live.cuts import Cut, LetGo
from tests.live.journal import Journal

# A frontend would begin with a second; the tests have none to spare.
_BACK_OFF_S = 0.02
_MOST_BACK_OFF_S = 0.5


class Refused(Exception):
    """The server does not want to see this client again."""


class Watcher:
    """Watches `jobs` until they are over. `addresses` (`host:port`) are tried in turn."""

    def __init__(self, addresses: Sequence[str], token: str, jobs: Sequence[str], cuts: Iterable[Cut] = ()) -> None:
        self.jobs = jobs
        self.journal = Journal()
        #: How often it connected, and let go of a connection.
        self.connections = 0
        self.cuts_made = 0
        self._addresses = addresses
        self._headers = {"Authorization": f"Bearer {token}"}
        self._cuts = list(cuts)
        self._cut: Cut | None = None
        self._told = 0
        self._failures = 0
        #: In seconds since 1970.
        self.began_at = 0.0

    async def watch(self) -> None:
        self.began_at = time.time()
        while not self.is_done():
            await self._stay()
            if not self.is_done():
                await asyncio.sleep(random.uniform(0, min(_BACK_OFF_S * 2**self._failures, _MOST_BACK_OFF_S)))

    def is_done(self) -> bool:
        return all(map(self.journal.is_over, self.jobs))

    async def listen(self, address: str) -> None:
        """Connect and take in what comes, until the connection ends. Raises OSError where it breaks off."""
        raise NotImplementedError

    def take(self, job_id: str, seq: int, event: dict[str, Any]) -> None:
        """Raises LetGo where that was the last one on this connection."""
        self.journal.record(job_id, seq, event)
        self._failures = 0
        self._told += 1
        if self._cut and self._told == self._cut.after_events:
            raise LetGo

    @property
    def leaves_rudely(self) -> bool:
        return self._cut is not None and self._cut.rude

    @property
    def was_cut_off(self) -> bool:
        """Whether its last connection broke off without its own doing."""
        return self._failures > 0

    async def _stay(self) -> None:
        self._cut = self._cuts[-1] if self._cuts else None
        self._told = 0
        self.connections += 1
        address = self._addresses[self._failures % len(self._addresses)]
        try:
            async with asyncio.timeout(self._cut.after_s if self._cut else None) as limit:
                await self.listen(address)
        except LetGo:
            self._count_cut()
        except OSError:  # a TimeoutError is one too
            if limit.expired():
                self._count_cut()
            else:
                self._failures += 1

    def _count_cut(self) -> None:
        self.cuts_made += 1
        self._cuts.pop()
