"""What is secret stays out of logs and answers, whatever goes wrong. The processes log all that they can."""

import contextlib
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from litestar import Litestar
from sqlalchemy import make_url

from deploy.local.processes import Program
from errand.common.errors import ErrandError
from errand.common.settings import load
from errand.gateway import app as gateway
from errand.gateway.settings import Settings as GatewaySettings
from errand.images import app as images
from errand.images.domain import Spec
from errand.images.providers.openai import OpenAI
from errand.images.settings import Settings as ImagesSettings
from tests.engines.redis_databases import RedisDatabases
from tests.security.conftest import EVERYTHING_AS_JSON
from tests.security.logs import Logs
from tests.security.secretive import Eavesdropper
from tests.security.sessions import (
    ADDRESS,
    DATABASE_PASSWORD,
    FILES_KEY,
    IMAGE_KEY,
    MODEL_KEY,
    NOBODYS_JOB,
    PASSWORD,
    REDIS_PASSWORD,
    TEXT,
    WRONG_PASSWORD,
    Session,
)
from tests.security.twins import twin
from tests.spans import recorded_spans
from tests.stack import Stack, with_settings
from tests.vendors.double import KEY
from tests.vendors.openai_images import ImagesDouble, Refuses, images_double
from tests.waiting import until

# What no client is told.
NOBODYS = {DATABASE_PASSWORD, REDIS_PASSWORD, MODEL_KEY, IMAGE_KEY, PASSWORD, WRONG_PASSWORD}


@pytest.fixture(scope="module")
def eavesdropper(stack: Stack, log_directory: Path) -> Eavesdropper:
    eavesdropper = Eavesdropper(Logs(log_directory))
    signing_key = stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]
    eavesdropper.secrets |= {*NOBODYS, TEXT, signing_key, FILES_KEY}
    return eavesdropper


@contextlib.contextmanager
def overheard(stack: Stack, eavesdropper: Eavesdropper) -> Iterator[httpx2.Client]:
    hooks = {"response": [eavesdropper.hear]}
    with httpx2.Client(base_url=stack.url, timeout=30, trust_env=False, event_hooks=hooks) as client:
        yield client


@pytest.fixture(scope="module")
def session(stack: Stack, eavesdropper: Eavesdropper) -> Iterator[Session]:
    with overheard(stack, eavesdropper) as client:
        session = Session(stack, client, eavesdropper)
        session.sign_in()
        session.refresh()
        session.use_everything()
        session.publish()
        session.show()
        yield session


def check_discretion(eavesdropper: Eavesdropper) -> None:
    assert eavesdropper.leaks_in_logs() == []
    signing_keys = {secret for secret in eavesdropper.secrets if secret.endswith("=") and len(secret) == 44}
    assert eavesdropper.leaks_in_answers(NOBODYS | signing_keys) == []


def test_a_session_that_uses_everything_leaves_no_secret_behind(session: Session, eavesdropper: Eavesdropper) -> None:
    assert {200, 201, 202, 400, 401, 409, 422} <= eavesdropper.statuses()
    check_discretion(eavesdropper)


def test_the_model_was_asked_and_its_refusal_is_on_record(session: Session, log_directory: Path) -> None:
    """Else nothing has been learned about its key."""
    details = [
        entry["detail"] for entry in Logs(log_directory, whole=True).entries() if entry["event"] == "model failed"
    ]

    assert [detail for detail in details if "Incorrect API key provided: ***" in detail]


@pytest.fixture
def painter(stack: Stack, tmp_path: Path) -> Iterator[ImagesDouble]:
    """Of a worker in the place of the stack's: it repeats the key, and says that it is wrong."""
    stack.pause("images-worker")
    with images_double() as painter:
        model = {"PROVIDER": "openai", "MODEL": "gpt-image-1", "BASE_URL": painter.base_url, "API_KEY": IMAGE_KEY}
        settings = {f"ERRAND_IMAGE_{name}": value for name, value in model.items()}
        with twin(stack, "images-worker", tmp_path / "images-worker.log", **settings):
            yield painter
    stack.resume("images-worker")


