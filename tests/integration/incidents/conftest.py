"""The incidents API, called as the gateway calls it, and its worker."""

import functools
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from errand.common import redis
from errand.common.database import Database
from errand.common.identity import Signer, new_keys
from errand.common.ids import Service
from errand.common.jobs.worker import Worker
from errand.incidents import actors, app
from errand.incidents.narration.rules import Rules
from errand.incidents.service.analysis import Analyst
from errand.incidents.settings import Settings
from tests.waiting import until

Client = TestClient[Litestar]
# By settings, which differ in their engines' databases alone: making an app takes longer than most tests.
create = functools.cache(app.create)


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    return new_keys()


@pytest.fixture
def signer(keys: tuple[str, str]) -> Signer:
    return Signer(keys[0])


@pytest.fixture
def settings(migrated_database: Callable[..., str], redis_database: str, keys: tuple[str, str]) -> Settings:
    return Settings(
        database_url=migrated_database("incidents"),
        redis_url=redis_database,
        identity_public_key=keys[1],
    )


@pytest.fixture
def api(settings: Settings) -> Iterator[Client]:
    """The API, to which nobody has introduced himself yet."""
    with TestClient(create(settings)) as client:
        yield client


@pytest.fixture
def sign_in(signer: Signer) -> Callable[[Client], None]:
    """`sign_in(client)` makes the client somebody new."""

    def sign_in(client: Client) -> None:
        client.headers["Authorization"] = f"Bearer {signer.sign(uuid4(), 'incidents')}"

    return sign_in


@pytest.fixture
def client(api: Client, sign_in: Callable[[Client], None]) -> Client:
    sign_in(api)
    return api


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """What the API and its worker have stored."""
    with closing(Database(settings.database_url, schema="incidents")) as database:
        yield database


@pytest.fixture
def worker(settings: Settings) -> Iterator[None]:
    database = Database(settings.database_url, schema="incidents")
    worker = Worker(Service.INCIDENTS, database, redis.connect(settings.redis_url), drain_s=0, poll_s=0.05)
    actors.register(worker, Analyst(database, Rules()))
    with worker.running():
        yield
    database.close()


@pytest.fixture
def analysed(client: Client, worker: None) -> Callable[..., Any]:
    """`analysed(data={...})` posts a report and returns its run once it is done."""

    def analysed(**request: Any) -> Any:
        run_id = client.post("/incident/run", **request).json()["run_id"]
        return until(lambda: finished(client.get(f"/incident/run/{run_id}").json()))

    return analysed


def finished(run: Any) -> Any:
    return run if run["status"] in ("completed", "failed") else None
