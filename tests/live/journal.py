"""What a client was told, and what it should have been told."""

import time
from collections import defaultdict
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from errand.common.database import Database
from errand.common.jobs import repository
from errand.common.jobs.domain import ENDINGS
from errand.common.jobs.news import stored_view


class Entry(NamedTuple):
    """One event, as it is seen by clients."""

    seq: int
    event: dict[str, Any]


class Journal:
    """Every event that one client was told, exactly as it came: nothing is sorted, nothing told twice left out."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        #: When each of a job's entries came, in seconds since 1970.
        self.moments: dict[str, list[float]] = defaultdict(list)
        #: (job, seq) of every `resync`.
        self.resyncs: list[tuple[str, int]] = []

    def record(self, job_id: str, seq: int, event: dict[str, Any]) -> None:
        self._entries[job_id].append(Entry(seq, event))
        self.moments[job_id].append(time.time())

    def record_resync(self, job_id: str, seq: int) -> None:
        self.resyncs.append((job_id, seq))

    def story(self, job_id: str) -> list[Entry]:
        return self._entries[job_id]

    def cursor(self, job_id: str) -> int:
        entries = self._entries[job_id]
        return entries[-1].seq if entries else 0

    def is_over(self, job_id: str) -> bool:
        entries = self._entries[job_id]
        return bool(entries) and entries[-1].event["event_type"] in ENDINGS


def stored_story(database: Database, job_id: str) -> list[Entry]:
    """The job's events as Postgres has them."""
    with database.transaction() as tx:
        events = repository.events(tx, [UUID(job_id)])
        return [Entry(event.seq, msgspec.json.decode(msgspec.json.encode(stored_view(event)))) for event in events]
