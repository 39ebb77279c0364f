"""Two bare servers, the floors of ours: `python -m tests.bench.servers hello|broadcast PORT`."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
import uvicorn
from litestar import Litestar, get


@get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}


class Broadcast:
    """A bare ASGI application that says the same to all of its sockets, one frame after the other."""

    def __init__(self) -> None:
        self._sockets: set[Any] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        match scope["type"]:
            case "lifespan":
                await _live(receive, send)
            case "websocket":
                await self._keep(receive, send)
            case "http":
                query = parse_qs(scope["query_string"].decode())
                await self._broadcast(int(query.get("frames", ["0"])[0]), float(query.get("pause_s", ["0"])[0]))
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body", "body": b""})

    async def _keep(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self._sockets.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._sockets.discard(send)

    async def _broadcast(self, frames: int, pause_s: float) -> None:
        for seq in range(1, frames + 1):
            message = {"type": "websocket.send", "text": _frame(seq)}
            for send in tuple(self._sockets):
                await send(message)
            await asyncio.sleep(pause_s)


def _frame(seq: int) -> str:
    """An event as large as the storyteller's."""
    id = "01a0b1c2-d3e4-8f50-a607-1820930a4b5c"
    line = "and then it came to pass that one more line was told, of which nobody was ever to miss a word"
    event = {
        "id": id,
        "node": "storyteller",
        "timestamp": datetime.now(UTC),
        "event_type": "line",
        "message": f"{line} ({seq}).",
        "data": {"number": seq, "theme": "0a1b2c3d"},
    }
    return msgspec.json.encode({"type": "event", "job_id": id, "seq": seq, "event": event}).decode()


async def _live(receive: Any, send: Any) -> None:
    for _ in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})


def main(name: str, port: int) -> None:
    app: Any = Litestar([hello], openapi_config=None, logging_config=None) if name == "hello" else Broadcast()
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
