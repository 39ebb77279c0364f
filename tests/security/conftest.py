"""One stack for all of these tests, whose processes log everything they have to say, as JSON."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString

import httpx2
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.security.people import Person
from tests.security.sessions import DATABASE_PASSWORD
from tests.stack import SERVICES, Stack, with_settings

Query = Callable[..., list[Any]]
EVERYTHING_AS_JSON = {"ERRAND_LOG_FORMAT": "json", "ERRAND_LOG_LEVEL": "debug"}


@pytest.fixture(scope="session")
def log_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory: Path = tmp_path_factory.mktemp("security")
    return directory


@pytest.fixture(scope="session")
def secret_database_url(databases: Databases) -> Iterator[str]:
    """With a password that can be told from any other word."""
    url = databases.migrated(*SERVICES)
    role = f"secretive_{secrets.token_hex(8)}"
    _execute(url, "CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}", sql.Identifier(role), sql.Literal(DATABASE_PASSWORD))
    yield make_url(url).set(username=role, password=DATABASE_PASSWORD).render_as_string(hide_password=False)
    _execute(url, "DROP ROLE {}", sql.Identifier(role))
    databases.drop(url)


@pytest.fixture(scope="session")
def stack(log_directory: Path, secret_database_url: str, redis_databases: RedisDatabases) -> Iterator[Stack]:
    redis_url = redis_databases.take()
    stack = Stack(
        log_directory,
        secret_database_url,
        redis_url,
        adapt=lambda program: with_settings(program, **EVERYTHING_AS_JSON),
    )
    with stack.running():
        yield stack
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


def _execute(url: str, statement: LiteralString, *parts: sql.Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*parts))
