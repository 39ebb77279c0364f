"""The job kernel on real engines, in the schema of one service."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis

from errand.common import redis as redis_connection
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import repository
from errand.common.jobs.domain import NewJob
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job, JobEvent
from errand.common.jobs.relay import Relay
from errand.common.jobs.runner import Handler
from errand.common.jobs.worker import Worker, connect_relay
from tests.waiting import until


class Client:
    """Somebody who has jobs: submits them, looks at them, changes his mind."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self.id = uuid4()
        self._database = database
        self.jobs = jobs

    def submit(self, kind: str, *, key: str | None = None, input: Any = None, **options: Any) -> UUID:
        new = NewJob(kind=kind, owner_id=self.id, input=input or {}, title=kind, **options)
        with self._database.autocommit() as tx:
            return self.jobs.submit(tx, new, idempotency_key=key).job.id

    def say(self, job_id: UUID, message: Any) -> None:
        with self._database.transaction() as tx:
            self.jobs.add_run(tx, job_id, self.id, message, message="A message.")

    def cancel(self, job_id: UUID) -> None:
        with self._database.transaction() as tx:
            self.jobs.cancel(tx, job_id, self.id)

    def retry(self, job_id: UUID) -> None:
        with self._database.transaction() as tx:
            self.jobs.retry(tx, job_id, self.id)

    def job(self, job_id: UUID) -> Job:
        with self._database.transaction() as tx:
            return self.jobs.find(tx, job_id, self.id)

    def events(self, job_id: UUID) -> list[JobEvent]:
        with self._database.transaction() as tx:
            return list(repository.events(tx, [job_id]))

    def types(self, job_id: UUID) -> list[str]:
        return [event.type for event in self.events(job_id)]

    def wait(self, job_id: UUID, status: str) -> Job:
        until(lambda: self.job(job_id).status == status)
        return self.job(job_id)


@pytest.fixture
def database(migrated_database: Callable[..., str]) -> Iterator[Database]:
    database = Database(migrated_database("incidents"), schema="incidents", pool_size=12)
    yield database
    database.close()


@pytest.fixture
def redis_client(redis_database: str) -> Iterator[Redis]:
    with redis_connection.connect(redis_database) as client:
        yield client


@pytest.fixture
def relay(database: Database, redis_client: Redis) -> Iterator[Relay]:
    relay = connect_relay(Service.INCIDENTS, database, redis_client, threads=4)
    relay.start()
    yield relay
    relay.stop()


@pytest.fixture
def jobs(relay: Relay) -> Jobs:
    return Jobs(Service.INCIDENTS, relay)


@pytest.fixture
def new_client(database: Database, jobs: Jobs) -> Callable[[], Client]:
    return lambda: Client(database, jobs)


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    return new_client()


@pytest.fixture
def work(database: Database, redis_client: Redis) -> Iterator[Callable[..., Worker]]:
    """`work(echo=echo)` starts a worker with that handler, which ends with the test."""
    with ExitStack() as workers:

        def start(*, threads: int = 4, beat_s: float = 0.1, drain_s: float = 0, **options: Any) -> Worker:
            handlers: dict[str, Handler] = {
                name: options.pop(name) for name in list(options) if callable(options[name])
            }
            worker = Worker(
                Service.INCIDENTS,
                database,
                redis_client,
                threads=threads,
                beat_s=beat_s,
                reap_s=0.1,
                poll_s=0.05,
                drain_s=drain_s,
                **options,
            )
            for kind, handler in handlers.items():
                worker.register(kind, handler)
            workers.enter_context(worker.running())
            return worker

        yield start
