"""One service with its API and worker in this process, and what they tell of themselves."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from prometheus_client import REGISTRY

from deploy.local.client import is_ready
from deploy.local.services import environment
from errand.common import redis
from errand.common.database import Database
from errand.common.identity import Signer, new_keys
from errand.common.ids import Service
from errand.common.jobs.runner import Handler
from errand.common.jobs.worker import Worker
from errand.incidents import app
from errand.incidents.domain import KIND
from errand.incidents.settings import Settings
from tests.spans import Spans, recorded_spans
from tests.waiting import until

SIGNING_KEY, PUBLIC_KEY = new_keys()

Submit = Callable[[], str]


@pytest.fixture
def settings(migrated_database: Callable[..., str], redis_database: str) -> Settings:
    return Settings(
        database_url=migrated_database("incidents"), redis_url=redis_database, identity_public_key=PUBLIC_KEY
    )


@pytest.fixture
def api(settings: Settings) -> Iterator[TestClient[Litestar]]:
    token = Signer(SIGNING_KEY).sign(uuid4(), "incidents")
    with TestClient(app.create(settings)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def submit(api: TestClient[Litestar]) -> Submit:
    """The id of a new job."""
    return lambda: str(api.post("/incident/run", data={"incident_text": "A container is missing."}).json()["run_id"])


@pytest.fixture
def work(settings: Settings) -> Iterator[Callable[[Handler], None]]:
    """`work(handler)` starts a worker that does incidents with it."""
    database = Database(settings.database_url, schema="incidents")
    worker = Worker(Service.INCIDENTS, database, redis.connect(settings.redis_url), drain_s=0, poll_s=0.05)

    def start(handler: Handler) -> None:
        worker.register(KIND, handler)
        worker.start()

    yield start
    worker.stop()
    database.close()


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recorded_spans() as spans:
        yield spans


def sample(name: str, **labels: str) -> float | None:
    """What `/metrics` says now; None where it says nothing of it."""
    return REGISTRY.get_sample_value(name, labels)


@contextlib.contextmanager
def running(*command: str, ready_port: int, **settings: object) -> Iterator[None]:
    """A process of its own, `python -m errand.<command>` with these settings, from when it is ready."""
    variables = {f"ERRAND_{name.upper()}": str(value) for name, value in settings.items()}
    arguments = [sys.executable, "-m", f"errand.{command[0]}", *command[1:]]
    with subprocess.Popen(arguments, env=environment(variables)) as process:
        try:
            until(lambda: is_ready(f"http://127.0.0.1:{ready_port}/readyz"))
            yield
        finally:
            process.terminate()
