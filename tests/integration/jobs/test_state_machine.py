"""The kernel's SQL under whatever order of events: two workers, a reaper, and crashes between any two statements."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from redis import Redis

from errand.common.database import Database, Transaction
from errand.common.errors import Conflict, Unavailable
from errand.common.ids import Service
from errand.common.jobs import domain, statements, transitions
from errand.common.jobs.domain import ENDINGS, TERMINAL, Event, JobStatus, LeaseLost, NewJob, Outcome, Waiting
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.news import SHARDS, stream
from errand.common.jobs.reaper import Reaper
from errand.common.jobs.relay import Relay
from errand.common.jobs.transitions import Claim, Lease
from errand.common.jobs.worker import connect_relay

OUTCOMES: dict[str, Callable[[Lease], Outcome]] = {
    "completed": lambda _: domain.completed('"done"'),
    "waiting": lambda _: domain.waiting(Waiting("Go on.")),
    "failed": lambda lease: domain.failed_attempt(Conflict("No."), lease.attempt, lease.max_attempts),
    "retried": lambda lease: domain.failed_attempt(Unavailable("Later."), lease.attempt, lease.max_attempts),
    "released": lambda _: domain.released(),
    "cancelled": lambda _: domain.cancelled(),
}
OUTCOME_EVENTS = [f"{of}_{outcome}" for of in ("job", "run") for outcome in (JobStatus.WAITING, *TERMINAL)]
OWNERS = (uuid4(), uuid4())
anything = st.integers(0, 10_000)


class Crash(Exception):
    """A process that dies here."""


class KernelMachine(RuleBasedStateMachine):
    def __init__(self, database: Database, client: Redis) -> None:
        super().__init__()
        self.database = database
        self.client = client
        # To truncate a table takes as long as an example.
        for table in ("jobs", "event_outbox"):
            database.execute(sa.text(f"DELETE FROM {table}"))
        client.flushdb()
        self.relay = self.new_relay()
        self.accepted: dict[UUID, UUID] = {}
        self.keys: dict[tuple[UUID, str], UUID] = {}
        self.claims: list[Claim] = []
        self.outcomes: dict[int, str] = {}

    def new_relay(self) -> Relay:
        """One that is not started: `turn` is called by a rule, or never."""
        return connect_relay(Service.INCIDENTS, self.database, self.client, threads=2)

    @property
    def jobs(self) -> Jobs:
        return Jobs(Service.INCIDENTS, self.relay)

    # What users do

    @rule(owner=st.sampled_from(OWNERS), key=st.sampled_from([None, "a", "b"]), group=st.sampled_from([None, "group"]))
    def submit(self, owner: UUID, key: str | None, group: str | None) -> None:
        with self.database.transaction() as tx:
            job_id = self.jobs.submit(tx, self.new_job(owner, group), idempotency_key=key).job.id
        if key is not None:
            assert self.keys.setdefault((owner, key), job_id) == job_id
        self.accepted[job_id] = owner

    @rule(owner=st.sampled_from(OWNERS), key=st.sampled_from([None, "c"]))
    def submit_and_crash_before_the_commit(self, owner: UUID, key: str | None) -> None:
        with contextlib.suppress(Crash), self.database.transaction() as tx:
            self.jobs.submit(tx, self.new_job(owner, None), idempotency_key=key)
            raise Crash

    @precondition(lambda self: self.accepted)
    @rule(which=anything, verb=st.sampled_from(["cancel", "retry", "say"]), crash=st.booleans())
    def intervene(self, which: int, verb: str, crash: bool) -> None:
        job_id, owner = self.pick(list(self.accepted.items()), which)
        try:
            with self.database.transaction() as tx:
                self.verb(tx, verb, job_id, owner)
                if crash:
                    raise Crash
        except (Crash, Conflict):
            pass

    def verb(self, tx: Transaction, verb: str, job_id: UUID, owner: UUID) -> None:
        if verb == "say":
            self.jobs.add_run(tx, job_id, owner, "hello", message="A message.")
        else:
            getattr(self.jobs, verb)(tx, job_id, owner)

    # What workers do; a worker that has crashed is one that does nothing more, or too late

    @precondition(lambda self: self.accepted)
    @rule(which=anything, worker=st.sampled_from(["one", "two"]))
    def claim(self, which: int, worker: str) -> None:
        run_id = self.pick(self.rows("SELECT id FROM runs ORDER BY id"), which).id
        claim = transitions.claim(self.database.execute, run_id, worker=worker, lease_s=30)
        if claim:
            self.relay.announce(claim.news)
            self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(which=anything, count=st.integers(1, 3))
    def emit(self, which: int, count: int) -> None:
        lease = self.pick(self.claims, which).lease
        events = [Event(node="n", message=str(number), progress=number) for number in range(count)]
        with self.only_under_a_live(lease):
            self.relay.announce(transitions.emit(self.database.execute, lease, events).news)

    @precondition(lambda self: self.claims)
    @rule(which=anything)
    def keep_step(self, which: int) -> None:
        claim = self.pick(self.claims, which)
        name = f"step {len(self.rows('SELECT FROM run_steps'))}"
        with self.only_under_a_live(claim.lease):
            transitions.keep_step(self.database.execute, claim.lease, name, 1)

    @precondition(lambda self: self.claims)
    @rule(which=anything, outcome=st.sampled_from(sorted(OUTCOMES)))
    def finish(self, which: int, outcome: str) -> None:
        lease = self.pick(self.claims, which).lease
        with self.only_under_a_live(lease):
            self.relay.announce(transitions.finish(self.database.execute, lease, OUTCOMES[outcome](lease)), due=True)

    @precondition(lambda self: self.claims)
    @rule(which=anything)
    def beat(self, which: int) -> None:
        lease = self.pick(self.claims, which).lease
        parameters = {"job_ids": [lease.job_id], "tokens": [lease.token], "lease_s": 30}
        assert bool(self.database.execute(statements.HEARTBEAT, parameters)) == self.is_live(lease)

    # What time and the machinery do

    @precondition(lambda self: self.claims)
    @rule(which=anything)
    def a_lease_expires(self, which: int) -> None:
        lease = self.pick(self.claims, which).lease
        self.database.execute(
            sa.text(
                "UPDATE job_heads SET lease_expires_at = now() - interval '1 second'"
                " WHERE job_id = :job_id AND lease_token = :token"
            ),
            {"job_id": lease.job_id, "token": lease.token},
        )

    @rule()
    def backoff_passes(self) -> None:
        self.database.execute(sa.text("UPDATE runs SET available_at = now(), dispatch_after = now()"))

    @rule()
    def reap(self) -> None:
        Reaper(self.database, self.relay).reap()

    @rule()
    def relay_turns(self) -> None:
        self.relay.turn()

    @rule()
    def relay_crashes(self) -> None:
        self.relay = self.new_relay()

    # What has to hold

    @invariant()
    def no_job_is_lost(self) -> None:
        assert {row.id for row in self.rows("SELECT id FROM jobs")} == set(self.accepted)

    @invariant()
    def seq_has_no_gap(self) -> None:
        assert not self.rows("""
            SELECT FROM job_heads AS head
            LEFT JOIN (SELECT job_id, count(*), min(seq), max(seq) FROM job_events GROUP BY job_id) AS story
            USING (job_id)
            WHERE (count, min, max) IS DISTINCT FROM (head.seq, 1, head.seq)
        """)

    @invariant()
    def a_lease_and_a_running_run_go_together(self) -> None:
        assert not self.rows("""
            SELECT FROM job_heads AS head
            WHERE (lease_token IS NOT NULL)
               IS DISTINCT FROM EXISTS (SELECT FROM runs WHERE job_id = head.job_id AND state = 'running')
        """)

    @invariant()
    def the_head_counts_the_runs_that_have_not_ended(self) -> None:
        assert not self.rows("""
            SELECT FROM job_heads AS head
            WHERE open_runs <> (SELECT count(*) FROM runs WHERE job_id = head.job_id AND state <> 'ended')
        """)

    @invariant()
    def an_outcome_never_changes_and_a_finished_run_says_its_own_once_and_last(self) -> None:
        for row in self.rows("""
            SELECT id, state, outcome, started_at, array_agg(type ORDER BY seq) AS types
            FROM runs LEFT JOIN job_events ON job_events.job_id = runs.job_id AND run = number GROUP BY runs.id
        """):
            told = [type for type in row.types if type in OUTCOME_EVENTS]
            if row.state != "ended":
                assert not told
                continue
            assert self.outcomes.setdefault(row.id, row.outcome) == row.outcome
            if row.started_at:
                assert told == row.types[-1:]
                assert told[0] in (f"job_{row.outcome}", f"run_{row.outcome}")

    @invariant()
    def a_story_ends_as_its_job_does_and_goes_on_only_with_a_retry(self) -> None:
        for row in self.rows("""
            SELECT status, array_agg(type ORDER BY job_events.seq) AS types
            FROM jobs JOIN job_events ON job_id = jobs.id GROUP BY jobs.id
        """):
            assert (row.types[-1] in ENDINGS) == (row.status in TERMINAL)
            assert {after for type, after in itertools.pairwise(row.types) if type in ENDINGS} <= {"job_queued"}

    @invariant()
    def the_status_is_that_of_the_runs(self) -> None:
        for row in self.rows("""
            SELECT status, jobs.ended_at, array_agg(state) AS states
            FROM jobs JOIN runs ON job_id = jobs.id GROUP BY jobs.id
        """):
            if "running" in row.states:
                assert row.status == "running"
            elif "due" in row.states:
                assert row.status == "pending"
            else:
                assert row.status == "waiting" or row.status in TERMINAL
            assert (row.ended_at is not None) == (row.status in TERMINAL)

    def teardown(self) -> None:
        """Heal: workers do what is due. Then every job has come to an end, and every event is out."""
        for _ in range(1000):
            self.backoff_passes()
            self.database.execute(sa.text("UPDATE job_heads SET lease_expires_at = now() - interval '1 second'"))
            self.reap()
            due = self.rows("SELECT id FROM runs WHERE state = 'due' ORDER BY id")
            if not due:
                break
            for row in due:
                claim = transitions.claim(self.database.execute, row.id, worker="healer", lease_s=30)
                if claim:
                    transitions.finish(self.database.execute, claim.lease, domain.completed(None))
        assert all(row.status == "waiting" or row.status in TERMINAL for row in self.rows("SELECT status FROM jobs"))
        self.an_outcome_never_changes_and_a_finished_run_says_its_own_once_and_last()
        self.database.execute(sa.text("UPDATE event_outbox SET created_at = now() - interval '1 minute'"))
        self.new_relay().turn()
        assert not self.rows("SELECT FROM event_outbox")
        assert self.published() == {(row.job_id, row.seq) for row in self.rows("SELECT job_id, seq FROM job_events")}

    # Aids

    @staticmethod
    def new_job(owner: UUID, group: str | None) -> NewJob:
        return NewJob(kind="work", owner_id=owner, input={}, title="Work", concurrency_key=group)

    @staticmethod
    def pick(items: list[Any], which: int) -> Any:
        return items[which % len(items)]

    def rows(self, query: str) -> list[sa.Row[Any]]:
        return self.database.execute(sa.text(query))

    def is_live(self, lease: Lease) -> bool:
        query = "SELECT FROM job_heads WHERE job_id = :job_id AND lease_token = :token"
        return bool(self.database.execute(sa.text(query), {"job_id": lease.job_id, "token": lease.token}))

    def only_under_a_live(self, lease: Lease) -> Any:
        return Expected(self.is_live(lease))

    def published(self) -> set[tuple[UUID, int]]:
        return set(self.entries())

    def entries(self) -> Iterator[tuple[UUID, int]]:
        for shard in range(SHARDS):
            entries: Any = self.client.xrange(stream(Service.INCIDENTS, shard))
            for _, fields in entries:
                yield UUID(fields[b"job"].decode()), int(fields[b"seq"])


class Expected:
    """Lets LeaseLost pass where the lease is gone, and insists on it there."""

    def __init__(self, live: bool) -> None:
        self.live = live

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None:
            assert self.live, "a write was accepted from a worker that has lost its lease"
            return False
        return kind is LeaseLost and not self.live


def test_whatever_happens_in_whatever_order_nothing_is_lost_and_nothing_is_done_twice(
    database: Database, redis_client: Redis
) -> None:
    run_state_machine_as_test(
        lambda: KernelMachine(database, redis_client),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
