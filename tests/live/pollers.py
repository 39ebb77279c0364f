"""Clients that ask again and again."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import aiohttp
import msgspec

# What a job is after an event of the type; after any other it is running.
_STATUS = {"job_queued": "pending", "job_completed": "completed", "job_failed": "failed", "job_cancelled": "cancelled"}


class _Event(msgspec.Struct):
    event_type: str
    timestamp: datetime


class _Job(msgspec.Struct):
    status: str
    seq: int
    events: list[_Event]


class _View(msgspec.Struct):
    job: _Job


_decode = msgspec.json.Decoder(_View).decode


class Poller:
    """Polls one job until it is over, and checks that every answer is whole and none older than the one before.

    `floor` is asked before each poll: its answer must not be older than that seq.
    """

    def __init__(self, job_id: str, *, every_s: float, floor: Callable[[str], int] = lambda _: 0) -> None:
        self.job_id = job_id
        self.statuses: list[str] = []
        #: From each event that was news to it to the answer that told.
        self.delays_s: list[float] = []
        #: How many answers said that there was nothing new.
        self.unchanged = 0
        self._every_s = every_s
        self._floor = floor
        self._etag = ""
        self.seq = 0

    async def poll_until_over(self, session: aiohttp.ClientSession) -> None:
        while not self.statuses or self.statuses[-1] not in ("completed", "failed", "cancelled"):
            await self.poll(session)
            await asyncio.sleep(self._every_s)

    async def poll(self, session: aiohttp.ClientSession) -> None:
        floor = self._floor(self.job_id)
        headers = {"If-None-Match": self._etag} if self._etag else {}
        async with session.get(f"/v1/jobs/{self.job_id}", headers=headers) as response:
            if response.status == 304:
                assert response.headers["ETag"] == self._etag
                self.unchanged += 1
            else:
                assert response.status == 200, await response.text()
                self._take(await response.read(), response.headers)
        assert self.seq >= floor

    def _take(self, body: bytes, headers: Mapping[str, str]) -> None:
        job = _decode(body).job
        assert headers["ETag"] != self._etag
        assert job.seq == int(headers["X-Job-Seq"]) == len(job.events)
        assert job.seq > self.seq
        assert job.status == _STATUS.get(job.events[-1].event_type, "running")
        if self._etag:
            self.delays_s += [time.time() - event.timestamp.timestamp() for event in job.events[self.seq :]]
        if self.statuses[-1:] != [job.status]:
            self.statuses.append(job.status)
        self.seq, self._etag = job.seq, headers["ETag"]


async def poll_all(url: str, token: str, pollers: Sequence[Poller], *, timeout_s: float) -> None:
    """All of them until their jobs are over, each on a connection of its own."""
    async with (
        asyncio.timeout(timeout_s),
        aiohttp.ClientSession(
            url,
            headers={"Authorization": f"Bearer {token}"},
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=30),
        ) as session,
        asyncio.TaskGroup() as tasks,
    ):
        for poller in pollers:
            tasks.create_task(poller.poll_until_over(session))
