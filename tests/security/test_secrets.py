"""What is secret stays out of logs and answers, whatever goes wrong. The processes log all that they can."""

import contextlib
import secrets
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from sqlalchemy import make_url

from deploy.local.processes import Process
from errand.common.settings import load
from errand.gateway.app import create
from errand.gateway.settings import Settings
from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.security.secretive import Eavesdropper
from tests.security.sessions import ADDRESS, PASSWORD, TEXT, WRONG_PASSWORD, Session
from tests.stack import Stack, with_settings
from tests.waiting import until

DATABASE_PASSWORD = f"database-{secrets.token_hex(8)}"
REDIS_PASSWORD = f"redis-{secrets.token_hex(8)}"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("secrets")
    return folder


@pytest.fixture(scope="module")
def telling(directory: Path, databases: Databases, redis_databases: RedisDatabases) -> Iterator[Stack]:
    """A stack of this module's own, since its engines are going to be broken."""
    url = databases.migrated("gateway", "incidents")
    redis_url = redis_databases.take()
    # The engine believes everybody, but nobody may repeat what it was told.
    database_url = make_url(url).set(password=DATABASE_PASSWORD).render_as_string(hide_password=False)
    settings = {"ERRAND_LOG_FORMAT": "json", "ERRAND_LOG_LEVEL": "debug"}
    stack = Stack(directory, database_url, redis_url, adapt=lambda program: with_settings(program, **settings))
    with stack.running():
        yield stack
    databases.drop(url)
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="module")
def eavesdropper(telling: Stack, directory: Path) -> Eavesdropper:
    eavesdropper = Eavesdropper(directory)
    signing_key = telling.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]
    eavesdropper.secrets |= {DATABASE_PASSWORD, REDIS_PASSWORD, PASSWORD, WRONG_PASSWORD, TEXT, signing_key}
    return eavesdropper


@pytest.fixture(scope="module")
def client(telling: Stack, eavesdropper: Eavesdropper) -> Iterator[httpx2.Client]:
    hooks = {"response": [eavesdropper.hear]}
    with httpx2.Client(base_url=telling.url, timeout=30, trust_env=False, event_hooks=hooks) as client:
        yield client


@pytest.fixture(scope="module")
def session(telling: Stack, client: httpx2.Client, eavesdropper: Eavesdropper) -> Session:
    session = Session(telling, client, eavesdropper)
    session.sign_in()
    session.refresh()
    session.use_everything()
    return session


def check_discretion(eavesdropper: Eavesdropper) -> None:
    assert eavesdropper.leaks_in_logs() == []
    environment = {DATABASE_PASSWORD, REDIS_PASSWORD, PASSWORD, WRONG_PASSWORD}
    signing_keys = {secret for secret in eavesdropper.secrets if secret.endswith("=") and len(secret) == 44}
    assert eavesdropper.leaks_in_answers(environment | signing_keys) == []


def test_a_session_that_uses_everything_leaves_no_secret_behind(session: Session, eavesdropper: Eavesdropper) -> None:
    assert {200, 201, 202, 400, 401, 409, 422} <= eavesdropper.statuses()
    check_discretion(eavesdropper)


def _renamed(table: str) -> tuple[str, str]:
    schema, _, name = table.partition(".")
    return f"ALTER TABLE {table} RENAME TO gone_{name}", f"ALTER TABLE {schema}.gone_{name} RENAME TO {name}"


def _refusing(table: str, condition: str = "id IS NULL") -> tuple[str, str]:
    """New rows: Postgres quotes them then."""
    adding = f"ALTER TABLE {table} ADD CONSTRAINT never CHECK ({condition}) NOT VALID"
    return adding, f"ALTER TABLE {table} DROP CONSTRAINT never"


# Each turns some of what is asked for into an error that nobody foresaw; with the way back.
BREAKS = {
    "tables that are missing": [_renamed("gateway.users"), _renamed("incidents.jobs")],
    "rows that are refused": [_refusing("gateway.users"), _refusing("incidents.jobs")],
    "rows that are refused later": [
        _refusing("gateway.refresh_families"),
        _refusing("incidents.job_events", "seq < 2"),
    ],
}


