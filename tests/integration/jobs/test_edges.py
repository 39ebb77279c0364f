"""Moments at which two things happen to one job, and values that nobody should send."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from errand.common.errors import Conflict, Unprocessable
from errand.common.jobs import domain, transitions
from errand.common.jobs.domain import Event, EventType, Speed, Waiting
from errand.common.jobs.retention import Retention
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker
from tests.integration.jobs.conftest import Client
from tests.waiting import until

Work = Callable[..., Worker]


def test_a_message_that_comes_as_its_job_ends_is_still_a_run_to_come(client: Client, database: Database) -> None:
    job_id = client.submit("talk")
    (run_id,) = (row.id for row in database.execute(sa.text("SELECT id FROM runs")))
    claim = transitions.claim(database.execute, run_id, worker="one", lease_s=30)
    assert claim is not None

    ending = threading.Thread(target=lambda: transitions.finish(database.execute, claim.lease, domain.completed(None)))
    with database.transaction() as tx:
        client.jobs.add_run(tx, job_id, client.id, "hello", message="A message.")
        ending.start()
        # It waits for this transaction, as Postgres sees it.
        until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
    ending.join()

    assert client.job(job_id).status == "pending"


def test_a_failure_after_a_request_to_cancel_is_not_tried_again(client: Client, database: Database) -> None:
    job_id = client.submit("work")
    (run_id,) = (row.id for row in database.execute(sa.text("SELECT id FROM runs")))
    claim = transitions.claim(database.execute, run_id, worker="one", lease_s=30)
    assert claim is not None
    client.cancel(job_id)

    transitions.finish(database.execute, claim.lease, domain.failed_attempt(RuntimeError(), 1, 3))

    assert client.job(job_id).status == "cancelled"


def test_a_request_to_cancel_that_comes_as_its_run_is_to_be_tried_again_ends_it(
    client: Client, database: Database
) -> None:
    job_id = client.submit("work")
    (run_id,) = (row.id for row in database.execute(sa.text("SELECT id FROM runs")))
    claim = transitions.claim(database.execute, run_id, worker="one", lease_s=30)
    assert claim is not None

    ending = threading.Thread(target=lambda: transitions.finish(database.execute, claim.lease, domain.released()))
    with database.transaction() as tx:
        client.jobs.cancel(tx, job_id, client.id)
        ending.start()
        until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
    ending.join()

    assert client.job(job_id).status == "cancelled"
    assert client.types(job_id)[-2:] == ["job_cancel_requested", "job_cancelled"]


def test_a_claim_that_waits_for_a_message_to_its_job_comes_after_it(client: Client, database: Database) -> None:
    job_id = client.submit("talk")
    (run_id,) = (row.id for row in database.execute(sa.text("SELECT id FROM runs")))
    claims: list[Any] = []

    claiming = threading.Thread(
        target=lambda: claims.append(transitions.claim(database.execute, run_id, worker="one", lease_s=30))
    )
    with database.transaction() as tx:
        client.jobs.add_run(tx, job_id, client.id, "hello", message="A message.")
        claiming.start()
        until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
    claiming.join()

    assert [news.seq for claim in claims for news in claim.news] == [3]
    assert client.job(job_id).status == "running"


def test_a_job_that_is_retried_while_it_is_purged_stays(client: Client, database: Database) -> None:
    job_id = client.submit("work")
    client.cancel(job_id)
    # Holds the purge up when it has taken its snapshot and locked nothing yet.
    database.execute(
        sa.text("""
            CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$
        """)
    )
    database.execute(
        sa.text("CREATE TRIGGER hold_up BEFORE DELETE ON jobs FOR EACH STATEMENT EXECUTE FUNCTION hold_up()")
    )

    purging = threading.Thread(target=Retention(database, days=0).purge)
    with database.transaction() as tx:
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(1)"))
        purging.start()
        until(lambda: database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
        client.retry(job_id)
    purging.join()

    assert client.job(job_id).status == "pending"


@pytest.mark.parametrize("type", list(EventType))
def test_a_handler_cannot_tell_what_only_the_kernel_knows(client: Client, work: Work, type: EventType) -> None:
    refused = []

    def lie(run: Run) -> None:
        with pytest.raises(ValueError, match=type) as caught:
            run.emit(Event(node="n", message="m", type=type))
        refused.append(caught)

    work(lie=lie)
    job_id = client.submit("lie")

    client.wait(job_id, "completed")
    assert refused
    assert client.types(job_id) == ["job_queued", "job_started", "job_completed"]


def test_a_quick_job_is_not_fetched_by_a_worker_that_is_busy_with_slow_ones(client: Client, work: Work) -> None:
    release = threading.Event()
    handlers: dict[str, Any] = {"build": lambda _: release.wait(20), "chat": lambda _: "hello"}
    work(threads=4, **handlers)
    builds = [client.submit("build", speed=Speed.SLOW) for _ in range(3)]
    chats = [client.submit("chat") for _ in range(12)]

    for job_id in chats:
        client.wait(job_id, "completed")
    release.set()
    for job_id in builds:
        client.wait(job_id, "completed")


@pytest.mark.parametrize("ending", [Conflict("bad \x00 \ud800"), Waiting("a\x00b")], ids=["error", "waiting"])
def test_an_outcome_is_recorded_whatever_characters_it_has(client: Client, work: Work, ending: Any) -> None:
    def end(_: Run) -> Any:
        if isinstance(ending, Exception):
            raise ending
        return ending

    work(end=end)
    job_id = client.submit("end")

    until(lambda: client.job(job_id).status in ("failed", "waiting"))
    assert client.types(job_id).count("job_started") == 1


@pytest.mark.parametrize("result", [object(), "\ud800", {"text": "a\x00b"}], ids=["object", "surrogate", "NUL"])
def test_a_result_that_cannot_be_stored_fails_at_once(client: Client, work: Work, result: Any) -> None:
    work(give=lambda _: result)
    job_id = client.submit("give")

    client.wait(job_id, "failed")
    assert client.types(job_id).count("job_started") == 1


@pytest.mark.parametrize("field", ["description", "session_id", "concurrency_key"])
def test_a_text_that_cannot_be_stored_is_refused(client: Client, field: str) -> None:
    with pytest.raises(Unprocessable):
        client.submit("work", **{field: "a\x00b"})


def test_the_six_characters_of_an_escaped_nul_are_text_like_any_other(client: Client) -> None:
    assert client.job(client.submit("work", input=r"C:\u0000")).input == r"C:\u0000"


def test_progress_stays_between_nothing_and_all(client: Client, work: Work) -> None:
    seen = []

    def boast(run: Run) -> None:
        for progress in (-5, 70_000):
            run.emit(Event(node="n", message="m", progress=progress))
            seen.append(client.job(run.job_id).progress)

    work(boast=boast)
    client.wait(client.submit("boast"), "completed")

    assert seen == [0, 100]


def test_a_long_transaction_of_one_handler_costs_no_other_its_lease(
    client: Client, work: Work, database: Database
) -> None:
    held, beaten = threading.Event(), threading.Event()

    def store(run: Run) -> None:
        with run.transaction():
            held.set()
            assert beaten.wait(20)

    work(store=store, beat_s=0.05)
    job_id = client.submit("store")
    assert held.wait(20)
    first = expiry(database)
    until(lambda: expiry(database) > first)
    beaten.set()

    client.wait(job_id, "completed")


def expiry(database: Database) -> Any:
    return database.execute(sa.text("SELECT max(lease_expires_at) FROM job_heads"))[0][0]
