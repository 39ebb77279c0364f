"""The transitions of `statements`, with types: what goes in, what comes out, and the news to publish."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import sqlalchemy as sa

from errand.common.errors import Unprocessable
from errand.common.jobs import domain, statements
from errand.common.jobs.domain import START_NODE, TERMINAL, Event, EventType, LeaseLost, Outcome
from errand.common.jobs.news import News, event_view

#: `Database.execute`, or `Transaction.execute` to write together with something else.
Execute = Callable[[sa.TextClause, Mapping[str, Any]], Sequence[Any]]


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to write for a run: it holds as long as the job's head has this token."""

    job_id: UUID
    run_id: int
    number: int
    attempt: int
    max_attempts: int
    token: UUID


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is given with a lease. `steps` are the kept outcomes of earlier attempts; `waited_s` is how long
    the run was due before."""

    lease: Lease
    handler: str
    owner_id: UUID
    session_id: str | None
    input: Any
    payload: Any
    steps: dict[str, Any]
    trace_parent: str | None
    waited_s: float
    news: Sequence[News]


class Emitted(msgspec.Struct, frozen=True):
    news: Sequence[News]
    cancel_requested: bool


# An escaped NUL, and not the six characters themselves behind an escaped backslash.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class NulCharacter(Unprocessable):
    code = "nul_character"

    def __init__(self) -> None:
        super().__init__("The text contains a NUL character, which cannot be stored.")


def claim(execute: Execute, run_id: int, *, worker: str, lease_s: float) -> Claim | None:
    """Take the lease on a run that is due; None where there is nothing to take."""
    token = uuid4()
    event = Event(node=START_NODE, type=EventType.STARTED, message="Started.")
    parameters = {"run_id": run_id, "token": token, "worker": worker, "lease_s": lease_s, **event_parameters(event)}
    try:
        rows = execute(statements.CLAIM, parameters)
    except psycopg.IntegrityError:  # another run with the same concurrency key was claimed at the same moment
        return None
    return _claim(rows[0], token, event) if rows else None


def emit(execute: Execute, lease: Lease, events: Sequence[Event]) -> Emitted:
    """Add events to the job's story. Raises LeaseLost."""
    parameters = {
        "job_id": lease.job_id,
        "run_id": lease.run_id,
        "token": lease.token,
        "number": lease.number,
        "attempt": lease.attempt,
        "count": len(events),
        "stage": events[-1].node,
        "progress": _progress(events),
        "events": to_json([_stored(event) for event in events]),
    }
    rows = _written(execute(statements.EMIT, parameters))
    return Emitted(news_of(lease.job_id, events, rows), rows[0].cancel_requested)


def keep_step(execute: Execute, lease: Lease, name: str, result: Any) -> None:
    """Raises LeaseLost."""
    parameters = {
        "job_id": lease.job_id,
        "run_id": lease.run_id,
        "token": lease.token,
        "name": name,
        "result": to_json(result) or "null",
    }
    _written(execute(statements.KEEP_STEP, parameters))


def hold(execute: Execute, lease: Lease) -> None:
    """Keep the lease from being taken until the transaction ends. Raises LeaseLost."""
    _written(execute(statements.HOLD, {"job_id": lease.job_id, "token": lease.token}))


def finish(execute: Execute, lease: Lease, outcome: Outcome) -> Sequence[News]:
    """End this go at the run. A run that the user wants cancelled is not tried again. Raises LeaseLost."""
    try:
        return _finish(execute, lease, outcome)
    except LeaseLost:
        if outcome.retry_in_s is None:
            raise
        return _finish(execute, lease, domain.cancelled())


def _finish(execute: Execute, lease: Lease, outcome: Outcome) -> Sequence[News]:
    parameters = {
        "job_id": lease.job_id,
        "run_id": lease.run_id,
        "token": lease.token,
        "attempt": lease.attempt,
        "status": outcome.status,
        "terminal": outcome.status in TERMINAL,
        "retry_in_s": outcome.retry_in_s,
        "counts": outcome.counts,
        "progress": outcome.event.progress,
        "result": outcome.result_json,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
        "run_type": outcome.run_event_type,
        **event_parameters(outcome.event),
    }
    rows = _written(execute(statements.FINISH, parameters))
    return news_of(lease.job_id, [msgspec.structs.replace(outcome.event, type=rows[0].type)], rows)


def lease_of(row: Any, token: UUID) -> Lease:
    """The lease that `row` of CLAIM or EXPIRED tells of."""
    return Lease(
        job_id=row.job_id,
        run_id=row.run_id,
        number=row.number,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        token=token,
    )


def event_parameters(event: Event) -> dict[str, Any]:
    return {
        "node": event.node,
        "type": event.type,
        "message": event.message,
        "data": to_json(event.data),
    }


def news_of(job_id: UUID, events: Sequence[Event], rows: Sequence[Any]) -> list[News]:
    """What is to be published of `events`, which were written as `rows`."""
    return [
        News(job_id, row.seq, event_view(job_id, row.seq, row.created_at, **_viewed(event)))
        for event, row in zip(events, rows, strict=True)
    ]


def to_json(value: Any) -> str | None:
    """JSON for Postgres; None is SQL's NULL. Raises NulCharacter."""
    if value is None:
        return None
    encoded = msgspec.json.encode(value).decode()
    # The expression alone takes as long as all else about a large result.
    if "\\u0000" in encoded and _NUL.search(encoded):
        raise NulCharacter
    return encoded


def _written(rows: Sequence[Any]) -> Sequence[Any]:
    if not rows:
        raise LeaseLost
    return rows


def _progress(events: Sequence[Event]) -> int | None:
    """That of the last event that has one."""
    told = [event.progress for event in events if event.progress is not None]
    return min(max(told[-1], 0), 100) if told else None


def _stored(event: Event) -> dict[str, Any]:
    return {"node": event.node, "type": event.type, "message": event.message, "data": event.data}


def _viewed(event: Event) -> dict[str, Any]:
    return {"node": event.node, "event_type": event.type, "message": event.message, "data": event.data}


def _claim(row: Any, token: UUID, event: Event) -> Claim:
    return Claim(
        lease=lease_of(row, token),
        handler=row.handler,
        owner_id=row.owner_id,
        session_id=row.session_id,
        input=row.input,
        payload=row.payload,
        steps=row.steps or {},
        trace_parent=row.trace_parent,
        waited_s=row.waited_s,
        news=news_of(row.job_id, [event], [row]),
    )
