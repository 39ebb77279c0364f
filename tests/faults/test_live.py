"""Clients that watch jobs while gateways are killed and Redis is lost, and who themselves come and go."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from errand.common import redis as redis_connection
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs.news import SHARDS, stream
from tests.engines.engine import Engine
from tests.live.audience import audience, check_journals, watching
from tests.live.sockets import SocketWatcher
from tests.live.stories import tell, telling
from tests.live.watching import Watcher
from tests.stack import Stack
from tests.waiting import until

pytestmark = pytest.mark.faults

CUTS = 200
RESTARTING = 1012


@pytest.fixture
def stack(tmp_path: Path, database_url: str, redis_database: str) -> Iterator[Stack]:
    """Its jobs are stories."""
    with Stack(tmp_path, database_url, redis_database, adapt=telling).running() as stack:
        yield stack


@pytest.fixture
def redis_client(redis_database: str) -> Iterator[Redis]:
    with redis_connection.connect(redis_database) as client:
        yield client


@pytest.fixture
def disturb(stack: Stack, database: Database) -> Callable[..., None]:
    """`disturb(fault, lasts_s=30)` has eight stories told for about that long, and the fault happen in the middle."""

    def disturb(fault: Callable[[], None], *, lasts_s: float) -> None:
        token = stack.token()
        lines = 200
        jobs = [tell(stack.url, token, lines=lines, pause_s=lasts_s / lines) for _ in range(8)]
        # Half of the time is left for reconnecting.
        watchers = audience([stack.address], token, jobs, cuts=CUTS, cut_within_s=lasts_s / (CUTS / len(jobs)))
        with watching(watchers, timeout_s=lasts_s + 60):
            until(lambda: told(watchers) > 8 * len(watchers))
            fault()
            assert not any(map(Watcher.is_done, watchers))
        check_journals(watchers, database, cuts=CUTS)

    return disturb


def told(watchers: list[Watcher]) -> int:
    return sum(len(watcher.journal.story(job_id)) for watcher in watchers for job_id in watcher.jobs)


def trim(client: Redis, entries: int) -> None:
    for shard in range(SHARDS):
        client.xtrim(stream(Service.INCIDENTS, shard), maxlen=entries, approximate=False)


def published(client: Redis) -> int:
    return sum(client.xlen(stream(Service.INCIDENTS, shard)) for shard in range(SHARDS))


def test_nothing_is_missed_while_the_gateway_is_killed_and_restarted(
    stack: Stack, disturb: Callable[..., None]
) -> None:
    def kill_twice() -> None:
        for _ in range(2):
            stack.processes["gateway"].kill()
            stack.restart("gateway")

    disturb(kill_twice, lasts_s=15)


def test_nothing_is_missed_while_redis_forgets_everything(redis_client: Redis, disturb: Callable[..., None]) -> None:
    def flush() -> None:
        for _ in range(3):
            redis_client.flushall()
            until(lambda: published(redis_client) > 10)

    disturb(flush, lasts_s=10)


def test_nothing_is_missed_while_redis_is_gone_for_twenty_seconds(redis: Engine, disturb: Callable[..., None]) -> None:
    def stop() -> None:
        redis.stop()
        try:
            time.sleep(20)  # the outage
        finally:
            redis.start()

    disturb(stop, lasts_s=35)


def test_nothing_is_missed_while_redis_hangs_for_twenty_seconds(redis: Engine, disturb: Callable[..., None]) -> None:
    def hang() -> None:
        redis.pause()
        try:
            time.sleep(20)  # the outage
        finally:
            redis.resume()

    disturb(hang, lasts_s=35)


@pytest.mark.parametrize("left", [0, 1])
def test_nothing_is_missed_when_the_streams_are_trimmed_past_the_reader(
    stack: Stack, redis_client: Redis, disturb: Callable[..., None], left: int
) -> None:
    def trim_unread() -> None:
        for _ in range(3):
            stack.pause("gateway")
            trim(redis_client, 0)
            until(lambda: published(redis_client) > 40)
            trim(redis_client, left)
            stack.resume("gateway")

    disturb(trim_unread, lasts_s=15)


def test_clients_of_a_gateway_that_stops_go_on_at_another(stack: Stack, database: Database) -> None:
    twin = stack.start_twin("gateway")
    token = stack.token()
    jobs = [tell(stack.url, token, lines=300, pause_s=0.05) for _ in range(8)]
    watchers = audience([stack.address, f"127.0.0.1:{twin.program.port}"], token, jobs)

    with watching(watchers, timeout_s=60):
        until(lambda: told(watchers) > 20 * len(watchers))
        stack.processes["gateway"].stop()

    check_journals(watchers, database)
    # uvicorn ends by the signal that it was sent, when it is done with everything else.
    assert stack.processes["gateway"].exit_code == -signal.SIGTERM
    sockets = [watcher for watcher in watchers if isinstance(watcher, SocketWatcher)]
    assert {watcher.ends[0].code for watcher in sockets} == {RESTARTING}
    # Not all at once: the other gateway has to take them in.
    moments = sorted(watcher.ends[0].moment for watcher in sockets)
    assert moments[-1] - moments[0] > 0.5
