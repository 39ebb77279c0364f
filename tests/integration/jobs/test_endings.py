"""The end of a run is the end of its job only where no other run is to come."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from redis import Redis

from errand.common.database import Database
from errand.common.errors import Conflict
from errand.common.ids import Service
from errand.common.jobs import domain, transitions
from errand.common.jobs.domain import ENDINGS, Outcome, Waiting
from errand.common.jobs.news import SHARDS, News, stream
from errand.common.jobs.reaper import Reaper
from errand.common.jobs.relay import Relay
from errand.common.jobs.run import Run
from errand.common.jobs.transitions import Claim
from errand.common.jobs.worker import Worker
from tests.integration.jobs.conftest import Client
from tests.waiting import until

OUTCOMES = {
    "completed": domain.completed('"done"'),
    "waiting": domain.waiting(Waiting("Go on.")),
    "failed": domain.failed("conflict", "No."),
    "cancelled": domain.cancelled(),
}
by_outcome = pytest.mark.parametrize("name", OUTCOMES)

Next = Callable[[], Claim]


@pytest.fixture
def talk(client: Client) -> UUID:
    """A job with two runs to come."""
    job_id = client.submit("talk")
    client.say(job_id, "hello")
    return job_id


@pytest.fixture
def take(database: Database) -> Next:
    """Claims the next run."""

    def claim() -> Claim:
        query = "SELECT min(id) AS id FROM runs WHERE state = 'due'"
        claim = transitions.claim(database.execute, database.execute(sa.text(query))[0].id, worker="one", lease_s=30)
        assert claim is not None
        return claim

    return claim


@pytest.fixture
def finish(database: Database, take: Next) -> Callable[[Outcome], News]:
    """Claims the next run and ends it so."""

    def finish(outcome: Outcome) -> News:
        (news,) = transitions.finish(database.execute, take().lease, outcome)
        return news

    return finish


@by_outcome
def test_only_the_last_of_two_runs_ends_the_job(
    client: Client, talk: UUID, finish: Callable[[Outcome], News], name: str
) -> None:
    news = [finish(OUTCOMES[name]), finish(OUTCOMES[name])]

    assert [item.event.event_type for item in news] == [f"run_{name}", f"job_{name}"]
    assert [type for type in client.types(talk) if type.endswith(name)] == [f"run_{name}", f"job_{name}"]
    assert not {item.event.event_type for item in news[:1]} & ENDINGS


@by_outcome
def test_a_job_that_goes_on_looks_like_one_that_was_just_queued(
    client: Client, talk: UUID, finish: Callable[[Outcome], News], name: str
) -> None:
    finish(OUTCOMES[name])

    job = client.job(talk)
    assert (job.status, job.progress, job.error_code, job.error_message, job.ended_at) == (
        "pending",
        0,
        None,
        None,
        None,
    )


def test_a_run_that_is_tried_again_keeps_its_progress(
    client: Client, database: Database, talk: UUID, take: Next
) -> None:
    lease = take().lease
    transitions.emit(database.execute, lease, [domain.Event(node="n", message="m", progress=40)])
    (news,) = transitions.finish(database.execute, lease, domain.released())

    assert news.event.event_type == "job_retrying"
    assert client.job(talk).progress == 40


def test_a_message_after_a_request_to_cancel_goes_on_after_it(
    client: Client, database: Database, talk: UUID, take: Next, finish: Callable[[Outcome], News]
) -> None:
    lease = take().lease
    client.cancel(talk)
    client.say(talk, "one more")
    transitions.finish(database.execute, lease, domain.cancelled())
    finish(OUTCOMES["completed"])

    assert client.types(talk)[-3:] == ["run_cancelled", "job_started", "job_completed"]


def test_a_lost_last_attempt_is_not_the_end_where_a_message_waits(
    client: Client, database: Database, relay: Relay
) -> None:
    job_id = client.submit("talk", max_attempts=1)
    client.say(job_id, "hello")
    run_id = database.execute(sa.text("SELECT min(id) AS id FROM runs"))[0].id
    transitions.claim(database.execute, run_id, worker="one", lease_s=-1)
    Reaper(database, relay).reap()

    assert client.types(job_id)[-1] == "run_failed"
    assert client.job(job_id).status == "pending"


def test_what_is_published_is_what_is_stored(client: Client, work: Callable[..., Worker], redis_client: Redis) -> None:
    def listen(run: Run) -> Any:
        if run.payload is None:
            client.say(run.job_id, "Wait.")
            raise Conflict("Not before I have spoken.")
        return run.payload

    work(listen=listen)
    job_id = client.submit("listen")
    client.wait(job_id, "completed")

    stored = [(event.seq, event.type) for event in client.events(job_id)]
    assert (4, "run_failed") in stored
    until(lambda: published(redis_client, job_id) == stored)


def published(client: Redis, job_id: UUID) -> list[tuple[int, str]]:
    streams: list[Any] = [client.xrange(stream(Service.INCIDENTS, shard)) for shard in range(SHARDS)]
    return sorted(
        (int(fields[b"seq"]), msgspec.json.decode(fields[b"event"])["event_type"])
        for entries in streams
        for _, fields in entries
        if fields[b"job"].decode() == str(job_id)
    )
