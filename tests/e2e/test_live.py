"""Clients that watch jobs over every kind of connection, and lose it again and again."""

from collections.abc import Iterator

import pytest

from errand.common.database import Database
from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.live.audience import audience, check_journals, watching
from tests.live.sockets import JobSocket, JobsSocket
from tests.live.stories import SERVICES as TOLD
from tests.live.stories import tell, telling
from tests.live.streams import EventStream
from tests.stack import SERVICES, Stack


@pytest.fixture(scope="module")
def database_url(databases: Databases) -> Iterator[str]:
    url = databases.migrated(*SERVICES)
    yield url
    databases.give_back(url)


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, redis_databases: RedisDatabases
) -> Iterator[Stack]:
    """Its jobs are stories."""
    redis_url = redis_databases.take()
    directory = tmp_path_factory.mktemp("stories")
    with Stack(directory, database_url, redis_url, adapt=telling, only=TOLD).running() as stack:
        yield stack
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, schema="incidents", pool_size=2)
    yield database
    database.close()


def test_who_lets_go_two_hundred_times_is_told_every_event_once_and_in_order(stack: Stack, database: Database) -> None:
    token = stack.token()
    jobs = [tell(stack.url, token, lines=120, pause_s=0.04) for _ in range(8)]
    watchers = audience([stack.address], token, jobs, cuts=200)

    with watching(watchers, timeout_s=150):
        pass

    check_journals(watchers, database, cuts=200)


def test_a_burst_of_events_reaches_everybody_who_reads(stack: Stack, database: Database) -> None:
    """More at once than the gateway keeps for one client."""
    token = stack.token()
    job = tell(stack.url, token, lines=3000, together=1000)
    watchers = audience([stack.address], token, [job])

    with watching(watchers, timeout_s=150):
        pass

    check_journals(watchers, database)
    # Nobody was sent away as too slow; an event stream comes back once to hear that it was all.
    assert {type(watcher): watcher.connections for watcher in watchers} == {JobSocket: 1, JobsSocket: 1, EventStream: 2}


def test_who_comes_late_is_told_the_whole_story(stack: Stack, database: Database) -> None:
    token = stack.token()
    job = tell(stack.url, token, lines=700, together=100)
    ended = audience([stack.address], token, [job])
    with watching(ended, timeout_s=150):
        pass

    watchers = audience([stack.address], token, [job])
    with watching(watchers, timeout_s=150):
        pass

    check_journals(watchers, database)
