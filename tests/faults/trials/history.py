"""What clients did and what came of it, in the order in which it ended."""

import enum
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from tests.live.watching import Watcher


class Outcome(enum.StrEnum):
    """`failed` is certain not to have happened; `unknown` may have."""

    OK = enum.auto()
    FAILED = enum.auto()
    UNKNOWN = enum.auto()


class Operation(msgspec.Struct):
    """One request. Times are the host's, in seconds since 1970, like Postgres's on the same machine."""

    kind: str
    path: str
    outcome: Outcome
    began_at: float
    ended_at: float = 0.0
    #: The answer's status; 0 without an answer.
    status: int = 0


class Submission(msgspec.Struct):
    """A story that somebody submitted, as often as it took. `keyed`: each time with one Idempotency-Key."""

    keyed: bool
    began_at: float
    ended_at: float = 0.0
    outcomes: list[Outcome] = []
    job_ids: list[str] = []


class History:
    """Written by the load's thread, read when that is over."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        #: By the story's tag.
        self.submissions: dict[str, Submission] = {}
        #: How many messages and retries, which add a run each, were accepted for a job; and how many may have been.
        self.additions: Counter[str] = Counter()
        self.perhaps_additions: Counter[str] = Counter()
        #: Jobs whose cancelling was accepted.
        self.cancelled: set[str] = set()
        #: The last thing that polls were told of a job: its events.
        self.polled: dict[str, list[Any]] = {}
        self.watchers: list[Watcher] = []
        #: What no client should ever have seen.
        self.violations: list[str] = []

    @contextmanager
    def operation(self, kind: str, path: str) -> Iterator[Operation]:
        """Until the body says otherwise, it is unknown what came of it."""
        operation = Operation(kind, path, Outcome.UNKNOWN, time.time())
        try:
            yield operation
        finally:
            operation.ended_at = time.time()
            self.operations.append(operation)

    def count_addition(self, job_id: str, outcome: Outcome) -> None:
        if outcome is Outcome.OK:
            self.additions[job_id] += 1
        elif outcome is Outcome.UNKNOWN:
            self.perhaps_additions[job_id] += 1

    def counts(self) -> dict[str, Counter[Outcome]]:
        """How many there were of each kind, by outcome."""
        counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
        for operation in self.operations:
            counts[operation.kind][operation.outcome] += 1
        return counts
