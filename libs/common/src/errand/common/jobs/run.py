"""The run in a worker's hands: what a handler sees of its job, and all it may do to it."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from dramatiq.threading import Interrupt, raise_thread_exception

from errand.common.conversion import convert
from errand.common.database import Database, Transaction
from errand.common.jobs import transitions
from errand.common.jobs.domain import Event, EventType
from errand.common.jobs.relay import Relay
from errand.common.jobs.transitions import Claim

# The gateway closes a job's sockets on some of them.
_KERNEL_TYPES = frozenset(EventType)

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


class Run:
    """One attempt at a run, under a lease. Every write raises LeaseLost once the lease is gone."""

    def __init__(self, claim: Claim, database: Database, relay: Relay) -> None:
        self.handler = claim.handler
        self.lease = claim.lease
        self.owner_id = claim.owner_id
        self.session_id = claim.session_id
        #: What the job was submitted with, as plain JSON values.
        self.input: Any = claim.input
        #: What this run was added with: a user's message, say.
        self.payload: Any = claim.payload
        self._steps = claim.steps
        self._database = database
        self._relay = relay
        self._lock = threading.Lock()
        self._thread_id: int | None = None
        self._stop: type[Stopped] | None = None

    @property
    def job_id(self) -> UUID:
        return self.lease.job_id

    @property
    def attempt(self) -> int:
        """1 at the first try. With job and run number it makes a key for calls that others must not do twice."""
        return self.lease.attempt

    def emit(self, *events: Event, tx: Transaction | None = None) -> None:
        """Add events to the job's story: in a transaction of their own, or in `tx` with what else that writes.

        Raises CancelRequested where the user has asked for it, ValueError for a type that is the kernel's own.
        """
        if reserved := _KERNEL_TYPES & {event.type for event in events}:
            raise ValueError(f"only the kernel writes {', '.join(reserved)}")
        with self.shielded():
            emitted = transitions.emit(tx.execute if tx else self._database.execute, self.lease, events)
            if tx:
                tx.after_commit(lambda: self._relay.announce(emitted.news))
            else:
                self._relay.announce(emitted.news)
        if emitted.cancel_requested:
            raise CancelRequested

    def step(self, name: str, action: Callable[[], T], type: type[T]) -> T:
        """`action()`, whose outcome is kept: a later attempt gets it back as `type` and does not act again."""
        if name in self._steps:
            return convert(self._steps[name], type)
        result = action()
        with self.shielded():
            transitions.keep_step(self._database.execute, self.lease, name, result)
        self._steps[name] = msgspec.to_builtins(result)
        return result

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction for the service's own tables, which commits only while this worker holds the run.

        A request to stop waits until it has ended: keep it short.
        """
        with self.shielded(), self._database.transaction() as tx:
            transitions.hold(tx.execute, self.lease)
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

    @contextlib.contextmanager
    def shielded(self) -> Iterator[None]:
        """Within it, `stop` waits: an exception inside a connection pool would keep its locks and slots for ever. For
        what a handler does with connections of its own."""
        with self._lock:
            thread_id, self._thread_id = self._thread_id, None
        try:
            yield
        finally:
            with self._lock:
                self._thread_id, pending = thread_id, self._stop
        if pending and thread_id is not None:
            raise pending

    def stop(self, reason: type[Stopped]) -> None:
        """End the handler as soon as it is back in Python code. The first reason counts."""
        with self._lock:
            if self._stop is None:
                self._stop = reason
                if self._thread_id is not None:
                    raise_thread_exception(self._thread_id, reason)
