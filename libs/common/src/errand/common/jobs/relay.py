"""The relay: one thread a process that tells Redis what Postgres has committed, and wakes the workers.

Committed events come to it through memory and go out in batches, a few hundred microseconds after their commit. What
a crash or an outage of Redis left behind is in the outbox, and is swept up as soon as Redis is back. An event may
thus come twice, or late; never not at all.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from typing import Any

import redis
import structlog

from errand.common.database import Database
from errand.common.errors import Unavailable
from errand.common.ids import Service
from errand.common.jobs import statements
from errand.common.jobs.dispatch import Dispatcher
from errand.common.jobs.news import News, publish, stored_view

TICK_S = 0.5
_BATCH = 500
# A turn takes as long for fifty events as for one. So where several were announced during the last one, the next waits
# a little for more; on a quiet process nothing waits.
_CROWD = 4
_PACE_S = 0.005

logger = structlog.stdlib.get_logger(__name__)


class Relay:
    def __init__(self, service: Service, database: Database, client: redis.Redis, dispatcher: Dispatcher) -> None:
        self._service = service
        self._database = database
        self._client = client
        self._dispatcher = dispatcher
        self._announced: queue.SimpleQueue[tuple[Sequence[News], bool]] = queue.SimpleQueue()
        self._published: list[News] = []
        self._crowded = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns once all that was announced is out, or Redis has refused it."""
        self._stopping = True
        self._announced.put(((), False))
        if self._thread:
            self._thread.join()

    def announce(self, news: Sequence[News], *, due: bool = False) -> None:
        """Publish `news`, which are committed; `due`: there may be runs to dispatch."""
        self._announced.put((news, due))

    def turn(self, wait_s: float = 0, *, sweep: bool = True) -> bool:
        """Publish what was announced, waiting for it up to `wait_s`; dispatch; `sweep` what was left behind. Returns
        whether there is more to sweep."""
        news, due = self._collect(wait_s)
        if news:
            publish(self._client, self._service, news)
            self._published += news
        if due or sweep:
            self._dispatcher.dispatch()
        # A run waits for its dispatch, nobody for the outbox: its rows go together, before anybody sweeps them up.
        if sweep or len(self._published) >= _BATCH:
            self._clear_outbox()
        return sweep and self._sweep() == _BATCH

    def _clear_outbox(self) -> None:
        if self._published:
            self._database.execute(statements.PUBLISHED, _keys(self._published))
            self._published.clear()

    def _run(self) -> None:
        next_sweep = time.monotonic()
        while not (self._stopping and self._announced.empty()):
            wait_s = next_sweep - time.monotonic()
            more_to_sweep = False
            try:
                more_to_sweep = self.turn(max(0.0, wait_s), sweep=wait_s <= 0 or self._stopping)
            except (redis.RedisError, Unavailable) as error:
                logger.warning("relay is waiting for its engines", error=repr(error))
                self._drop()
            except Exception:
                logger.exception("relay failed")
            if wait_s <= 0:
                next_sweep = time.monotonic() + (0 if more_to_sweep else TICK_S)

    def _drop(self) -> None:
        """What cannot be published now is in the outbox: memory must not fill up with it."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._announced.get_nowait()

    def _collect(self, timeout_s: float) -> tuple[list[News], bool]:
        """All that has been announced by now, up to a batch; waits for the first."""
        collected: list[News] = []
        any_due = False
        announcements = 0
        if self._crowded:
            time.sleep(_PACE_S)
        with contextlib.suppress(queue.Empty):
            while len(collected) < _BATCH:
                news, due = self._announced.get(block=timeout_s > 0, timeout=timeout_s)
                collected.extend(news)
                any_due |= due
                announcements += 1
                timeout_s = 0
        self._crowded = announcements >= _CROWD
        return collected, any_due

    def _sweep(self) -> int:
        """Publish the oldest of what was left behind for a second. Other relays pass over the rows in hand here."""
        with self._database.transaction() as tx:
            news = [_news(row) for row in tx.execute(statements.UNPUBLISHED, {"limit": _BATCH})]
            if news:
                publish(self._client, self._service, news)
                tx.execute(statements.PUBLISHED, _keys(news))
        return len(news)


def _keys(news: Sequence[News]) -> dict[str, Any]:
    return {"job_ids": [item.job_id for item in news], "seqs": [item.seq for item in news]}


def _news(row: Any) -> News:
    return News(row.job_id, row.seq, stored_view(row))
