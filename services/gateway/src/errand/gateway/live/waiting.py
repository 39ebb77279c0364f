"""Waiting for a job, for clients that want one answer: long-polls, and submits that prefer to wait."""

import asyncio
from uuid import UUID

import msgspec
from litestar.types import Receive

from errand.common.identity import Principal
from errand.gateway.live.frames import Resume
from errand.gateway.live.hub import Hub
from errand.gateway.live.story import Batch

MAX_WAIT_S = 25


async def until_gone(receive: Receive) -> None:
    """Returns once the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Signal:
    """A sink that keeps nothing but whether something came; or, with `until_over`, whether the job was over."""

    def __init__(self, receive: Receive, *, until_over: bool = False) -> None:
        """Of a request whose body has been read: nobody is waited with who hangs up."""
        self._receive = receive
        self._came: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._until_over = until_over

    async def wait(self, hub: Hub, job_id: UUID, principal: Principal, after: int, wait_s: float) -> bool:
        """Whether it came, counted from the seq `after`, within MAX_WAIT_S and `wait_s`.

        Raises JobNotFound, ServiceUnavailable.
        """
        subscription = hub.subscribe(job_id, principal, after, self)
        leaving = asyncio.create_task(until_gone(self._receive))
        leaving.add_done_callback(lambda _: self.give_up())
        try:
            async with asyncio.timeout(min(wait_s, MAX_WAIT_S)):
                return await self._came
        except TimeoutError:
            return False
        finally:
            leaving.cancel()
            hub.unsubscribe(subscription)

    def give_up(self) -> None:
        self._set(False)

    def attach(self, resume: Resume, seq: int) -> None:
        pass

    def deliver(self, batch: Batch) -> None:
        if not self._until_over:
            self._set(True)

    def resync(self, seq: int, job: msgspec.Raw) -> None:
        if not self._until_over:
            self._set(True)

    def end(self) -> None:
        self._set(True)

    def fail(self, error: Exception) -> None:
        if not self._came.done():
            self._came.set_exception(error)

    async def drained(self) -> None:
        pass

    def _set(self, came: bool) -> None:
        if not self._came.done():
            self._came.set_result(came)
