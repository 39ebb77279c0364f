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

from deploy.local.processes import Program
from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.security.people import Person, PublishedPage
from tests.security.sessions import DATABASE_PASSWORD, FILES_KEY, MODEL_KEY
from tests.stack import SERVICES, Stack, with_settings
from tests.vendors.double import VendorDouble, vendor_double

Query = Callable[..., list[Any]]
EVERYTHING_AS_JSON = {"ERRAND_LOG_FORMAT": "json", "ERRAND_LOG_LEVEL": "debug"}


@pytest.fixture(scope="package")
def log_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory: Path = tmp_path_factory.mktemp("security")
    return directory


@pytest.fixture(scope="package")
def secret_database_url(databases: Databases) -> Iterator[str]:
    """With a password that can be told from any other word."""
    url = databases.migrated(*SERVICES)
    role = f"secretive_{secrets.token_hex(8)}"
    _execute(url, "CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}", sql.Identifier(role), sql.Literal(DATABASE_PASSWORD))
    yield make_url(url).set(username=role, password=DATABASE_PASSWORD).render_as_string(hide_password=False)
    _execute(url, "DROP ROLE {}", sql.Identifier(role))
    databases.give_back(url)


@pytest.fixture(scope="package")
def vendor() -> Iterator[VendorDouble]:
    """Of a model that nobody gets to speak to: it repeats the key, and says that it is wrong."""
    with vendor_double("openai") as double:
        yield double


@pytest.fixture(scope="package")
def stack(
    log_directory: Path, secret_database_url: str, redis_databases: RedisDatabases, vendor: VendorDouble
) -> Iterator[Stack]:
    redis_url = redis_databases.take()
    model = {"PROVIDER": "openai", "NAME": "m", "BASE_URL": vendor.base_url, "API_KEY": MODEL_KEY}
    own = {
        "agents": {f"ERRAND_MODEL_{name}": value for name, value in model.items()},
        "images": {"ERRAND_FILES_KEY": FILES_KEY},
    }

    def adapt(program: Program) -> Program:
        return with_settings(program, **EVERYTHING_AS_JSON, **own.get(program.name.partition("-")[0], {}))

    stack = Stack(log_directory, secret_database_url, redis_url, adapt=adapt)
    with stack.running():
        yield stack
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="package")
def client(stack: Stack) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=stack.url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture(scope="package")
def ada(stack: Stack, client: httpx2.Client) -> Person:
    return Person(stack, client)


@pytest.fixture(scope="package")
def page(ada: Person) -> PublishedPage:
    """Of Ada's. Nobody takes it down."""
    return ada.publish_page()


@pytest.fixture(scope="package")
def grace(stack: Stack, client: httpx2.Client) -> Person:
    return Person(stack, client)


@pytest.fixture(scope="package")
def anonymous(stack: Stack, client: httpx2.Client) -> Person:
    """Without a token, as incidents let anybody in here."""
    return Person(stack, client, registered=False)


@pytest.fixture(scope="package")
def strangers(grace: Person, anonymous: Person) -> list[Person]:
    return [grace, anonymous]


@pytest.fixture(scope="package")
def query(stack: Stack) -> Iterator[Query]:
    """Rows of the stack's database."""
    url = stack.processes["gateway"].program.environment["ERRAND_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda statement, *values: connection.execute(statement, values).fetchall()


def _execute(url: str, statement: LiteralString, *parts: sql.Composable) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*parts))
