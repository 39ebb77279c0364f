"""Many watchers at once."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from errand.common.database import Database
from tests.live.cuts import random_cuts
from tests.live.journal import stored_story
from tests.live.sockets import JobSocket, JobsSocket
from tests.live.streams import EventStream
from tests.live.watching import Watcher

KINDS: tuple[type[Watcher], ...] = (JobSocket, JobsSocket, EventStream)
_OF_ALL_JOBS = 4


def audience(
    addresses: Sequence[str], token: str, jobs: Sequence[str], *, cuts: int = 0, cut_within_s: float = 0.3
) -> list[Watcher]:
    """A watcher of each kind for each job, but only a few of those who watch all jobs at once. Each kind lets go
    `cuts` times in all, each time after `cut_within_s` at the latest."""
    watchers: list[Watcher] = []
    for kind in KINDS:
        watched = [jobs] * min(len(jobs), _OF_ALL_JOBS) if kind is JobsSocket else [[job_id] for job_id in jobs]
        for number, own_jobs in enumerate(watched):
            own_cuts = random_cuts((kind.__name__, number), len(range(number, cuts, len(watched))), cut_within_s)
            watchers.append(kind(addresses, token, own_jobs, own_cuts))
    return watchers


@contextlib.contextmanager
def watching(watchers: Sequence[Watcher], *, timeout_s: float) -> Iterator[None]:
    """The watchers watch while the body does what it will, and until their jobs are over."""
    with ThreadPoolExecutor(1) as pool:
        watched = pool.submit(asyncio.run, _watch(watchers, timeout_s))
        yield
        watched.result()


def check_journals(watchers: Sequence[Watcher], database: Database, *, cuts: int = 0) -> None:
    """Everybody was told every event once and in order, as Postgres has them, and nobody had to begin anew."""
    for watcher in watchers:
        assert not watcher.journal.resyncs
        for job_id in watcher.jobs:
            assert watcher.journal.story(job_id) == stored_story(database, job_id)
    for kind in KINDS:
        assert sum(watcher.cuts_made for watcher in watchers if type(watcher) is kind) == cuts


async def _watch(watchers: Sequence[Watcher], timeout_s: float) -> None:
    async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as tasks:
        for watcher in watchers:
            tasks.create_task(watcher.watch())
