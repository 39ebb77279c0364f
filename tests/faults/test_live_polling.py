"""Many clients that poll, with the streams that tell the gateway what is new, and without them."""

import asyncio
import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.local.processes import Program
from errand.common.database import Database
from tests.engines.engine import Engine
from tests.live.pollers import Poller, poll_all
from tests.live.stories import tell, telling
from tests.stack import Stack, with_settings
from tests.waiting import until

pytestmark = pytest.mark.faults

JOBS = 100
POLLERS_A_JOB = 5

Polling = Callable[..., contextlib.AbstractContextManager[list[Poller]]]


def telling_many(program: Program) -> Program:
    """Half of the jobs at once in each of two workers."""
    program = telling(program)
    return with_settings(program, ERRAND_WORKER_THREADS=str(JOBS // 2)) if program.kind == "worker" else program


@pytest.fixture
def stack(tmp_path: Path, database_url: str, redis_database: str) -> Iterator[Stack]:
    """Its jobs are stories."""
    with Stack(tmp_path, database_url, redis_database, adapt=telling_many).running() as stack:
        stack.start_twin("incidents-worker")
        yield stack


class Positions:
    """How far every job has come, read from the database over and over."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seqs: dict[str, int] = defaultdict(int)
        #: Whether answers are held against it.
        self.binding = False

    def of(self, job_id: str) -> int:
        return self._seqs[job_id]

    def floor(self, job_id: str) -> int:
        return self.of(job_id) if self.binding else 0

    def read(self) -> None:
        for row in self._database.execute(sa.text("SELECT job_id, seq FROM job_heads")):
            self._seqs[str(row.job_id)] = row.seq

    @contextlib.contextmanager
    def following(self) -> Iterator[None]:
        over = threading.Event()

        def follow() -> None:
            while not over.wait(0.1):
                self.read()

        with ThreadPoolExecutor(1) as pool:
            followed = pool.submit(follow)
            try:
                yield
            finally:
                over.set()
            followed.result()


@pytest.fixture
def positions(database: Database) -> Iterator[Positions]:
    positions = Positions(database)
    with positions.following():
        yield positions


@pytest.fixture
def polling(stack: Stack, positions: Positions) -> Polling:
    """Pollers of running jobs, which poll while the context's body runs and until the jobs are over."""

    @contextlib.contextmanager
    def poll(*, lines: int, every_s: float) -> Iterator[list[Poller]]:
        token = stack.token()
        jobs = [tell(stack.url, token, lines=lines, pause_s=1.0) for _ in range(JOBS)]
        pollers = [Poller(job_id, every_s=every_s, floor=positions.floor) for job_id in jobs * POLLERS_A_JOB]
        with ThreadPoolExecutor(1) as pool:
            polled = pool.submit(asyncio.run, poll_all(stack.url, token, pollers, timeout_s=lines + 60))
            until(lambda: all(poller.statuses for poller in pollers))
            yield pollers
            polled.result()

    return poll


def test_five_hundred_pollers_see_every_state_and_never_an_older_one(polling: Polling) -> None:
    with polling(lines=15, every_s=0.25) as pollers:
        pass

    assert all(poller.statuses[-2:] == ["running", "completed"] for poller in pollers)
    assert any(poller.unchanged for poller in pollers)


def test_without_the_streams_every_answer_is_as_new_as_the_database(
    polling: Polling, positions: Positions, redis: Engine
) -> None:
    with polling(lines=25, every_s=1.0) as pollers:
        redis.stop()
        try:
            positions.read()
            stopped_at = {poller.job_id: positions.of(poller.job_id) for poller in pollers}
            # The gateway has noticed: nobody could have been told this by the streams.
            until(lambda: all(poller.seq > stopped_at[poller.job_id] for poller in pollers))
            positions.binding = True
            time.sleep(8)  # a part of the outage
            positions.binding = False
        finally:
            redis.start()

    assert all(poller.statuses[-2:] == ["running", "completed"] for poller in pollers)
