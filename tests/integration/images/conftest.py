"""The images API, called as the gateway calls it, and its worker."""

import functools
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from errand.common import redis
from errand.common.database import Database
from errand.common.identity import Signer, new_keys
from errand.common.ids import Service
from errand.common.jobs.worker import Worker
from errand.images import actors, app
from errand.images.rendering.studio import Studio
from errand.images.service import files
from errand.images.service.production import Production
from errand.images.settings import Settings
from errand.images.storage import Storage
from errand.images.storage.opening import open_storage
from errand.images.terms import Terms, settle_terms
from tests.integration.images.customers import Customer
from tests.waiting import until

Client = TestClient[Litestar]
Submitted = Callable[..., str]
Finished = Callable[[str], Any]
PUBLIC_URL = "https://api.example.com"
PROMPT = "Container cranes at dawn"
# By settings, which differ in their engines' databases alone: making an app takes longer than most tests.
create = functools.cache(app.create)


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with closing(Studio(2)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    return new_keys()


@pytest.fixture
def files_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory: Path = tmp_path_factory.getbasetemp() / "files"
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def settings(
    migrated_database: Callable[..., str], redis_database: str, keys: tuple[str, str], files_directory: Path
) -> Settings:
    return Settings(
        database_url=migrated_database("images"),
        redis_url=redis_database,
        identity_public_key=keys[1],
        # Any 32 bytes will do.
        files_key=keys[1],
        files_url=files_directory.as_uri(),
        public_url=PUBLIC_URL,
    )


@pytest.fixture
def api(settings: Settings) -> Iterator[Client]:
    """The API, to which nobody has introduced himself yet."""
    with TestClient(create(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.fixture
def sign_in(api: Client, keys: tuple[str, str]) -> Callable[..., UUID]:
    """`sign_in()` makes the client somebody new, `sign_in(user_id)` that user."""

    def sign_in(user_id: UUID | None = None) -> UUID:
        user_id = user_id or uuid4()
        api.headers["Authorization"] = f"Bearer {Signer(keys[0]).sign(user_id, 'images')}"
        return user_id

    return sign_in


@pytest.fixture
def user_id(sign_in: Callable[..., UUID]) -> UUID:
    """Whom the client is at first."""
    return sign_in()


@pytest.fixture
def client(api: Client, user_id: UUID) -> Client:
    return api


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database_url, schema="images", pool_size=12)) as database:
        yield database


@pytest.fixture
def customer(database: Database) -> Customer:
    return Customer(database)


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return open_storage(settings.files_url)


@pytest.fixture
def terms(settings: Settings, studio: Studio) -> Terms:
    """What the worker makes images by. Tests of other providers and budgets have their own."""
    return settle_terms(settings, studio)


@pytest.fixture
def worker(settings: Settings, database: Database, terms: Terms, storage: Storage, studio: Studio) -> Iterator[Worker]:
    worker = Worker(
        Service.IMAGES,
        database,
        redis.connect(settings.redis_url),
        threads=4,
        drain_s=0,
        beat_s=0.1,
        poll_s=0.05,
        reap_s=0.1,
    )
    actors.register(worker, Production(database, worker.jobs, terms, storage, studio))
    with worker.running():
        yield worker


@pytest.fixture
def submitted(client: Client) -> Submitted:
    """`submitted(quality="draft")` is the id of a new job."""

    def submitted(prompt: str = PROMPT, quality: str = "draft", **fields: Any) -> str:
        body = {"prompt": prompt, "quality": quality, **fields}
        reply = client.post("/api/v1/images/generate-async", json=body)
        assert reply.status_code == 202, reply.text
        return str(reply.json()["job_id"])

    return submitted


@pytest.fixture
def finished(client: Client, worker: Worker) -> Finished:
    """`finished(job_id)` is the job's view once it is over."""

    def finished(job_id: str) -> Any:
        return until(lambda: over(client.get(f"/api/v1/images/jobs/{job_id}").json()))

    return finished


def over(view: Any) -> Any:
    return view if view["status"] in ("completed", "failed") else None


def store(database: Database, storage: Storage, content: bytes) -> str:
    """Its digest."""
    digest = hashlib.sha256(content).hexdigest()
    files.store(database, storage, {digest: content})
    return digest