@pytest.mark.usefixtures("painter")
def test_an_image_model_that_repeats_its_key_is_not_quoted(
    session: Session, eavesdropper: Eavesdropper, tmp_path: Path
) -> None:
    logs = Logs(tmp_path, whole=True)
    eavesdropper.read(logs)

    session.paint()

    assert session.ended_image()["status"] == "failed"
    statuses = {entry["status"] for entry in logs.entries() if entry["event"] == "image model failed"}
    assert statuses == {401}
    check_discretion(eavesdropper)


@pytest.mark.parametrize("key", [IMAGE_KEY, KEY], ids=["a wrong key", "a prompt that it refuses"])
def test_what_an_image_model_says_is_in_no_error_and_no_span(key: str) -> None:
    spec = Spec(prompt=TEXT, width=1024, height=1024)
    with images_double() as painter, recorded_spans() as spans:
        painter.will(Refuses(code="moderation_blocked"))
        model = OpenAI("gpt-image-1", base_url=painter.base_url, api_key=key, timeout_s=10)
        with pytest.raises(ErrandError) as raised:
            model.draw(spec, NOBODYS_JOB)

    told = [*traceback.format_exception(raised.value), *(span.to_json() for span in spans.all)]
    assert not [secret for secret in (IMAGE_KEY, KEY, TEXT) if secret in "".join(told)]


def _renamed(table: str) -> tuple[str, str]:
    schema, _, name = table.partition(".")
    return f"ALTER TABLE {table} RENAME TO gone_{name}", f"ALTER TABLE {schema}.gone_{name} RENAME TO {name}"


def _refusing(table: str, condition: str = "id IS NULL") -> tuple[str, str]:
    """New rows: Postgres quotes them then."""
    adding = f"ALTER TABLE {table} ADD CONSTRAINT never CHECK ({condition}) NOT VALID"
    return adding, f"ALTER TABLE {table} DROP CONSTRAINT never"


# Each turns some of what is asked for into an error that nobody foresaw; with the way back.
BREAKS = {
    "tables that are missing": [
        _renamed("gateway.users"),
        _renamed("incidents.jobs"),
        _renamed("agents.chat_turns"),
        _renamed("images.images"),
    ],
    "rows that are refused": [
        *(_refusing(table) for table in ("gateway.users", "incidents.jobs", "agents.jobs", "agents.form_submissions")),
        *(_refusing(table) for table in ("images.jobs", "images.image_batches")),
    ],
    "rows that are refused later": [
        _refusing("gateway.refresh_families"),
        _refusing("incidents.job_events", "seq < 2"),
        _refusing("agents.page_versions", "job_id IS NULL"),
        _refusing("agents.chat_turns", "job_id IS NULL"),
        _refusing("images.image_files", "job_id IS NULL"),
        _refusing("images.stored_files", "digest IS NULL"),
    ],
}


