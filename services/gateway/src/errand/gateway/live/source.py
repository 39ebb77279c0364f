"""Stories as the services tell them: complete and true, but slower than what is heard through Redis."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from errand.common.identity import Principal
from errand.common.ids import Service
from errand.gateway.live.story import Event, event_of
from errand.gateway.routes import home_of
from errand.gateway.services import Services

#: About how many jobs a service answers at once.
MOST_POSITIONS = 500
# Positions are told to the gateway as such, not to a user of it.
_GATEWAY = Principal(UUID(int=0))


class Page(msgspec.Struct, frozen=True):
    """Events in a row; the job's last seq and its status when they were read. There may be more."""

    events: Sequence[Event]
    seq: int
    status: str


class Snapshot(msgspec.Struct, frozen=True):
    """A job as `GET /v1/jobs/{id}` shows it, and the last seq that is in it."""

    seq: int
    job: msgspec.Raw


class _Page(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]
    seq: int
    status: str


class _Job(msgspec.Struct, frozen=True):
    seq: int


class _Envelope(msgspec.Struct, frozen=True):
    job: msgspec.Raw


class Source:
    """Raises JobNotFound where a job is not there or another's, ServiceUnavailable."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def page(self, principal: Principal, job_id: UUID, after: int) -> Page:
        _, service = home_of(str(job_id))
        target = f"/internal/jobs/{job_id}/events?after={after}"
        told = await self._services.ask(service, target, _Page, principal)
        events = [event_of(seq, bytes(event)) for seq, event in enumerate(told.events, after + 1)]
        return Page(events, told.seq, told.status)

    async def snapshot(self, principal: Principal, job_id: UUID) -> Snapshot:
        _, service = home_of(str(job_id))
        job = (await self._services.ask(service, f"/v1/jobs/{job_id}", _Envelope, principal)).job
        return Snapshot(msgspec.json.decode(job, type=_Job).seq, job)

    async def positions(self, service: Service, job_ids: Sequence[UUID]) -> dict[UUID, int]:
        """The last seq of each job; those that are gone are missing."""
        answer = await self._services.read(service, "/internal/jobs/positions", _GATEWAY, content=job_ids)
        return msgspec.json.decode(answer, type=dict[UUID, int])
