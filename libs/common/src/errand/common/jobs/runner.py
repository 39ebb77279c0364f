"""The runner: claims a run, lets its handler work, and records what came of it."""

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from opentelemetry.trace import SpanKind

from errand.common.database import Database, DatabaseUnavailable
from errand.common.errors import Unprocessable
from errand.common.jobs import domain, transitions
from errand.common.jobs.domain import LeaseLost, Outcome, Waiting
from errand.common.jobs.leases import Leases
from errand.common.jobs.relay import Relay
from errand.common.jobs.run import CancelRequested, LeaseExpired, Run, ShuttingDown
from errand.common.logging import bind
from errand.common.telemetry import metrics, traces

Handler = Callable[[Run], Any]

_RETRY_S = 0.5

T = TypeVar("T")

logger = structlog.stdlib.get_logger(__name__)


class ResultNotStorable(Unprocessable):
    """Trying again would give the same."""

    code = "result_not_storable"

    def __init__(self) -> None:
        super().__init__("The job's result cannot be stored.")


class Runner:
    """Works on one run at a time in each thread that calls `work`."""

    def __init__(self, database: Database, relay: Relay, leases: Leases, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._relay = relay
        self._leases = leases
        self._handlers = handlers

    def work(self, run_id: int) -> None:
        """Do what is to be done about this run, which may be nothing: it has ended, or somebody else has it."""
        claim = self._insist(
            lambda: transitions.claim(
                self._database.execute, run_id, worker=self._leases.owner, lease_s=self._leases.lease_s
            )
        )
        if claim is None:
            return
        self._relay.announce(claim.news)
        run = Run(claim, self._database, self._relay)
        facts: traces.Attributes = {"job_id": str(run.job_id), "run": run.lease.number, "attempt": run.attempt}
        with (
            bind(**facts),
            traces.continue_from(claim.trace_parent, f"run {run.handler}", SpanKind.CONSUMER, facts) as span,
            metrics.RUNS_IN_PROGRESS.labels(run.handler).track_inprogress(),
            self._leases.keeping(run),
        ):
            metrics.RUN_WAITS.labels(run.handler).observe(claim.waited_s)
            started = time.perf_counter()
            outcome = self._handle(run)
            if outcome is not None:
                self._finish(run, outcome)
            ended = _word(outcome)
            metrics.RUNS.labels(run.handler, ended).observe(time.perf_counter() - started)
            span.set_attributes({"kind": run.handler, "outcome": ended})

    def _handle(self, run: Run) -> Outcome | None:
        """How the run ended; None where it is no longer ours to say."""
        try:
            with run.interruptible():
                result = self._handlers[run.handler](run)
            return domain.waiting(result) if isinstance(result, Waiting) else _completed(result)
        except CancelRequested:
            return domain.cancelled()
        except ShuttingDown:
            return domain.released()
        except (LeaseLost, LeaseExpired):
            logger.warning("lease lost")
            return None
        except (Exception, SystemExit) as error:
            logger.warning("run failed", exc_info=error)
            traces.record(error)
            return domain.failed_attempt(error, run.attempt, run.lease.max_attempts)

    def _finish(self, run: Run, outcome: Outcome) -> None:
        """Record the outcome; what cannot be recorded is the reaper's."""
        with contextlib.suppress(LeaseLost):
            news = self._insist(lambda: transitions.finish(self._database.execute, run.lease, outcome))
            if news is not None:
                self._relay.announce(news, due=True)
                return
        logger.warning("outcome not recorded", status=outcome.status)

    def _insist(self, action: Callable[[], T]) -> T | None:
        """Try again while Postgres is away, for as long as a lease may last: by then the reaper has the run, and a
        run that was not claimed is dispatched anew."""
        give_up_at = time.monotonic() + self._leases.lease_s
        while time.monotonic() < give_up_at:
            try:
                return action()
            except DatabaseUnavailable:
                time.sleep(_RETRY_S)
        return None


def _word(outcome: Outcome | None) -> str:
    """For those who watch runs: a job that is pending again does not say why."""
    if outcome is None:
        return "lost"
    if outcome.retry_in_s is None:
        return outcome.status
    return "retried" if outcome.counts else "released"


def _completed(result: Any) -> Outcome:
    try:
        return domain.completed(transitions.to_json(result))
    except (TypeError, ValueError) as error:
        raise ResultNotStorable from error
