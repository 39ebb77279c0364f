"""The run in a worker's hands: what a handler sees of its job, and all it may do to it."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from dramatiq.threading import Interrupt, raise_thread_exception

from errand.common.database import Database, Transaction
from errand.common.jobs import statements
from errand.common.jobs.domain import Event, LeaseLost
from errand.common.jobs.kernel import announce, to_json
from errand.common.jobs.relay import Relay

T = TypeVar("T")


class Stopped(Interrupt):
    """Raised in a handler's thread, at any line of it, when its run has to end. Not an `Exception`, so that a
    handler's own error handling lets it pass."""


class CancelRequested(Stopped):
    """The user no longer wants the job."""


class LeaseExpired(Stopped):
    """Another worker may have the run by now."""


class ShuttingDown(Stopped):
    """The worker process ends; somebody else goes on with the run."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What the database gave out with the lease; the fields of `statements.CLAIM`."""

    run_id: int
    job_id: UUID
    number: int
    handler: str
    attempt: int
    max_attempts: int
    owner_id: UUID
    session_id: str | None
    input: Any
    payload: Any
    token: UUID
    steps: dict[str, Any]
    cancel_requested: bool


class Run:
    """One attempt at a run, under a lease. Every write is refused with LeaseLost once the lease is gone."""

    def __init__(self, claim: Claim, database: Database, relay: Relay) -> None:
        self.claim = claim
        self._database = database
        self._relay = relay
        self._lock = threading.Lock()
        self._thread_id: int | None = None
        self._stop: type[Stopped] | None = CancelRequested if claim.cancel_requested else None

    @property
    def job_id(self) -> UUID:
        return self.claim.job_id

    @property
    def owner_id(self) -> UUID:
        return self.claim.owner_id

    @property
    def input(self) -> Any:
        """What the job was submitted with, as plain JSON values."""
        return self.claim.input

    @property
    def payload(self) -> Any:
        """What this run was added with: a user's message, say."""
        return self.claim.payload

    @property
    def attempt(self) -> int:
        """1 at the first try; with the run's number it makes a key for idempotent calls of others."""
        return self.claim.attempt

    def emit(self, *events: Event, tx: Transaction | None = None) -> None:
        """Add events to the job's story: in a transaction of their own, or in `tx` together with what else it writes.

        Raises LeaseLost, and CancelRequested where the user has asked for it.
        """
        parameters = self._lease() | {
            "run_id": self.claim.run_id,
            "number": self.claim.number,
            "attempt": self.claim.attempt,
            "count": len(events),
            "stage": events[-1].node,
            "progress": next((event.progress for event in reversed(events) if event.progress is not None), None),
            "events": to_json([_stored(event) for event in events]),
        }
        if tx is None:
            rows = self._guarded(statements.EMIT, parameters)
            self._relay.announce(announce(self.job_id, events, rows))
        else:
            rows = _held(tx.execute(statements.EMIT, parameters).all())
            tx.after_commit(lambda: self._relay.announce(announce(self.job_id, events, rows)))
        if rows[0].cancel_requested:
            raise CancelRequested

    def step(self, name: str, action: Callable[[], T], type: type[T]) -> T:
        """`action()`, whose outcome is kept: a later attempt gets it back as `type` and does not act again."""
        if name in self.claim.steps:
            return msgspec.convert(self.claim.steps[name], type)
        result = action()
        self._guarded(
            statements.KEEP_STEP,
            self._lease()
            | {"run_id": self.claim.run_id, "name": name, "result": to_json(msgspec.to_builtins(result)) or "null"},
        )
        return result

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction for the service's own tables, which commits only while this worker holds the run."""
        with self._database.transaction() as tx:
            _held(tx.execute(statements.HOLD, self._lease()).all())
            yield tx

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Within it, `stop` raises in this thread."""
        try:
            with self._lock:
                self._thread_id = threading.get_ident()
                pending = self._stop
            if pending:
                raise pending
            yield
        finally:
            with self._lock:
                self._thread_id = None

    def stop(self, reason: type[Stopped]) -> None:
        """End the handler as soon as it is back in Python code. The first reason counts."""
        with self._lock:
            if self._stop is None:
                self._stop = reason
                if self._thread_id is not None:
                    raise_thread_exception(self._thread_id, reason)

    def _lease(self) -> dict[str, Any]:
        return {"job_id": self.claim.job_id, "token": self.claim.token}

    def _guarded(self, statement: sa.TextClause, parameters: dict[str, Any]) -> Sequence[sa.Row[Any]]:
        return _held(self._database.execute(statement, parameters))


def _held(rows: Sequence[sa.Row[Any]]) -> Sequence[sa.Row[Any]]:
    if not rows:
        raise LeaseLost
    return rows


def _stored(event: Event) -> dict[str, Any]:
    return {"node": event.node, "type": event.type, "message": event.message, "data": event.data}
