"""The recent part of one job's story, and the rules by which it goes on. No I/O here."""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from errand.common.jobs.domain import ENDINGS, TERMINAL

RETAINED_EVENTS = 256
# Events that are kept while one before them is missing; the others are read from the service with it.
_MAX_EARLY = 256

Encoder = Callable[[UUID, "Event"], bytes]


class _Facts(msgspec.Struct, frozen=True):
    event_type: str
    timestamp: datetime


_decode = msgspec.json.Decoder(_Facts).decode


class Event(msgspec.Struct, frozen=True):
    """One event as the service wrote it: `json` is what clients see. `committed_at` is in Unix seconds, by Postgres's
    clock."""

    seq: int
    json: bytes
    ends_job: bool
    committed_at: float


def event_of(seq: int, json: bytes) -> Event:
    """Raises msgspec.DecodeError for what is no event: before anybody takes it into a story."""
    facts = _decode(json)
    return Event(seq, json, facts.event_type in ENDINGS, facts.timestamp.timestamp())


class Batch:
    """Events of one job in a row, encoded once for all who get them in the same words."""

    def __init__(self, job_id: UUID, events: Sequence[Event]) -> None:
        self.job_id = job_id
        self.events = events
        self.seq = events[-1].seq
        self._encoded: dict[Encoder, bytes] = {}

    def encoded(self, encoder: Encoder) -> bytes:
        """All of them, one after the other."""
        if encoder not in self._encoded:
            self._encoded[encoder] = b"".join([encoder(self.job_id, event) for event in self.events])
        return self._encoded[encoder]


class Story:
    """Knows how far a job has come, and its last few events by heart."""

    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id
        #: The last event that is known together with all before it.
        self.seq = 0
        #: Whether the job is over with that.
        self.over = False
        self._recent: deque[Event] = deque(maxlen=RETAINED_EVENTS)
        self._early: dict[int, Event] = {}
        self._latest = 0

    @property
    def has_gap(self) -> bool:
        """Whether an event was heard that comes after one that was not."""
        return self._latest > self.seq

    def start(self, seq: int, status: str, recent: Sequence[Event] = ()) -> None:
        """Begin at `seq`, where the job has that status; `recent` lead up to there. Goes on with what was heard
        before it began."""
        heard = [*self._recent, *self._early.values()]
        self.seq = seq
        self.over = status in TERMINAL
        self._recent = deque(recent, maxlen=RETAINED_EVENTS)
        self._early = {}
        self.add(heard)

    def add(self, events: Sequence[Event]) -> Batch | None:
        """Take in what was heard, in whatever order and however often; what the story goes on with by it."""
        fresh: list[Event] = []
        for event in events:
            following = self.seq + 1
            if event.seq == following or (event.seq > following and len(self._early) < _MAX_EARLY):
                self._early[event.seq] = event
            self._latest = max(self._latest, event.seq)
            while self._early and (next_event := self._early.pop(self.seq + 1, None)):
                fresh.append(next_event)
                self.seq += 1
        if not fresh:
            return None
        self._recent.extend(fresh)
        self.over = fresh[-1].ends_job
        return Batch(self.job_id, fresh)

    def after(self, seq: int) -> Sequence[Event]:
        """The events after `seq`; none where they are not all known by heart any more."""
        missing = self.seq - seq
        if missing > len(self._recent):
            return ()
        return list(itertools.islice(self._recent, len(self._recent) - missing, None))
