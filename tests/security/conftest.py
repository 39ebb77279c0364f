"""One stack for all of these tests, whose processes log everything they have to say, as JSON."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.security.people import Person
from tests.stack import Stack, with_settings

Query = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def log_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory: Path = tmp_path_factory.mktemp("security")
    return directory


@pytest.fixture(scope="session")
def stack(log_directory: Path, databases: Databases, redis_databases: RedisDatabases) -> Iterator[Stack]:
    database_url = databases.migrated("gateway", "incidents")
    redis_url = redis_databases.take()
    settings = {"ERRAND_LOG_FORMAT": "json", "ERRAND_LOG_LEVEL": "debug"}
    stack = Stack(log_directory, database_url, redis_url, adapt=lambda program: with_settings(program, **settings))
    with stack.running():
        yield stack
    databases.drop(database_url)
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="session")
def client(stack: Stack) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=stack.url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def ada(stack: Stack, client: httpx2.Client) -> Person:
    return Person(stack, client)


@pytest.fixture(scope="session")
def grace(stack: Stack, client: httpx2.Client) -> Person:
    return Person(stack, client)


@pytest.fixture(scope="session")
def anonymous(stack: Stack, client: httpx2.Client) -> Person:
    """Without a token, as incidents let anybody in here."""
    return Person(stack, client, registered=False)


@pytest.fixture(scope="session")
def query(stack: Stack) -> Iterator[Query]:
    """Rows of the stack's database."""
    url = stack.processes["gateway"].program.environment["ERRAND_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda statement, *values: connection.execute(statement, values).fetchall()
