"""A client of the event streams, as a browser's EventSource is one."""

import codecs
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import aiohttp

from tests.live.cuts import reset_on_close
from tests.live.watching import Refused, Watcher


class Message(NamedTuple):
    """One dispatched message; `id` and `type` are empty where the server gave none."""

    id: str
    type: str
    data: str


class StreamParser:
    """`text/event-stream` by the HTML standard, whichever way it is cut into pieces."""

    def __init__(self) -> None:
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")(), translate=True)
        self._rest = ""
        self._fields: dict[str, list[str]] = {}

    def feed(self, data: bytes) -> Iterator[Message]:
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        for line in lines:
            if line:
                name, _, value = line.partition(":")
                self._fields.setdefault(name, []).append(value.removeprefix(" "))
            else:
                yield from self._dispatch()

    def _dispatch(self) -> Iterator[Message]:
        fields, self._fields = self._fields, {}
        if "data" in fields:
            yield Message(fields.get("id", [""])[-1], fields.get("event", [""])[-1], "\n".join(fields["data"]))


class EventStream(Watcher):
    """`GET /v1/jobs/{id}/events`. Like an EventSource it comes back after every end, until it is told 204."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._told_to_stop = False

    def is_done(self) -> bool:
        return self._told_to_stop

    async def listen(self, address: str) -> None:
        (job_id,) = self.jobs
        headers = {**self._headers, "Accept": "text/event-stream"}
        if cursor := self.journal.cursor(job_id):
            headers["Last-Event-ID"] = str(cursor)
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
                session.get(f"http://{address}/v1/jobs/{job_id}/events", headers=headers) as response,
            ):
                await self._read(job_id, response)
        except aiohttp.ClientError as error:
            raise ConnectionError from error

    async def _read(self, job_id: str, response: aiohttp.ClientResponse) -> None:
        if response.status >= 500:
            raise ConnectionError(response.status)
        if response.status not in (200, 204):
            raise Refused(f"{response.status} {await response.text()}")
        self._told_to_stop = response.status == 204
        try:
            parser = StreamParser()
            async for data in response.content.iter_any():
                for message in parser.feed(data):
                    self._hear(job_id, message)
        finally:
            if self.leaves_rudely and response.connection and response.connection.transport:
                reset_on_close(response.connection.transport.get_extra_info("socket"))
            response.close()

    def _hear(self, job_id: str, message: Message) -> None:
        if message.type == "resync":
            self.journal.record_resync(job_id, int(message.id))
        else:
            assert message.type == ""
            self.take(job_id, int(message.id), json.loads(message.data))
