"""Engines that go away while jobs come in."""

import contextlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from redis import Redis

from errand.common.database import Database, DatabaseUnavailable
from errand.common.ids import Service
from errand.common.jobs.models import Job
from errand.common.jobs.news import SHARDS, stream
from errand.common.jobs.worker import Worker
from tests.engines.engine import Engine
from tests.integration.jobs.conftest import Client
from tests.waiting import until

Work = Callable[..., Worker]


@pytest.fixture(autouse=True)
def engines_come_back(postgres: Engine, redis: Engine) -> None:
    """The session's engines run before each test; each test brings back what it stops."""


def test_jobs_are_accepted_while_redis_is_away_and_run_once_it_is_back(
    client: Client, work: Work, redis: Engine, redis_client: Redis
) -> None:
    work(greet=lambda run: f"hello {run.input}")
    client.wait(client.submit("greet", input="before"), "completed")

    redis.stop()
    try:
        ids = [client.submit("greet", input=str(number)) for number in range(20)]
        assert {client.job(job_id).status for job_id in ids} == {"pending"}
    finally:
        redis.start()

    assert [client.wait(job_id, "completed").result for job_id in ids] == [f"hello {number}" for number in range(20)]
    until(lambda: published(redis_client) >= {(str(job_id), seq) for job_id in ids for seq in (1, 2, 3)})


def test_wiped_queues_and_streams_lose_no_job(client: Client, work: Work, redis_client: Redis) -> None:
    job_ids = [client.submit("greet", input=str(number)) for number in range(10)]
    until(lambda: redis_client.llen("errand:queue:incidents:incidents"))
    redis_client.flushdb()
    client._database.execute(sa.text("UPDATE runs SET dispatch_after = now()"))
    work(greet=lambda run: f"hello {run.input}")

    for job_id in job_ids:
        client.wait(job_id, "completed")


def test_without_postgres_nothing_is_accepted_and_nothing_half_done(
    client: Client, work: Work, postgres: Engine, database: Database
) -> None:
    work(greet=lambda _: "hello")
    before = client.submit("greet")
    client.wait(before, "completed")

    postgres.stop()
    try:
        with pytest.raises(DatabaseUnavailable):
            client.submit("greet")
    finally:
        postgres.start()

    after = until(lambda: submitted(client))
    assert until(lambda: completed(client, after)).result == "hello"
    assert {row.id for row in database.execute(sa.text("SELECT id FROM jobs"))} == {before, after}


def test_a_message_that_comes_while_postgres_is_away_is_not_lost(
    client: Client, work: Work, postgres: Engine, redis_client: Redis
) -> None:
    job_id = client.submit("greet")
    until(lambda: redis_client.llen("errand:queue:incidents:incidents"))

    postgres.stop()
    try:
        work(greet=lambda _: "hello")
        until(lambda: not redis_client.llen("errand:queue:incidents:incidents"))
    finally:
        postgres.start()

    # It would be sent again after 30 s only.
    assert until(lambda: completed(client, job_id)).result == "hello"


def submitted(client: Client) -> UUID | None:
    """The id of a new job; None while connections from before the outage are still being found out."""
    try:
        return client.submit("greet")
    except DatabaseUnavailable:
        return None


def completed(client: Client, job_id: UUID) -> Job | None:
    """The job once it is; None while connections from before the outage are still being found out."""
    with contextlib.suppress(DatabaseUnavailable):
        job = client.job(job_id)
        return job if job.status == "completed" else None
    return None


def published(client: Redis) -> set[tuple[str, int]]:
    streams: list[Any] = [client.xrange(stream(Service.INCIDENTS, shard)) for shard in range(SHARDS)]
    return {(fields[b"job"].decode(), int(fields[b"seq"])) for entries in streams for _, fields in entries}
