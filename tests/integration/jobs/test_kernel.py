import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from errand.common.errors import Conflict, NotFound, Unavailable
from errand.common.jobs import domain, transitions
from errand.common.jobs.domain import Event, Waiting
from errand.common.jobs.reaper import Reaper
from errand.common.jobs.relay import Relay
from errand.common.jobs.retention import Retention
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker
from tests.integration.jobs.conftest import Client
from tests.waiting import until

Work = Callable[..., Worker]


def test_a_new_kind_of_job_takes_one_function_and_one_registration(client: Client, work: Work) -> None:
    def double(run: Run) -> int:
        return int(run.input["number"] * 2)

    work(double=double)

    job = client.wait(client.submit("double", input={"number": 21}), "completed")
    assert job.result == 42
    assert client.types(job.id) == ["job_queued", "job_started", "job_completed"]


def test_a_conversation_takes_no_more(client: Client, work: Work) -> None:
    def interview(run: Run) -> Waiting | dict[str, Any]:
        return {"name": run.payload} if run.payload else Waiting("What is your name?")

    work(interview=interview)

    job_id = client.submit("interview")
    client.wait(job_id, "waiting")
    client.say(job_id, "Ada")

    assert client.wait(job_id, "completed").result == {"name": "Ada"}
    assert [event.run for event in client.events(job_id)] == [1, 1, 1, 2, 2, 2]


def test_messages_of_one_conversation_are_worked_on_one_at_a_time_and_in_order(client: Client, work: Work) -> None:
    heard: list[int] = []

    def listen(run: Run) -> Waiting:
        if run.payload is not None:
            heard.append(run.payload)
        return Waiting("Go on.")

    work(listen=listen)

    job_id = client.submit("listen")
    for number in range(20):
        client.say(job_id, number)

    until(lambda: sum(type.endswith("_waiting") for type in client.types(job_id)) == 21)
    assert heard == list(range(20))
    assert client.wait(job_id, "waiting").seq == 63


def test_an_attempt_starts_after_the_steps_that_the_last_one_finished(client: Client, work: Work) -> None:
    acted: list[str] = []

    def build(run: Run) -> str:
        plan = run.step("plan", lambda: note(acted, "plan", "walls"), str)
        if run.attempt == 1:
            raise Unavailable("The quarry is closed.")
        return run.step("build", lambda: note(acted, "build", f"{plan} built"), str)

    work(build=build)
    job_id = client.submit("build")
    until(lambda: "job_retrying" in client.types(job_id))
    hasten(client)

    assert client.wait(job_id, "completed").result == "walls built"
    assert acted == ["plan", "build"]


def test_a_retry_by_the_user_keeps_the_finished_steps_as_well(client: Client, work: Work) -> None:
    acted: list[str] = []
    broken = threading.Event()
    broken.set()

    def build(run: Run) -> str:
        plan = run.step("plan", lambda: note(acted, "plan", "walls"), str)
        if broken.is_set():
            raise Conflict("The ground is not ours.")
        return plan

    work(build=build)
    job_id = client.submit("build")
    failed = client.wait(job_id, "failed")
    broken.clear()
    client.retry(job_id)

    assert failed.error_message == "The ground is not ours."
    completed = client.wait(job_id, "completed")
    assert (completed.result, completed.error_message, acted) == ("walls", None, ["plan"])


def test_what_cannot_succeed_next_time_fails_at_once(client: Client, work: Work) -> None:
    def refuse(_: Run) -> None:
        raise Conflict("Not while the gate is open.")

    work(refuse=refuse)

    job = client.wait(client.submit("refuse"), "failed")
    assert (job.error_code, job.error_message) == ("conflict", "Not while the gate is open.")
    assert client.types(job.id) == ["job_queued", "job_started", "job_failed"]


def test_a_surprise_is_tried_three_times_and_tells_nothing_of_its_inside(client: Client, work: Work) -> None:
    def stumble(_: Run) -> None:
        raise RuntimeError("password=hunter2")

    work(stumble=stumble)
    job_id = client.submit("stumble")
    for attempt in (1, 2):
        wait_for(client, job_id, "job_retrying", attempt)
        hasten(client)

    job = client.wait(job_id, "failed")
    assert job.error_code == "internal_error"
    assert not any("hunter2" in event.message or "hunter2" in str(event.data) for event in client.events(job_id))
    assert client.types(job_id).count("job_started") == 3


