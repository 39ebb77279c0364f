"""Many clients at once, on a thread of their own."""

import asyncio
import random
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp

from tests.faults.trials.client import Client, Token
from tests.faults.trials.history import History
from tests.faults.trials.visits import VISITS, Visit, die, hurry, poll

VISITORS = 24
_OVERLOAD = 9 * VISITORS
_USERS = 4
_BREAK_S = 0.5
# Most of their jobs are over at once: with shorter breaks it would be a hundred times as much.
_CALMER_S = 5.0

T = TypeVar("T")


class Load:
    """`VISITORS` clients who visit again and again until `close`, all of it drawn from `seed`."""

    def __init__(self, addresses: Sequence[str], token: Token, seed: int) -> None:
        self.history = History()
        self._addresses = addresses
        self._token = token
        self._numbers = random.Random(f"load {seed}")
        self._users = [uuid4() for _ in range(_USERS)]
        self._closing = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="load", daemon=True)
        self._visitors: list[Future[None]] = []

    def start(self) -> None:
        self._thread.start()
        self._session = self._wait(_open_session())
        for _ in range(VISITORS):
            self._invite(VISITS, self._closing)

    @contextmanager
    def ten_times_as_much(self) -> Iterator[None]:
        over = threading.Event()
        for _ in range(_OVERLOAD):
            self._invite({hurry: 3, poll: 1}, over, break_s=_CALMER_S)
        try:
            yield
        finally:
            over.set()

    def let_one_die(self) -> None:
        """Submit a job that kills its worker."""
        over = threading.Event()
        self._invite({die: 1}, over)
        over.set()

    def close(self) -> None:
        """Nobody begins another visit."""
        self._closing.set()

    @property
    def left(self) -> int:
        """How many visits are still under way."""
        return sum(not visitor.done() for visitor in self._visitors)

    def stop(self) -> int:
        """End the visits that are still under way, and say how many. Nothing happens the second time."""
        if not self._thread.is_alive():
            return 0
        left = self.left
        for visitor in self._visitors:
            if visitor.done() and (error := visitor.exception()):
                self.history.violations.append(f"a client broke off: {error!r}")
            visitor.cancel()
        self._wait(self._session.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        return left

    def _invite(self, visits: Mapping[Visit, int], over: threading.Event, *, break_s: float = _BREAK_S) -> None:
        coming = self._come(random.Random(self._numbers.random()), visits, over, break_s)
        self._visitors.append(asyncio.run_coroutine_threadsafe(coming, self._loop))

    async def _come(
        self, numbers: random.Random, visits: Mapping[Visit, int], over: threading.Event, break_s: float
    ) -> None:
        """At least once."""
        while True:
            visit = numbers.choices(list(visits), list(visits.values()))[0]
            user_id = numbers.choice(self._users)
            client = Client(self._session, self._addresses, self._token, user_id, self.history, numbers)
            try:
                await visit(client)
            except Exception as error:
                self.history.violations.append(f"{visit.__name__}: {error!r}")
            if over.is_set():
                return
            await asyncio.sleep(numbers.uniform(0, break_s))

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _open_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
