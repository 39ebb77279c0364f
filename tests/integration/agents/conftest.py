"""The agents API, called as the gateway calls it, and its worker."""

import functools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from errand.agents import actors, app
from errand.agents.authoring.hiring import Hire
from errand.agents.authoring.rules import Rules
from errand.agents.checkpoints.saver import Checkpoints
from errand.agents.graph.execution import Execution
from errand.agents.schemas import Addresses
from errand.agents.settings import Settings
from errand.common import redis
from errand.common.database import Database
from errand.common.identity import Signer, new_keys
from errand.common.ids import Service
from errand.common.jobs.worker import Worker
from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.waiting import until

Client = TestClient[Litestar]
Finished = Callable[[str], Any]
PAGES_URL = "https://pages.example.com"
# By settings, which differ in their engines' databases alone: making an app takes longer than most tests.
create = functools.cache(app.create)


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    return new_keys()


@pytest.fixture
def settings(migrated_database: Callable[..., str], redis_database: str, keys: tuple[str, str]) -> Settings:
    return Settings(
        database_url=migrated_database("agents"),
        redis_url=redis_database,
        identity_public_key=keys[1],
        pages_url=PAGES_URL,
    )


@pytest.fixture
def api(settings: Settings) -> Iterator[Client]:
    """The API, to which nobody has introduced himself yet."""
    with TestClient(create(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.fixture
def sign_in(api: Client, keys: tuple[str, str]) -> Callable[[], UUID]:
    """`sign_in()` makes the client somebody new."""

    def sign_in() -> UUID:
        user_id = uuid4()
        api.headers["Authorization"] = f"Bearer {Signer(keys[0]).sign(user_id, 'agents')}"
        return user_id

    return sign_in


@pytest.fixture
def client(api: Client, sign_in: Callable[[], UUID]) -> Client:
    sign_in()
    return api


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database_url, schema="agents", pool_size=12)) as database:
        yield database


@pytest.fixture
def hire() -> Hire:
    """Who writes the pages. Tests of models have their own."""
    return lambda spent, notify: Rules()


@pytest.fixture
def execution(settings: Settings, database: Database, hire: Hire) -> Iterator[Execution]:
    with executing(settings, database, hire) as execution:
        yield execution


@pytest.fixture
def worker(settings: Settings, database: Database, execution: Execution) -> Iterator[Worker]:
    with working(settings, database, execution) as worker:
        yield worker


@pytest.fixture(scope="module")
def shared_settings(databases: Databases, redis_databases: RedisDatabases, keys: tuple[str, str]) -> Iterator[Settings]:
    database_url, redis_url = databases.migrated("agents"), redis_databases.take()
    yield Settings(database_url=database_url, redis_url=redis_url, identity_public_key=keys[1], pages_url=PAGES_URL)
    databases.give_back(database_url)
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="module")
def shared_client(shared_settings: Settings, keys: tuple[str, str]) -> Iterator[Client]:
    """For what the tests of a module look at and leave as it is. It is somebody."""
    with TestClient(create(shared_settings), base_url="http://testserver.local") as client:
        client.headers.update(introduction(keys))
        yield client


@pytest.fixture(scope="module")
def done(shared_settings: Settings, shared_client: Client) -> Callable[[str, Any], Any]:
    """`done("init", body)` is the job of `shared_client` once it has ended, and its worker with it."""

    def done(kind: str, body: Any) -> Any:
        job_id = shared_client.post(f"/v1/agent/{kind}", json=body).json()["job_id"]
        with (
            closing(Database(shared_settings.database_url, schema="agents", pool_size=12)) as database,
            executing(shared_settings, database, lambda spent, notify: Rules()) as execution,
            working(shared_settings, database, execution),
        ):
            return until(lambda: ended(shared_client.get(f"/v1/jobs/{job_id}").json()["job"]))

    return done


@pytest.fixture
def finished(client: Client, worker: Worker) -> Finished:
    """`finished(job_id)` is the job once it has ended."""

    def finished(job_id: str) -> Any:
        return until(lambda: ended(client.get(f"/v1/jobs/{job_id}").json()["job"]))

    return finished


@pytest.fixture
def said(client: Client, finished: Finished) -> Callable[[str, str], Any]:
    """`said(session_id, message)` is the chat's job once it has ended."""

    def said(session_id: str, message: str) -> Any:
        reply = client.post("/v1/agent/chat", json={"message": message, "session_id": session_id})
        return finished(reply.json()["job_id"])

    return said


@pytest.fixture
def built(client: Client, finished: Finished) -> Callable[..., Any]:
    """`built(session_id, payload)` is the init's job once it has ended."""

    def built(session_id: str, payload: Any) -> Any:
        reply = client.post("/v1/agent/init", json={"session_id": session_id, "payload": payload})
        return finished(reply.json()["job_id"])

    return built


def introduction(keys: tuple[str, str]) -> dict[str, str]:
    """The headers of somebody new."""
    return {"Authorization": f"Bearer {Signer(keys[0]).sign(uuid4(), 'agents')}"}


@contextmanager
def executing(settings: Settings, database: Database, hire: Hire) -> Iterator[Execution]:
    with closing(Checkpoints(settings.database_url, schema="agents", pool_size=4)) as checkpoints:
        checkpoints.open()
        yield Execution(database, checkpoints, Addresses(PAGES_URL), hire)


@contextmanager
def working(settings: Settings, database: Database, execution: Execution) -> Iterator[Worker]:
    worker = Worker(
        Service.AGENTS,
        database,
        redis.connect(settings.redis_url),
        threads=4,
        drain_s=0,
        beat_s=0.1,
        poll_s=0.05,
        reap_s=0.1,
    )
    actors.register(worker, execution)
    with worker.running():
        yield worker


def ended(job: Any) -> Any:
    return job if job["status"] in ("completed", "failed", "cancelled") else None