def test_a_result_that_cannot_be_stored_fails_the_job(client: Client, work: Work) -> None:
    work(poison=lambda _: {"text": "a\x00b"})

    assert client.wait(client.submit("poison"), "failed").error_code == "nul_character"


def test_a_job_that_waits_for_its_turn_is_cancelled_at_once(client: Client) -> None:
    job_id = client.submit("nobody-does-this")
    client.cancel(job_id)

    assert client.job(job_id).status == "cancelled"
    assert client.types(job_id) == ["job_queued", "job_cancelled"]
    with pytest.raises(domain.JobNotCancellable):
        client.cancel(job_id)


def test_a_running_job_is_interrupted_wherever_its_handler_is(client: Client, work: Work) -> None:
    def spin(_: Run) -> None:
        while True:
            threading.Event().wait(0.01)

    work(spin=spin)
    job_id = client.submit("spin")
    client.wait(job_id, "running")
    client.cancel(job_id)

    client.wait(job_id, "cancelled")
    assert client.types(job_id) == ["job_queued", "job_started", "job_cancel_requested", "job_cancelled"]


def test_a_cancelled_job_can_be_tried_again(client: Client, work: Work) -> None:
    job_id = client.submit("work")
    client.cancel(job_id)
    client.retry(job_id)
    work(work=lambda _: "done")

    assert client.wait(job_id, "completed").result == "done"


def test_a_job_that_takes_too_long_fails(client: Client, work: Work) -> None:
    def dawdle(_: Run) -> None:
        while True:
            threading.Event().wait(0.01)

    work(dawdle=dawdle)

    job = client.wait(client.submit("dawdle", time_limit_s=1), "failed")
    assert job.error_code == "deadline_exceeded"


def test_the_run_of_a_lost_worker_is_done_by_another_one_and_its_own_writes_are_refused(
    client: Client, work: Work, database: Database
) -> None:
    first_is_in, first_may_go_on = threading.Event(), threading.Event()

    def deliver(run: Run) -> str:
        if run.attempt == 1:
            first_is_in.set()
            first_may_go_on.wait(20)
            run.emit(Event(node="ghost", message="I am still here."))
        return f"delivered by attempt {run.attempt}"

    work(deliver=deliver, beat_s=60)
    job_id = client.submit("deliver")
    assert first_is_in.wait(20)
    expire_leases(database)
    job = client.wait(job_id, "completed")
    first_may_go_on.set()

    assert job.result == "delivered by attempt 2"
    assert client.types(job_id) == ["job_queued", "job_started", "job_retrying", "job_started", "job_completed"]


def test_the_runs_of_many_lost_workers_are_taken_back_in_one_turn(
    client: Client, database: Database, relay: Relay
) -> None:
    for _ in range(150):
        client.submit("work")
    for row in database.execute(sa.text("SELECT id FROM runs")):
        transitions.claim(database.execute, row.id, worker="lost", lease_s=-1)

    assert Reaper(database, relay).reap() == 150


def test_a_job_that_kills_each_of_its_workers_fails_after_its_last_attempt(
    client: Client, work: Work, database: Database
) -> None:
    hang = threading.Event()
    work(murder=lambda _: hang.wait(20), beat_s=60)
    job_id = client.submit("murder")
    for attempt in (1, 2, 3):
        wait_for(client, job_id, "job_started", attempt)
        expire_leases(database)

    assert client.wait(job_id, "failed").error_code == "worker_lost"
    hang.set()


def test_a_stopping_worker_hands_its_run_over_without_spending_an_attempt(client: Client, work: Work) -> None:
    def endure(run: Run) -> str:
        while run.lease.number == 1 and not relieved.is_set():
            threading.Event().wait(0.01)
        return f"attempt {run.attempt}"

    relieved = threading.Event()
    first = work(endure=endure)
    job_id = client.submit("endure", max_attempts=1)
    client.wait(job_id, "running")
    first.stop()
    relieved.set()
    work(endure=endure)

    assert client.wait(job_id, "completed").result == "attempt 1"


def test_the_same_key_and_request_give_the_same_job_however_many_come_at_once(client: Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: client.submit("once", key="k", input={"a": 1}), range(24)))

    assert len(ids) == 1
    assert client.submit("once", key="another", input={"a": 1}) not in ids
    with pytest.raises(domain.IdempotencyKeyReused):
        client.submit("once", key="k", input={"a": 2})


