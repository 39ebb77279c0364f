"""Clients of the native WebSockets."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from tests.frames import check_frame
from tests.live.cuts import reset_on_close
from tests.live.watching import Refused, Watcher

# Whoever comes back after one of these is told the same again.
REFUSALS = {1008, 1009, 4001, 4003, 4029}
OVER = 1000


class End(NamedTuple):
    """How the server ended a connection, and when on the monotonic clock; 1006 where it just broke off."""

    code: int
    moment: float


class SocketWatcher(Watcher):
    """What the sockets of one job and of several have in common."""

    PATH: str

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ends: list[End] = []

    async def greet(self, connection: ClientConnection) -> None:
        """What is said before anything is listened to."""

    async def hear(self, connection: ClientConnection, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "attached":
                assert frame["job_id"] in self.jobs
                assert frame["seq"] >= self.journal.cursor(frame["job_id"])
            case "event":
                self.take(frame["job_id"], frame["seq"], frame["event"])
            case "resync":
                self.journal.record_resync(frame["job_id"], frame["seq"])
            case "error" if frame["code"] == "service_unavailable":
                raise ConnectionError(frame)
            case _:
                raise Refused(frame)

    def target(self) -> str:
        return self.PATH

    async def listen(self, address: str) -> None:
        target = f"ws://{address}{self.target()}"
        with _failures_as_os_errors():
            # Frames that nobody reads any more must not stand before the answer to our own closing one.
            connection = await connect(
                target, additional_headers=self._headers, compression=None, proxy=None, max_queue=None
            )
        try:
            async with connection:
                await self._follow(connection)
        finally:
            # The client may have no patience left for the closing handshake.
            connection.transport.abort()

    async def _follow(self, connection: ClientConnection) -> None:
        try:
            await self.greet(connection)
            while True:
                await self.hear(connection, check_frame(await connection.recv()))
        except ConnectionClosed as closed:
            self._record_close(closed)
        finally:
            if self.leaves_rudely:
                reset_on_close(connection.transport.get_extra_info("socket"))
                connection.transport.abort()

    def _record_close(self, closed: ConnectionClosed) -> None:
        code = closed.rcvd.code if closed.rcvd else 1006
        self.ends.append(End(code, time.monotonic()))
        if code in REFUSALS:
            raise Refused(str(closed))
        if code != OVER:
            raise ConnectionError(str(closed))


class JobSocket(SocketWatcher):
    """`/ws/v1/jobs/{id}`, which the server closes when the job is over."""

    def target(self) -> str:
        (job_id,) = self.jobs
        return f"/ws/v1/jobs/{job_id}?after={self.journal.cursor(job_id)}"

    async def watch(self) -> None:
        await super().watch()
        if not self.cuts_made and not self.was_cut_off:
            assert self.ends[-1].code == OVER


class JobsSocket(SocketWatcher):
    """`/ws/v1/jobs`: several jobs on one connection, which it closes itself when they are all over."""

    PATH = "/ws/v1/jobs"

    async def greet(self, connection: ClientConnection) -> None:
        for job_id in self.jobs:
            if not self.journal.is_over(job_id):
                frame = {"type": "subscribe", "job_id": job_id, "after": self.journal.cursor(job_id)}
                await connection.send(json.dumps(frame))

    async def hear(self, connection: ClientConnection, frame: dict[str, Any]) -> None:
        await super().hear(connection, frame)
        if self.is_done():
            await connection.close()


@contextlib.contextmanager
def _failures_as_os_errors() -> Iterator[None]:
    """A handshake that breaks off, or a server that cannot take us now. A refusal before the handshake is against the
    contract: a browser would not see its reason."""
    try:
        yield
    except InvalidStatus as error:
        if error.response.status_code < 500:
            raise Refused(str(error)) from error
        raise ConnectionError from error
    except InvalidHandshake as error:
        raise ConnectionError from error
