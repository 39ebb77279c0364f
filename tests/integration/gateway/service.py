"""A service as the gateway sees it: shows what reached it, and keeps a list of jobs."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec

from errand.common.identity import Principal, Verifier, bearer
from errand.common.ids import Service, new_id

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
        self._verifier = Verifier(public_key, service.name.lower())
        self._jobs: dict[UUID, list[str]] = defaultdict(list)

    def add_job(self, owner: Principal) -> str:
        self._jobs[owner.user_id].insert(0, str(new_id(self.service)))
        return self._jobs[owner.user_id][0]

    def principal(self, seen: Seen) -> Principal:
        return self._verifier.verify(bearer(seen.one("authorization")))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await _live(receive, send)
        seen = _seen(scope)
        self.seen.append(seen)
        await _read(seen, receive)
        match scope["path"].strip("/").split("/"):
            case ["internal", "jobs", *rest]:
                await _answer(send, self._list(seen, rest, parse_qs(scope["query_string"].decode())))
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