@pytest.fixture
def database(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    url = stack.processes["gateway"].program.environment["ERRAND_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("fault", BREAKS)
def test_an_error_that_nobody_foresaw_tells_no_secret(
    session: Session, eavesdropper: Eavesdropper, database: psycopg.Connection[Any], log_directory: Path, fault: str
) -> None:
    before = _errors(log_directory)
    for breaking, _ in BREAKS[fault]:
        database.execute(breaking)
    try:
        session.client.post("/api/auth/register", json={"email": f"x{ADDRESS}", "password": PASSWORD})
        session.client.post("/api/auth/login", json={"email": ADDRESS, "password": PASSWORD})
        session.use_everything()
        session.submit_form()
        # Else nothing has been learned.
        until(lambda: _errors(log_directory) > before)
    finally:
        for _, mending in BREAKS[fault]:
            database.execute(mending)
    check_discretion(eavesdropper)


def _errors(directory: Path) -> int:
    return sum(path.read_bytes().count(b"Traceback") for path in directory.glob("*.log"))


# What a hasty hand may make of a setting of the gateway's or of images.
MISTAKES = {
    "a URL without a scheme": ("ERRAND_DATABASE_URL", f"errand:{DATABASE_PASSWORD}@localhost/errand"),
    "an unknown scheme": ("ERRAND_DATABASE_URL", f"oracle://errand:{DATABASE_PASSWORD}@localhost/errand"),
    "a port that is none": ("ERRAND_DATABASE_URL", f"postgresql://errand:{DATABASE_PASSWORD}@localhost:port/errand"),
    "another Redis scheme": ("ERRAND_REDIS_URL", f"http://:{REDIS_PASSWORD}@localhost:6379/0"),
    "a Redis port that is none": ("ERRAND_REDIS_URL", f"redis://:{REDIS_PASSWORD}@localhost:port/0"),
    "half a signing key": ("ERRAND_SIGNING_KEY", PASSWORD),
    "an unknown setting": ("ERRAND_DATABASE_PASSWORD", DATABASE_PASSWORD),
    "half a key of files": ("ERRAND_FILES_KEY", FILES_KEY[:22]),
    "a key of files in words": ("ERRAND_FILES_KEY", PASSWORD),
    "a place for files that is none": ("ERRAND_FILES_URL", f"https://errand:{PASSWORD}@localhost/files"),
    "a key of a model with a line": ("ERRAND_IMAGE_API_KEY", f"{IMAGE_KEY}\n"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_setting_is_not_told_with_the_setting(stack: Stack, mistake: str) -> None:
    name, value = MISTAKES[mistake]
    process, create = ("images-api", _images) if "_FILES_" in name or "_IMAGE_" in name else ("gateway", _gateway)
    environment = {**stack.processes[process].program.environment, name: value}

    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, the process ends with it
        create(environment)

    told = "".join(traceback.format_exception(raised.value))
    assert not [secret for secret in (*NOBODYS, FILES_KEY[:22]) if secret in told]


def _gateway(environment: Mapping[str, str]) -> Litestar:
    return gateway.create(load(GatewaySettings, environment))


def _images(environment: Mapping[str, str]) -> Litestar:
    return images.create(load(ImagesSettings, environment))


def _elsewhere(_: str) -> str:
    """Where nobody answers."""
    return f"postgresql://errand:{DATABASE_PASSWORD}@127.0.0.1:1/errand"


def _as_nobody(url: str) -> str:
    return make_url(url).set(username="nobody_here", password=DATABASE_PASSWORD).render_as_string(hide_password=False)


def _of_another_database(url: str) -> str:
    return make_url(url).set(database="nothing_here").render_as_string(hide_password=False)


@pytest.fixture(
    params=[
        _as_nobody,
        *(pytest.param(wrong, marks=pytest.mark.faults) for wrong in (_elsewhere, _of_another_database)),
    ]
)
def wrong_database_url(request: pytest.FixtureRequest, stack: Stack) -> str:
    """A wrong one."""
    return str(request.param(stack.processes["gateway"].program.environment["ERRAND_DATABASE_URL"]))


@pytest.fixture
def astray(stack: Stack, tmp_path: Path, wrong_database_url: str, redis_databases: RedisDatabases) -> Iterator[Stack]:
    """With the stack's keys, and without its database."""

    def adapt(program: Program) -> Program:
        environment = stack.processes[program.name].program.environment
        keys = {name: value for name, value in environment.items() if name.endswith("_KEY")}
        return replace(with_settings(program, **EVERYTHING_AS_JSON, **keys), ready=lambda: _is_alive(program))

    redis_url = redis_databases.take()
    with Stack(tmp_path, wrong_database_url, redis_url, adapt=adapt).running() as astray:
        yield astray
    redis_databases.give_back(redis_url)


def test_a_wrong_database_tells_no_secret(
    session: Session, eavesdropper: Eavesdropper, astray: Stack, tmp_path: Path
) -> None:
    eavesdropper.read(Logs(tmp_path, whole=True))
    with overheard(astray, eavesdropper) as client:
        session.moved(astray, client).use_everything()

    assert 503 in eavesdropper.statuses()
    check_discretion(eavesdropper)


def _is_alive(program: Program) -> bool:
    """A worker would only say so where it has all that it needs."""
    if program.kind == "worker":
        return True
    with contextlib.suppress(httpx2.HTTPError):
        return bool(httpx2.get(f"http://127.0.0.1:{program.port}/livez", trust_env=False).status_code == 200)
    return False
