"""What jobs and runs are, which moves they may make, and what is refused. No I/O here."""

import enum
import random
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from errand.common.errors import Conflict, ErrandError, NotFound, Unavailable, Unprocessable

#: Postgres's bigint.
MAX_SEQ = 2**63 - 1
DEFAULT_MAX_ATTEMPTS = 3
DEFAULT_TIME_LIMIT_S = 1800
_BACKOFF_S = 5
_MAX_BACKOFF_S = 600


class JobStatus(enum.StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})


class RunState(enum.StrEnum):
    """`due`: may be claimed once its time has come. `running`: a worker holds its lease. `ended`: it has an outcome."""

    DUE = "due"
    RUNNING = "running"
    ENDED = "ended"


class Speed(enum.StrEnum):
    """Which queue a run waits in: a chat reply must not wait behind a build."""

    FAST = "fast"
    SLOW = "slow"


class EventType(enum.StrEnum):
    """The events that the kernel writes; handlers add their own, such as `node_completed`.

    `job_…` says where the job stands by it, `run_…` that a run has ended and the job goes on with its next one.
    """

    QUEUED = "job_queued"
    STARTED = "job_started"
    RETRYING = "job_retrying"
    WAITING = "job_waiting"
    CANCEL_REQUESTED = "job_cancel_requested"
    COMPLETED = "job_completed"
    FAILED = "job_failed"
    CANCELLED = "job_cancelled"
    RUN_WAITING = "run_waiting"
    RUN_COMPLETED = "run_completed"
    RUN_FAILED = "run_failed"
    RUN_CANCELLED = "run_cancelled"


# With one of these the job is over, unless its user has it retried.
ENDINGS = frozenset({EventType.COMPLETED, EventType.FAILED, EventType.CANCELLED})


START_NODE = "__start__"
END_NODE = "__end__"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a client can see: `message` is a sentence for a person, `data` facts for a machine.

    `node` names the step of the job; it becomes the job's stage. `progress` is 0–100; None leaves it as it was.
    """

    node: str
    message: str
    type: str = "node"
    data: dict[str, Any] = {}
    progress: int | None = None


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job to submit. `input` stays with the job; `payload` is for its first run alone.

    An owner's runs with the same `concurrency_key` go one at a time, in order; without one a job minds only itself.
    Lower `priority` goes first. `time_limit_s` is for one attempt.
    """

    kind: str
    owner_id: UUID
    input: Any
    title: str
    description: str = ""
    session_id: str | None = None
    batch_id: UUID | None = None
    payload: Any = None
    message: str = "Queued."
    speed: Speed = Speed.FAST
    priority: int = 0
    concurrency_key: str | None = None
    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    time_limit_s: int = DEFAULT_TIME_LIMIT_S


class Waiting(msgspec.Struct, frozen=True):
    """A handler returns this where the job now waits for its user: the next message adds a run."""

    message: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a go at a run ended: where run and job stand now, and the event that says so.

    `retry_in_s` is set where the run is due again instead of ended; `counts` tells whether this go was an attempt.
    """

    status: JobStatus
    event: Event
    result_json: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    retry_in_s: float | None = None
    counts: bool = True

    @property
    def run_event_type(self) -> str:
        """The event's type where the run ends, and the job goes on with its next one."""
        return f"run_{self.status}"


def completed(result_json: str | None) -> Outcome:
    event = Event(node=END_NODE, type=EventType.COMPLETED, message="Completed.", progress=100)
    return Outcome(status=JobStatus.COMPLETED, event=event, result_json=result_json)


def waiting(request: Waiting) -> Outcome:
    event = Event(node=END_NODE, type=EventType.WAITING, message=storable(request.message))
    return Outcome(status=JobStatus.WAITING, event=event)


def cancelled() -> Outcome:
    event = Event(node=END_NODE, type=EventType.CANCELLED, message="Cancelled.")
    return Outcome(status=JobStatus.CANCELLED, event=event)


