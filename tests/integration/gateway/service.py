"""A service as the gateway sees it: shows what reached it, and keeps jobs with their stories."""

import asyncio
import contextlib
import gzip
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec

from errand.common.identity import Principal, Verifier, bearer
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import EventType
from tests.integration.gateway.stories import StoredJob

Headers = list[tuple[str, str]]


class Seen(msgspec.Struct):
    """A request that arrived. `whole` says whether its body did so too, once that is known."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""
    whole: bool | None = None

    def all(self, name: str) -> list[str]:
        return [value for given, value in self.headers if given == name]

    def one(self, name: str) -> str | None:
        values = self.all(name)
        assert len(values) < 2
        return values[0] if values else None


class FakeService:
    """An ASGI application. Some paths below `/incident` answer in their own way, every other one with `pong`."""

    def __init__(self, service: Service, public_key: str) -> None:
        self.service = service
        self.seen: list[Seen] = []
        self.gone = threading.Event()
        #: The status of the answer to who asks for a job's result.
        self.outcome = 200
        self._down = False
        self._confused = False
        self._answering = threading.Event()
        self._answering.set()
        self._verifier = Verifier(public_key, service.name.lower())
        self._jobs: dict[UUID, list[str]] = defaultdict(list)
        self._stories: dict[UUID, StoredJob] = {}

    def add_job(self, owner: Principal) -> str:
        self._jobs[owner.user_id].insert(0, str(new_id(self.service)))
        return self._jobs[owner.user_id][0]

    def begin(self, owner: Principal) -> StoredJob:
        """A job with a story of two events."""
        job = StoredJob(new_id(self.service), owner)
        job.store(EventType.QUEUED, EventType.STARTED)
        self._stories[job.id] = job
        return job

    def purge(self, job: StoredJob) -> None:
        del self._stories[job.id]

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """Whatever is asked about jobs is answered with 503."""
        self._down = True
        try:
            yield
        finally:
            self._down = False

    @contextlib.contextmanager
    def confusion(self) -> Iterator[None]:
        """Whatever is asked about jobs is answered with what nobody understands."""
        self._confused = True
        try:
            yield
        finally:
            self._confused = False

    @contextlib.contextmanager
    def delay(self) -> Iterator[Callable[[], None]]:
        """What is asked about jobs is looked up, but not answered before what this gives is called."""
        self._answering.clear()
        try:
            yield self._answering.set
        finally:
            self._answering.set()

    def asked(self, target: str) -> int:
        """How many requests came for paths that begin like this."""
        return sum(seen.target.startswith(target) for seen in self.seen)

    def principal(self, seen: Seen) -> Principal:
        return self._verifier.verify(bearer(seen.one("authorization")))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await _live(receive, send)
        seen = _seen(scope)
        self.seen.append(seen)
        await _read(seen, receive)
        match scope["path"].strip("/").split("/"):
            case ["internal", "jobs", "positions"]:
                ids = msgspec.json.decode(seen.body, type=list[UUID])
                await self._tell(send, {str(id): self._stories[id].seq for id in ids if id in self._stories})
            case ["internal", "jobs", id, "events"]:
                job, query = self._find(seen, id), parse_qs(scope["query_string"].decode())
                await self._tell(send, job.page(int(query["after"][0])) if job else None)
            case ["v1", "jobs", id] | ["incident", "run", id] if job := self._find(seen, id):
                await self._tell(send, job.envelope(), [("x-job-seq", str(job.seq))])
            case ["api", "v1", "images", "jobs", id, "result"] if job := self._find(seen, id):
                await _answer(
                    send, msgspec.json.encode(job.envelope()), [("content-type", "application/json")], self.outcome
                )
            case ["api", "v1", "images", "generate"]:
                given = [("location", f"/api/v1/images/jobs/{scope['query_string'].decode()}/result")]
                await _answer(send, b"pong", given, 202)
            case ["internal", "jobs", *rest]:
                await _answer(send, self._list(seen, rest, parse_qs(scope["query_string"].decode())))
            case ["incident", "accepted"]:
                query = {"status": ["202"], **parse_qs(scope["query_string"].decode())}
                given = [("location", f"/incident/run/{query['at'][0]}"), ("retry-after", "1")]
                await _answer(send, b"pong", given, int(query["status"][0]))
            case ["incident", "cookies"]:
                await _answer(
                    send, b"", [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("connection", "x-hop"), ("x-hop", "1")]
                )
            case ["incident", "cached"]:
                await _answer(send, b"", [("cache-control", "private, max-age=5"), ("etag", '"7"')])
            case ["incident", "unchanged"]:
                await _answer(send, b"", [("etag", '"7"')], status=304)
            case ["incident", "zipped"]:
                await _answer(send, gzip.compress(b"pong"), [("content-encoding", "gzip")])
            case ["incident", "large"]:
                await _answer(send, b"x" * 1_000_000, chunk=65_536)
            case ["incident", "slow"]:
                while (await receive())["type"] != "http.disconnect":
                    pass
                self.gone.set()
            case _:
                await _answer(send, b"pong")
        return None

    def _find(self, seen: Seen, id: str) -> StoredJob | None:
        try:
            job = self._stories.get(UUID(id))
        except ValueError:
            return None
        return job if job and job.owner == self.principal(seen) else None

    async def _tell(self, send: Any, answer: Any, headers: Headers | None = None) -> None:
        body = msgspec.json.encode(answer)
        if not self._answering.is_set():
            await asyncio.to_thread(self._answering.wait, 20)
        status = 503 if self._down else 404 if answer is None else 200
        given = [("content-type", "application/json"), *(headers or [])]
        await _answer(send, b"?" if self._confused else body, given, status)

    def _list(self, seen: Seen, rest: Sequence[str], query: dict[str, list[str]]) -> bytes:
        ids = self._jobs[self.principal(seen).user_id]
        if rest == ["views"]:
            items = [{"id": id, "service": self.service.name} for id in reversed(ids) if id in query["id"]]
            return msgspec.json.encode({"items": items})
        return msgspec.json.encode({"ids": ids[: int(query["limit"][0])], "total": len(ids)})


def _seen(scope: Any) -> Seen:
    headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
    query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
    return Seen(scope["method"], scope["raw_path"].decode() + query, headers)


async def _live(receive: Any, send: Any) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})


async def _read(seen: Seen, receive: Any) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            seen.whole = False
            return
        seen.body += message["body"]
        more = message["more_body"]
    seen.whole = True


async def _answer(send: Any, body: bytes, headers: Headers | None = None, status: int = 200, chunk: int = 0) -> None:
    given = [(name.encode(), value.encode()) for name, value in headers or []]
    if not chunk:
        given.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": given})
    for start in range(0, len(body), chunk) if chunk else ():
        await send({"type": "http.response.body", "body": body[start : start + chunk], "more_body": True})
    await send({"type": "http.response.body", "body": b"" if chunk else body, "more_body": False})