@pytest.fixture
def database(telling: Stack) -> Iterator[psycopg.Connection[Any]]:
    url = telling.processes["gateway"].program.environment["ERRAND_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("fault", BREAKS)
def test_an_error_that_nobody_foresaw_tells_no_secret(
    session: Session, eavesdropper: Eavesdropper, database: psycopg.Connection[Any], directory: Path, fault: str
) -> None:
    before = _errors(directory)
    for breaking, _ in BREAKS[fault]:
        database.execute(breaking)
    try:
        session.client.post("/api/auth/register", json={"email": f"x{ADDRESS}", "password": PASSWORD})
        session.client.post("/api/auth/login", json={"email": ADDRESS, "password": PASSWORD})
        session.use_everything()
        # Else nothing has been learned.
        until(lambda: _errors(directory) > before)
    finally:
        for _, mending in BREAKS[fault]:
            database.execute(mending)
    check_discretion(eavesdropper)


def _errors(directory: Path) -> int:
    return sum(path.read_bytes().count(b"Traceback") for path in directory.glob("*.log"))


# What a hasty hand may make of a setting.
MISTAKES = {
    "a URL without a scheme": ("ERRAND_DATABASE_URL", f"errand:{DATABASE_PASSWORD}@localhost/errand"),
    "an unknown scheme": ("ERRAND_DATABASE_URL", f"oracle://errand:{DATABASE_PASSWORD}@localhost/errand"),
    "a port that is none": ("ERRAND_DATABASE_URL", f"postgresql://errand:{DATABASE_PASSWORD}@localhost:port/errand"),
    "another Redis scheme": ("ERRAND_REDIS_URL", f"http://:{REDIS_PASSWORD}@localhost:6379/0"),
    "a Redis port that is none": ("ERRAND_REDIS_URL", f"redis://:{REDIS_PASSWORD}@localhost:port/0"),
    "half a signing key": ("ERRAND_SIGNING_KEY", PASSWORD),
    "an unknown setting": ("ERRAND_DATABASE_PASSWORD", DATABASE_PASSWORD),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_setting_is_not_told_with_the_setting(telling: Stack, mistake: str) -> None:
    name, value = MISTAKES[mistake]
    environment = {**telling.processes["gateway"].program.environment, name: value}

    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, the process ends with it
        create(load(Settings, environment))

    told = "".join(traceback.format_exception(raised.value))
    assert not [secret for secret in (DATABASE_PASSWORD, REDIS_PASSWORD, PASSWORD) if secret in told]


# The last tests of this module, since nobody sets right what they do.


def _elsewhere(_: str) -> str:
    """Where nobody answers."""
    return f"postgresql://errand:{DATABASE_PASSWORD}@127.0.0.1:1/errand"


def _as_nobody(url: str) -> str:
    return make_url(url).set(username="nobody_here", password=DATABASE_PASSWORD).render_as_string(hide_password=False)


def _of_another_database(url: str) -> str:
    return make_url(url).set(database="nothing_here").render_as_string(hide_password=False)


@pytest.mark.parametrize(
    "wrong",
    [_as_nobody, *(pytest.param(wrong, marks=pytest.mark.faults) for wrong in (_elsewhere, _of_another_database))],
)
def test_a_restart_with_a_wrong_database_tells_no_secret(
    session: Session, telling: Stack, eavesdropper: Eavesdropper, wrong: Callable[[str], str]
) -> None:
    for process in telling.processes.values():
        process.signal_stop()
    for process in telling.processes.values():
        process.wait_stopped()
        url = wrong(process.program.environment["ERRAND_DATABASE_URL"])
        process.program = with_settings(process.program, ERRAND_DATABASE_URL=url)
        process.start()
    for name in ("gateway", "incidents-api"):
        _wait_alive(telling.processes[name])

    session.use_everything()

    assert 503 in eavesdropper.statuses()
    check_discretion(eavesdropper)


def _wait_alive(process: Process) -> None:
    url = f"http://127.0.0.1:{process.program.port}/livez"

    def is_alive() -> bool:
        with contextlib.suppress(httpx2.HTTPError):
            return bool(httpx2.get(url, trust_env=False).status_code == 200)
        return False

    until(is_alive)
