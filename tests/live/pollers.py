"""Clients that ask again and again."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tests.live.keepalive import Answer, KeepAlive

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

    async def poll_until_over(self, connection: KeepAlive) -> None:
        while not self.statuses or self.statuses[-1] not in ("completed", "failed", "cancelled"):
            await self.poll(connection)
            await asyncio.sleep(self._every_s)

    async def poll(self, connection: KeepAlive) -> None:
        floor = self._floor(self.job_id)
        headers = {"If-None-Match": self._etag} if self._etag else {}
        answer = await connection.get(f"/v1/jobs/{self.job_id}", headers)
        if answer.status == 304:
            assert answer.headers["etag"] == self._etag
            self.unchanged += 1
        else:
            assert answer.status == 200, answer.body
            self._take(answer)
        assert self.seq >= floor

    def _take(self, answer: Answer) -> None:
        job = _decode(answer.body).job
        assert answer.headers["etag"] != self._etag
        assert job.seq == int(answer.headers["x-job-seq"]) == len(job.events)
        assert job.seq > self.seq
        assert job.status == _STATUS.get(job.events[-1].event_type, "running")
        if self._etag:
            self.delays_s += [time.time() - event.timestamp.timestamp() for event in job.events[self.seq :]]
        if self.statuses[-1:] != [job.status]:
            self.statuses.append(job.status)
        self.seq, self._etag = job.seq, answer.headers["etag"]


async def poll_all(url: str, token: str, pollers: Sequence[Poller], *, timeout_s: float) -> None:
    """All of them until their jobs are over, each on a connection of its own."""

    async def poll(poller: Poller) -> None:
        async with KeepAlive(url, {"Authorization": f"Bearer {token}"}) as connection:
            await poller.poll_until_over(connection)

    async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as tasks:
        for poller in pollers:
            tasks.create_task(poll(poller))