def test_the_same_key_for_another_session_is_another_request(client: Client) -> None:
    client.submit("work", key="once", session_id="one")

    with pytest.raises(domain.IdempotencyKeyReused):
        client.submit("work", key="once", session_id="two")


def test_the_same_key_of_another_owner_is_another_key(client: Client, new_client: Callable[[], Client]) -> None:
    assert client.submit("once", key="k") != new_client().submit("once", key="k")


def test_another_owners_job_does_not_exist(client: Client, new_client: Callable[[], Client]) -> None:
    job_id, stranger = client.submit("private"), new_client()

    for action in (stranger.job, stranger.cancel, stranger.retry, lambda id: stranger.say(id, "hello")):
        with pytest.raises(NotFound, match="Job not found"):
            action(job_id)
    with pytest.raises(NotFound):
        client.job(uuid4())


def test_a_job_that_has_ended_takes_no_message_and_one_that_runs_no_retry(client: Client) -> None:
    job_id = client.submit("quiet")
    with pytest.raises(domain.JobNotRetryable):
        client.retry(job_id)
    client.cancel(job_id)
    with pytest.raises(domain.JobNotWaiting):
        client.say(job_id, "hello")


def test_what_a_handler_stores_is_committed_with_its_event_or_not_at_all(
    client: Client, work: Work, database: Database
) -> None:
    database.execute(sa.text("CREATE TABLE deeds (name text)"))

    def act(run: Run) -> None:
        with run.transaction() as tx:
            tx.execute(sa.text("INSERT INTO deeds VALUES (:name)"), {"name": run.input})
            run.emit(Event(node="act", message="Done."), tx=tx)
            if run.input == "bad":
                raise Conflict("Undo that.")

    work(act=act)
    good, bad = client.submit("act", input="good"), client.submit("act", input="bad")
    client.wait(good, "completed")
    client.wait(bad, "failed")

    assert [row.name for row in database.execute(sa.text("SELECT name FROM deeds"))] == ["good"]
    assert "node" in client.types(good)
    assert "node" not in client.types(bad)


def test_progress_and_stage_follow_the_events(client: Client, work: Work) -> None:
    shown, go_on = threading.Event(), threading.Event()

    def report(run: Run) -> None:
        run.emit(
            Event(node="first", message="One.", progress=10),
            Event(node="second", message="Two.", data={"count": 2}),
        )
        shown.set()
        go_on.wait(20)

    work(report=report)
    job_id = client.submit("report")
    assert shown.wait(20)
    job = client.job(job_id)
    go_on.set()

    assert (job.stage, job.progress, job.seq) == ("second", 10, 4)
    assert client.wait(job_id, "completed").progress == 100


def test_old_jobs_go_with_all_that_is_theirs_and_others_stay(client: Client, work: Work, database: Database) -> None:
    work(quick=lambda run: run.step("only", lambda: 1, int))
    old = [client.submit("quick", key=str(number)) for number in range(3)]
    for job_id in old:
        client.wait(job_id, "completed")
    database.execute(sa.text("UPDATE jobs SET ended_at = now() - interval '31 days'"))
    fresh, pending = client.submit("quick"), client.submit("nobody-does-this")
    client.wait(fresh, "completed")

    assert Retention(database, days=30).purge() == 3
    assert {row.id for row in database.execute(sa.text("SELECT id FROM jobs"))} == {fresh, pending}
    for table in ("runs", "job_events", "job_heads", "run_steps", "idempotency_keys"):
        column = (
            "run_id NOT IN (SELECT id FROM runs)" if table == "run_steps" else "job_id NOT IN (SELECT id FROM jobs)"
        )
        assert not database.execute(sa.text(f"SELECT * FROM {table} WHERE {column}"))


def wait_for(client: Client, job_id: UUID, event_type: str, count: int) -> None:
    until(lambda: client.types(job_id).count(event_type) == count)


def note(acted: list[str], name: str, result: str) -> str:
    acted.append(name)
    return result


def hasten(client: Client) -> None:
    """Let the time of every back-off come now."""
    client._database.execute(
        sa.text("UPDATE runs SET available_at = now(), dispatch_after = now() WHERE state = 'due'")
    )


def expire_leases(database: Database) -> None:
    database.execute(sa.text("UPDATE job_heads SET lease_expires_at = now() - interval '1 second'"))
