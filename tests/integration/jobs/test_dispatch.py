"""Which run goes next, and which has to wait."""

import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from redis import Redis

from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import domain, statements, transitions
from errand.common.jobs.domain import Event, NewJob, Speed
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker, connect_relay
from tests.integration.jobs.conftest import Client
from tests.waiting import until

Work = Callable[..., Worker]


def test_jobs_with_one_concurrency_key_never_run_at_once(client: Client, work: Work) -> None:
    order: list[str] = []

    def occupy(run: Run) -> None:
        order.append(f"in {run.input}")
        run.emit(Event(node="inside", message="Inside."))
        order.append(f"out {run.input}")

    work(occupy=occupy)
    ids = [client.submit("occupy", input=number, concurrency_key="session") for number in range(1, 9)]
    for job_id in ids:
        client.wait(job_id, "completed")

    assert order == [f"{way} {number}" for number in range(1, 9) for way in ("in", "out")]


def test_owners_with_the_same_concurrency_key_do_not_wait_for_each_other(
    new_client: Callable[[], Client], work: Work
) -> None:
    release = threading.Event()
    work(occupy=lambda _: release.wait(20))
    one, other = new_client(), new_client()
    ids = [client.submit("occupy", concurrency_key="session") for client in (one, other)]

    one.wait(ids[0], "running")
    other.wait(ids[1], "running")
    release.set()


def test_a_thousand_jobs_of_one_owner_do_not_delay_the_first_of_another(
    database: Database, redis_client: Redis, work: Work
) -> None:
    # Its turns come when they are told to.
    relay = connect_relay(Service.INCIDENTS, database, redis_client, threads=1)
    busy, modest = (Client(database, Jobs(Service.INCIDENTS, relay)) for _ in range(2))
    done: list[Any] = []
    for _ in range(1000):
        busy.submit("count")
    relay.turn()
    modest_id = modest.submit("count")
    work(count=lambda run: done.append(run.job_id), threads=1)
    modest.wait(modest_id, "completed")

    # Two for each thread wait in Dramatiq: it is next.
    assert done.index(modest_id) == 2


def test_urgent_runs_go_first(database: Database, redis_client: Redis, work: Work) -> None:
    # Its relay is not started, so that nothing is dispatched before both are there.
    client = Client(
        database, Jobs(Service.INCIDENTS, connect_relay(Service.INCIDENTS, database, redis_client, threads=1))
    )
    done: list[str] = []
    ids = [client.submit("do", input=name, priority=priority) for name, priority in (("later", 5), ("now", -5))]
    work(do=lambda run: done.append(run.input), threads=1)
    for job_id in ids:
        client.wait(job_id, "completed")

    assert done == ["now", "later"]


def test_there_is_only_as_much_dispatched_as_there_is_room_for_even_by_a_plan_from_when_nothing_waited(
    migrated_database: Callable[..., str], redis_client: Redis
) -> None:
    database = Database(migrated_database("incidents"), schema="incidents", pool_size=1)
    relay = connect_relay(Service.INCIDENTS, database, redis_client, threads=1)
    client = Client(database, Jobs(Service.INCIDENTS, relay))
    database.execute(sa.text("ANALYZE runs"))
    # The driver prepares a statement when it comes for the sixth time, Postgres keeps its plan five times later.
    for _ in range(12):
        relay.turn()
    for _ in range(20):
        client.submit("wait")

    relay.turn()

    assert redis_client.llen("errand:queue:incidents:incidents") == 2
    database.close()


def test_what_is_submitted_later_with_the_same_key_never_overtakes_and_never_waits_for_its_message_to_be_sent_again(
    database: Database, redis_client: Redis
) -> None:
    # Its relay is not started: nothing is dispatched but by this test.
    relay = connect_relay(Service.INCIDENTS, database, redis_client, threads=1)
    client = Client(database, Jobs(Service.INCIDENTS, relay))
    later = threading.Thread(target=lambda: client.submit("talk", input="later", concurrency_key="session"))
    with database.transaction() as tx:
        new = NewJob(kind="talk", owner_id=client.id, input="first", title="Talk", concurrency_key="session")
        client.jobs.submit(tx, new)
        later.start()
        until(lambda: not later.is_alive() or database.execute(sa.text("SELECT FROM pg_locks WHERE NOT granted")))
        assert not sent(database)
    later.join()

    for expected in ("first", "later"):
        (run_id,) = sent(database)
        claim = transitions.claim(database.execute, run_id, worker="one", lease_s=30)
        assert claim is not None
        assert claim.input == expected
        transitions.finish(database.execute, claim.lease, domain.completed(None))


def sent(database: Database) -> list[int]:
    """The runs that were dispatched just now."""
    return [row.id for row in database.execute(statements.DISPATCH, {"queue": "incidents", "room": 10})]


def test_slow_jobs_leave_threads_for_quick_ones(client: Client, work: Work) -> None:
    release = threading.Event()
    work(build=lambda _: release.wait(20), chat=lambda _: "hello", threads=4)
    builds = [client.submit("build", speed=Speed.SLOW) for _ in range(8)]
    until(lambda: sum(client.job(id).status == "running" for id in builds) == 3)

    assert client.wait(client.submit("chat"), "completed").result == "hello"
    release.set()
    for job_id in builds:
        client.wait(job_id, "completed")


def test_what_comes_while_a_worker_drains_is_for_the_others(client: Client, work: Work) -> None:
    release = threading.Event()
    first = work(drain_s=20, occupy=lambda _: release.wait(20), greet=lambda _: "first")
    client.wait(client.submit("occupy"), "running")
    stopping = threading.Thread(target=first.stop)
    stopping.start()
    try:
        until(lambda: not any(consumer.is_alive() for consumer in first._threads.consumers.values()))
        greeting = client.submit("greet")
        work(greet=lambda _: "second")
        assert client.wait(greeting, "completed").result == "second"
    finally:
        release.set()
        stopping.join()
