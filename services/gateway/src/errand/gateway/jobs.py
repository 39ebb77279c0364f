"""`GET /v1/jobs`: every job of a user, over all services, newest first.

In two phases, so that a page moves as many jobs as it shows: every service says the ids of its newest jobs, which are
time-ordered and merge; then those of the page are fetched from where they live.
"""

import asyncio
import heapq
import math
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, TypeVar, cast

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter

from errand.common.errors import FieldError, Unprocessable
from errand.common.http.openapi import can_fail
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.common.jobs.schemas import JobView
from errand.gateway.services import Services
from errand.gateway.upstreams import ServiceUnavailable

# What a service is ready to list; nobody leafs that deep.
MAX_DEPTH = 10_000

T = TypeVar("T")


class TooDeep(Unprocessable):
    def __init__(self) -> None:
        message = f"Only the newest {MAX_DEPTH} jobs can be listed."
        super().__init__(message, FieldError("page", message))


class JobIds(msgspec.Struct, frozen=True):
    ids: list[str]
    total: int


class JobViews(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]


class JobPage(msgspec.Struct, frozen=True):
    items: list[JobView]
    total: int
    page: int
    page_size: int
    total_pages: int


class _Identified(msgspec.Struct, frozen=True):
    id: str


class JobLists:
    """Reads the services' lists. One that is down fails the page: a list without its jobs would be a lie."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def page(self, principal: Principal, request_id: str, page: int, page_size: int) -> JobPage:
        """Raises TooDeep, ServiceUnavailable."""
        depth = page * page_size
        if depth > MAX_DEPTH:
            raise TooDeep
        reader = _Reader(self._services, principal, request_id)
        lists = await reader.newest(depth)
        newest = merge([(service, listed.ids) for service, listed in lists], depth)
        # They stay the bytes that they came as: nobody looks into them here.
        items = cast(list[JobView], await reader.views(newest[depth - page_size :]))
        total = sum(listed.total for _, listed in lists)
        return JobPage(items, total, page, page_size, math.ceil(total / page_size))


class _Reader:
    """Asks services for one user's jobs."""

    def __init__(self, services: Services, principal: Principal, request_id: str) -> None:
        self._services = services
        self._principal = principal
        self._request_id = request_id

    async def newest(self, limit: int) -> list[tuple[Service, JobIds]]:
        services = self._services.all
        reads = (self._read(service, f"/internal/jobs?limit={limit}", JobIds) for service in services)
        return list(zip(services, await asyncio.gather(*reads), strict=True))

    async def views(self, jobs: Sequence[tuple[str, Service]]) -> list[msgspec.Raw]:
        """In the order of `jobs`, without those that have gone meanwhile."""
        wanted: dict[Service, list[str]] = {}
        for id, service in jobs:
            wanted.setdefault(service, []).append(id)
        reads = (
            self._read(service, f"/internal/jobs/views?id={'&id='.join(ids)}", JobViews)
            for service, ids in wanted.items()
        )
        views = {_id_of(view): view for read in await asyncio.gather(*reads) for view in read.items}
        return [views[id] for id, _ in jobs if id in views]

    async def _read(self, service: Service, target: str, type: type[T]) -> T:
        return await self._services.ask(service, target, type, self._principal, request_id=self._request_id)


def merge(lists: Iterable[tuple[Service, Sequence[str]]], limit: int) -> list[tuple[str, Service]]:
    """The newest ids of lists that are each newest first. As text, ids sort by time like the numbers they spell."""
    labelled = ([(id, service) for id in ids] for service, ids in lists)
    return list(heapq.merge(*labelled, reverse=True))[:limit]


def _id_of(view: msgspec.Raw) -> str:
    return msgspec.json.decode(view, type=_Identified).id


@get(
    "/v1/jobs",
    operation_id="listJobs",
    tags=["jobs"],
    responses={
        200: ResponseSpec(JobPage, False, "One page"),
        **can_fail(TooDeep(), ServiceUnavailable(Service.INCIDENTS)),
    },
)
async def list_jobs(
    request: Request[Principal, Any, Any],
    principal: NamedDependency[Principal],
    job_lists: NamedDependency[JobLists],
    page: Annotated[int, QueryParameter(ge=1)] = 1,
    page_size: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Response[bytes]:
    """Every job of this user, of every kind, newest first."""
    found = await job_lists.page(principal, request.scope["state"]["request_id"], page, page_size)
    return Response(msgspec.json.encode(found), media_type=MediaType.JSON)