def failed(code: str, message: str) -> Outcome:
    message = storable(message)
    event = Event(node=END_NODE, type=EventType.FAILED, message=message, data={"error": message, "code": code})
    return Outcome(status=JobStatus.FAILED, event=event, error_code=code, error_message=message)


def storable(text: str) -> str:
    """Without what Postgres does not take: an outcome must not get lost for a character in its message."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def released() -> Outcome:
    """The worker stops before the run is done: somebody else takes it at once, and this go does not count."""
    event = Event(node=START_NODE, type=EventType.RETRYING, message="Moved to another worker.")
    return Outcome(status=JobStatus.PENDING, event=event, retry_in_s=0, counts=False)


def failed_attempt(error: BaseException, attempt: int, max_attempts: int) -> Outcome:
    """What follows from an exception in a handler: what cannot succeed next time fails at once."""
    expected = isinstance(error, ErrandError)
    code = error.code if isinstance(error, ErrandError) else "internal_error"
    sentence = storable(str(error)) if expected else "The job failed unexpectedly."
    if expected and not isinstance(error, Unavailable):
        return failed(code, sentence)
    # Whoever is down may have said when to come back.
    asked_s = (error.retry_after_s or 0) if isinstance(error, Unavailable) else 0
    return retried(attempt, max_attempts, code, sentence, retry_in_s=max(backoff_s(attempt), asked_s))


def lost_worker(attempt: int, max_attempts: int) -> Outcome:
    """What follows from a lease that ran out: the worker died, hung or was cut off."""
    sentence = "The worker stopped before the job was done."
    return retried(attempt, max_attempts, "worker_lost", sentence, retry_in_s=0)


def expired(*, cancel_requested: bool, overdue: bool, attempt: int, max_attempts: int) -> Outcome:
    """What follows where a run's lease or its time ran out."""
    if cancel_requested:
        return cancelled()
    if overdue:
        return failed("deadline_exceeded", "The job took longer than it may.")
    return lost_worker(attempt, max_attempts)


def retried(attempt: int, max_attempts: int, code: str, sentence: str, *, retry_in_s: float) -> Outcome:
    if attempt >= max_attempts:
        return failed(code, sentence)
    event = Event(
        node=START_NODE,
        type=EventType.RETRYING,
        message=f"{sentence} Trying again.",
        data={"code": code, "attempt": attempt, "max_attempts": max_attempts},
    )
    return Outcome(status=JobStatus.PENDING, event=event, retry_in_s=retry_in_s)


def backoff_s(attempt: int) -> float:
    """5, 15, 45 … s, at most ten minutes, spread by up to a fifth so that failures do not come back together."""
    return float(min(_BACKOFF_S * 3 ** (attempt - 1), _MAX_BACKOFF_S) * random.uniform(1.0, 1.2))


class JobNotFound(NotFound):
    code: ClassVar[str] = "job_not_found"

    def __init__(self) -> None:
        super().__init__("Job not found")


class JobNotCancellable(Conflict):
    code: ClassVar[str] = "job_ended"

    def __init__(self, status: str) -> None:
        super().__init__(f"The job is {status} already.")


class JobNotRetryable(Conflict):
    code: ClassVar[str] = "job_not_retryable"

    def __init__(self, status: str) -> None:
        super().__init__(f"Only a failed or cancelled job can be tried again; this one is {status}.")


class JobNotOver(Conflict):
    code: ClassVar[str] = "job_not_over"

    def __init__(self, status: str) -> None:
        super().__init__(f"The job is {status}; only one that is over can be deleted.")


class JobNotWaiting(Conflict):
    code: ClassVar[str] = "job_not_waiting"

    def __init__(self, status: str) -> None:
        super().__init__(f"The job takes no message while it is {status}.")


class IdempotencyKeyReused(Unprocessable):
    code: ClassVar[str] = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request.")


class LeaseLost(Exception):
    """This worker no longer holds the run: whatever it does for it is refused."""
