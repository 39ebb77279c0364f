"""The runner: claims a run, lets its handler work, and records what came of it."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
import structlog

from errand.common.database import Database, DatabaseUnavailable
from errand.common.jobs import domain, statements
from errand.common.jobs.domain import START_NODE, TERMINAL, Event, EventType, LeaseLost, Outcome, Waiting
from errand.common.jobs.kernel import announce, event_parameters, to_json
from errand.common.jobs.leases import Leases
from errand.common.jobs.relay import Relay
from errand.common.jobs.run import CancelRequested, Claim, LeaseExpired, Run, ShuttingDown
from errand.common.logging import bind

Handler = Callable[[Run], Any]

_RETRY_S = 0.5

logger = structlog.stdlib.get_logger(__name__)


class Runner:
    """Works on one run at a time in each thread that calls `work`."""

    def __init__(self, database: Database, relay: Relay, leases: Leases, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._relay = relay
        self._leases = leases
        self._handlers = handlers

    def work(self, run_id: int) -> None:
        """Do what is to be done about this run, which may be nothing: it has ended, or somebody else has it."""
        claim = self._claim(run_id)
        if claim is None:
            return
        run = Run(claim, self._database, self._relay)
        with bind(job_id=str(claim.job_id), run=claim.number, attempt=claim.attempt), self._leases.keeping(run):
            outcome = self._handle(run)
            if outcome is not None:
                self._finish(run, outcome)

    def _claim(self, run_id: int) -> Claim | None:
        token = uuid4()
        event = Event(node=START_NODE, type=EventType.STARTED, message="Started.")
        parameters = {
            "run_id": run_id,
            "token": token,
            "worker": self._leases.owner,
            "lease_s": self._leases.lease_s,
            **event_parameters(event),
        }
        try:
            rows = self._database.execute(statements.CLAIM, parameters)
        except sa.exc.IntegrityError:  # another run with the same concurrency key was claimed at the same moment
            return None
        for row in rows:
            self._relay.announce(announce(row.job_id, [event], [row]))
            return _claim(row, token)
        return None

    def _handle(self, run: Run) -> Outcome | None:
        """How the run ended; None where it is no longer ours to say."""
        try:
            with run.interruptible():
                result = self._handlers[run.claim.handler](run)
            return domain.waiting(result) if isinstance(result, Waiting) else domain.completed(to_json(result))
        except CancelRequested:
            return domain.cancelled()
        except ShuttingDown:
            return domain.released()
        except (LeaseLost, LeaseExpired):
            logger.warning("lease lost")
            return None
        except Exception as error:
            logger.warning("run failed", exc_info=error)
            return domain.failed_attempt(error, run.claim.attempt, run.claim.max_attempts)

    def _finish(self, run: Run, outcome: Outcome) -> None:
        """Record the outcome. While Postgres is away this goes on trying for as long as the lease may last; what
        cannot be recorded by then is the reaper's."""
        parameters = finish_parameters(run.claim.job_id, run.claim.run_id, run.claim.token, run.claim.attempt, outcome)
        give_up_at = time.monotonic() + self._leases.lease_s
        while True:
            try:
                rows = self._database.execute(statements.FINISH, parameters)
                break
            except DatabaseUnavailable:
                if time.monotonic() > give_up_at:
                    logger.error("outcome could not be recorded", status=outcome.status)
                    return
                time.sleep(_RETRY_S)
        self._relay.announce(announce(run.job_id, [outcome.event], rows), due=True)


def finish_parameters(job_id: UUID, run_id: int, token: UUID, attempt: int, outcome: Outcome) -> dict[str, Any]:
    """The parameters of `statements.FINISH`."""
    return {
        "job_id": job_id,
        "run_id": run_id,
        "token": token,
        "attempt": attempt,
        "status": outcome.status,
        "terminal": outcome.status in TERMINAL,
        "retry_in_s": outcome.retry_in_s,
        "counts": outcome.counts,
        "progress": outcome.event.progress,
        "result": outcome.result_json,
        "error_code": outcome.error_code,
        "error_message": outcome.error_message,
        **event_parameters(outcome.event),
    }


def _claim(row: sa.Row[Any], token: UUID) -> Claim:
    return Claim(
        run_id=row.id,
        job_id=row.job_id,
        number=row.number,
        handler=row.handler,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        owner_id=row.owner_id,
        session_id=row.session_id,
        input=row.input,
        payload=row.payload,
        token=token,
        steps=row.steps or {},
        cancel_requested=row.cancel_requested,
    )
