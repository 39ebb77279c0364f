"""The engines, and a database of its own for every test."""

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
import structlog
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from errand.common import migrations
from tests.engines import choice, containers
from tests.engines.choice import Choice, Kind
from tests.engines.databases import Databases
from tests.engines.engine import Engine
from tests.engines.redis_databases import RedisDatabases

# How long an example takes is no matter of right or wrong. What else a profile says (that of CI, say) stays.
hypothesis.settings.register_profile("untimed", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("untimed")

# Its own choice of a formatter takes two seconds for an exception, with every local variable.
_RENDERER = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _RENDERER])

# Folders whose tests share a stack.
_WITH_A_STACK = ("tests/e2e", "tests/security")


def pytest_report_header() -> str:
    return f"engines: {_choose(choice.POSTGRES).words}, {_choose(choice.REDIS).words}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """As `--dist loadfile`, but one process gets all tests that share a stack: it is started once."""
    scheduling = LoadFileScheduling(config, log)
    scheduling._split_scope = _scope_of
    return scheduling


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """The Postgres server. A test that stops it starts it again."""
    yield from _serve(choice.POSTGRES)


@pytest.fixture(scope="session")
def redis() -> Iterator[Engine]:
    """The Redis server. A test that stops it starts it again."""
    yield from _serve(choice.REDIS)


@pytest.fixture(scope="session")
def postgres_url(postgres: Engine) -> str:
    """A database whose user may create others."""
    return postgres.url


@pytest.fixture(scope="session")
def redis_url(redis: Engine) -> str:
    return redis.url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    databases = Databases(postgres_url, migrations.upgrade)
    yield databases
    databases.close()


@pytest.fixture
def migrated_database(databases: Databases) -> Iterator[Callable[..., str]]:
    """`migrated_database("incidents")` is the URL of a database with that service's schema, the test's own until its
    end."""
    urls = []

    def migrated(*services: str) -> str:
        urls.append(databases.migrated(*services))
        return urls[-1]

    yield migrated
    for url in urls:
        databases.give_back(url)


@pytest.fixture(scope="session")
def redis_databases(redis_url: str) -> RedisDatabases:
    return RedisDatabases(redis_url)


@pytest.fixture
def redis_database(redis_databases: RedisDatabases) -> Iterator[str]:
    """The URL of an empty Redis database that nobody else uses meanwhile."""
    url = redis_databases.take()
    yield url
    redis_databases.give_back(url)


def _scope_of(node_id: str) -> str:
    path = node_id.partition("::")[0]
    folder = path.rpartition("/")[0]
    return folder if folder in _WITH_A_STACK else path


@functools.cache
def _choose(kind: Kind) -> Choice:
    pull = os.environ.get("ERRAND_TEST_PULL") == "1"
    return choice.choose(kind, os.environ, functools.partial(containers.find_image, pull=pull))


def _serve(kind: Kind) -> Iterator[Engine]:
    chosen = _choose(kind)
    if chosen.make is None:
        # A missing engine is no fault of a laptop, but CI has to have it.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chosen.words)
    engine = chosen.make()
    engine.start()
    yield engine
    engine.remove()
