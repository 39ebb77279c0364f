"""`GET /v1/jobs/{id}/events`: a story as it goes on, or the part of it that a client lacks."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.types import ASGIApp

from errand.common.http.openapi import can_fail
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.common.jobs.domain import MAX_SEQ, TERMINAL
from errand.common.jobs.schemas import EventsPage
from errand.gateway import metrics
from errand.gateway.clients import client_of
from errand.gateway.live.attendance import Attendance, TooManyConnections
from errand.gateway.live.hub import Hub
from errand.gateway.live.openapi import EventsOperation
from errand.gateway.live.source import Page, Source
from errand.gateway.live.streams import MEDIA_TYPE, EventStream, EventStreamAnswer
from errand.gateway.live.waiting import Signal
from errand.gateway.routes import JobNotFound, home_of
from errand.gateway.upstreams import ServiceUnavailable

Watcher = Request[Principal, float | None, Any]


class JobEvents(msgspec.Struct, frozen=True):
    """`seq` is the cursor for the next question."""

    events: list[msgspec.Raw]
    seq: int
    status: str


@get(
    "/v1/jobs/{job_id:str}/events",
    operation_id="listJobEvents",
    tags=["jobs"],
    operation_class=EventsOperation,
    responses={
        200: ResponseSpec(EventsPage, False, "What comes after the cursor"),
        204: ResponseSpec(None, description="The job is over and the cursor has all of it"),
        **can_fail(JobNotFound(), TooManyConnections(100), ServiceUnavailable(Service.INCIDENTS)),
    },
)
async def job_events(
    request: Watcher,
    job_id: FromPath[str],
    hub: NamedDependency[Hub],
    source: NamedDependency[Source],
    attendance: NamedDependency[Attendance],
    after: Annotated[int, QueryParameter(ge=0, le=MAX_SEQ, description="The seq of the last event that you have")] = 0,
    wait: Annotated[float, QueryParameter(ge=0, description="Seconds to wait for an event; 25 at most")] = 0,
    last_event_id: Annotated[int | None, HeaderParameter(name="Last-Event-ID", ge=0, le=MAX_SEQ)] = None,
) -> ASGIApp:
    """What comes after the cursor, as JSON: at once, or with `wait` as soon as there is something. With
    `Accept: text/event-stream` the story as server-sent events, until the job is over; 204 where it is already and
    the cursor has all of it."""
    id, _ = home_of(job_id)
    if request.accept.best_match([MediaType.JSON, MEDIA_TYPE]) == MEDIA_TYPE:
        return await _stream(request, hub, attendance, id, after if last_event_id is None else last_event_id)
    page = await source.page(request.user, id, after)
    if wait and not page.events and page.status not in TERMINAL:
        signal = Signal(request.receive)
        with attendance.present(client_of(request.user, request.scope), metrics.LONG_POLLS, signal.give_up):
            await signal.wait(hub, id, request.user, after, wait)
        page = await source.page(request.user, id, after)
    return Response(_present(page, after), headers={"Cache-Control": "no-store"}).to_asgi_response(None, request)


async def _stream(request: Watcher, hub: Hub, attendance: Attendance, job_id: UUID, after: int) -> ASGIApp:
    stream = EventStream(hub, job_id, request.user, after, expires_at=request.auth)
    try:
        await stream.attached()
    except BaseException:
        stream.close()
        raise
    if stream.has_nothing:
        stream.close()
        # EventSource takes this for: do not come back.
        return Response(None, status_code=204).to_asgi_response(None, request)
    return EventStreamAnswer(stream, attendance, client_of(request.user, request.scope))


def _present(page: Page, after: int) -> JobEvents:
    # A cursor past the story's end is set right.
    seq = page.events[-1].seq if page.events else min(after, page.seq)
    return JobEvents([msgspec.Raw(event.json) for event in page.events], seq, page.status)
