"""The reaper: takes back the runs of workers that died, and ends those that took too long."""

from typing import Any

import structlog

from errand.common.database import Database, Transaction
from errand.common.jobs import domain, statements, transitions
from errand.common.jobs.relay import Relay
from errand.common.jobs.transitions import lease_of

INTERVAL_S = 5.0
_BATCH = 100

logger = structlog.stdlib.get_logger(__name__)


class Reaper:
    """Any number may run at once, in every worker: each passes over the jobs that another has in hand."""

    def __init__(self, database: Database, relay: Relay) -> None:
        self._database = database
        self._relay = relay

    def reap(self) -> int:
        """Returns how many runs were taken back."""
        count = 0
        while batch := self._reap_batch():
            count += batch
        return count

    def _reap_batch(self) -> int:
        with self._database.transaction() as tx:
            rows = tx.execute(statements.EXPIRED, {"limit": _BATCH})
            for row in rows:
                self._take_back(tx, row)
        return len(rows)

    def _take_back(self, tx: Transaction, row: Any) -> None:
        outcome = domain.expired(
            cancel_requested=row.cancel_requested,
            overdue=row.overdue,
            attempt=row.attempt,
            max_attempts=row.max_attempts,
        )
        news = transitions.finish(tx.execute, lease_of(row, row.token), outcome)
        tx.after_commit(lambda: self._relay.announce(news, due=True))
        logger.warning("run taken back", job_id=str(row.job_id), run=row.number, status=outcome.status)
