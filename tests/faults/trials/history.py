"""What clients did and what came of it, in the order in which it ended."""

import enum
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

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
        #: Messages that were accepted, by job.
        self.messages: Counter[str] = Counter()
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

    def counts(self) -> dict[str, Counter[Outcome]]:
        """How many there were of each kind, by outcome."""
        counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
        for operation in self.operations:
            counts[operation.kind][operation.outcome] += 1
        return counts
