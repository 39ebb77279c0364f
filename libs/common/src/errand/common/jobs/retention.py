"""Retention: what is old enough goes, a batch at a time."""

import sqlalchemy as sa

from errand.common.database import Database
from errand.common.jobs import statements

INTERVAL_S = 600.0
KEY_AGE_S = 48 * 3600
_BATCH = 500
_DAY_S = 86_400


class Retention:
    """Deletes finished jobs, with their runs and events, after `days`; idempotency keys after two."""

    def __init__(self, database: Database, *, days: float) -> None:
        self._database = database
        self._age_s = days * _DAY_S

    def purge(self) -> int:
        """Returns how many jobs went."""
        self._in_batches(statements.PURGE_KEYS, KEY_AGE_S)
        return self._in_batches(statements.PURGE_JOBS, self._age_s)

    def _in_batches(self, statement: sa.TextClause, age_s: float) -> int:
        parameters = {"age_s": age_s, "limit": _BATCH, "owner_id": None, "kind": None}
        gone = 0
        while rows := self._database.execute(statement, parameters):
            gone += len(rows)
        return gone
