"""Jobs of a service that the test plays, and what they have to tell."""

from datetime import UTC, datetime
from uuid import UUID

from errand.common.identity import Principal
from errand.common.jobs.domain import EventType, JobStatus
from errand.common.jobs.news import EventView, News, event_view
from errand.common.jobs.schemas import EventsPage, JobEnvelope, JobView

PAGE = 500
_STATUS_AFTER = {
    EventType.COMPLETED: JobStatus.COMPLETED,
    EventType.FAILED: JobStatus.FAILED,
    EventType.CANCELLED: JobStatus.CANCELLED,
}


class StoredJob:
    """What the database has of a job. A test may take `events` back, as a restored backup does."""

    def __init__(self, id: UUID, owner: Principal) -> None:
        self.id = id
        self.owner = owner
        self.events: list[EventView] = []
        self._created_at = datetime.now(UTC)

    @property
    def seq(self) -> int:
        return len(self.events)

    @property
    def status(self) -> JobStatus:
        return _STATUS_AFTER.get(EventType(self.events[-1].event_type), JobStatus.RUNNING)

    def store(self, *types: EventType, text: str = "") -> list[News]:
        """One more event of each type, committed; what Redis has yet to hear."""
        return [self._store(type, text) for type in types]

    def store_many(self, count: int, text: str = "") -> list[News]:
        return self.store(*[EventType.RETRYING] * count, text=text)

    def page(self, after: int) -> EventsPage:
        return EventsPage(self.events[after : after + PAGE], self.seq, self.status)

    def envelope(self) -> JobEnvelope:
        view = JobView(
            id=self.id,
            type="story",
            status=self.status,
            session_id=None,
            user_id=self.owner.user_id,
            title="A story",
            description="",
            stage=None,
            progress=0,
            seq=self.seq,
            events=self.events[:],
            result=None,
            error_code=None,
            error_message=None,
            created_at=self._created_at,
            updated_at=self._created_at,
            started_at=None,
            completed_at=None,
        )
        return JobEnvelope(view)

    def _store(self, type: EventType, text: str) -> News:
        seq = self.seq + 1
        event = event_view(self.id, seq, datetime.now(UTC), node="n", event_type=type, message=text, data={})
        self.events.append(event)
        return News(self.id, seq, event)
