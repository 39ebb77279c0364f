"""Request bodies: whole where they are small, streamed where they are not, never longer than allowed."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from litestar.exceptions import HTTPException
from litestar.types import Message, Receive

from errand.common.errors import TooLarge

# One read of uvicorn's; above it, memory would grow with the number of uploads.
WHOLE_BYTES = 64 * 1024
ARRIVAL_S = 30.0


class BodyTooLarge(TooLarge):
    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than the {limit} bytes that are allowed here.")


class BodyCoded(HTTPException):
    """Nobody here unpacks anything: a kilobyte may be a gigabyte in disguise."""

    def __init__(self) -> None:
        detail = "Send the body as it is: no Content-Encoding is understood."
        super().__init__(status_code=415, detail=detail, headers={"Accept-Encoding": "identity"})


class BodyLate(HTTPException):
    """The connection goes with it: what is still to come would be waited for."""

    def __init__(self, deadline_s: float = ARRIVAL_S) -> None:
        detail = f"The request did not arrive within {deadline_s:.0f} s."
        super().__init__(status_code=408, detail=detail, headers={"Connection": "close"})


class ClientGone(Exception):
    """Nobody is left to answer."""


class Body:
    """The body of one request. `complete` once all of it has come; `fault` is what ended a stream too early."""

    def __init__(self, headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> None:
        length = headers.get(b"content-length")
        self.length = int(length) if length is not None else None
        self.complete = length is None and b"transfer-encoding" not in headers
        self.fault: Exception | None = None
        self._is_coded = headers.get(b"content-encoding", b"identity").lower() != b"identity"
        self._receive = receive
        self._limit = limit
        self._received = 0

    async def content(self) -> bytes | AsyncIterator[bytes] | None:
        """All of it, or a stream. Raises BodyCoded, BodyTooLarge, ClientGone; the last two may come of the stream."""
        if self._is_coded and not self.complete:
            raise BodyCoded
        if (self.length or 0) > self._limit:
            raise BodyTooLarge(self._limit)
        start = bytearray()
        while not self.complete and len(start) <= WHOLE_BYTES:
            start += await self._next()
        return bytes(start) or None if self.complete else self._stream(bytes(start))

    async def _stream(self, start: bytes) -> AsyncIterator[bytes]:
        yield start
        try:
            while not self.complete:
                yield await self._next()
        except (BodyTooLarge, ClientGone) as fault:
            self.fault = fault
            raise

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request":
            raise ClientGone
        self._received += len(message["body"])
        if self._received > self._limit:
            raise BodyTooLarge(self._limit)
        self.complete = not message["more_body"]
        return message["body"]


async def replayed(body: Body, receive: Receive) -> Receive:
    """For an application that would wait for a body as long as it takes: the body has come, and is given out again.

    Raises BodyCoded, BodyLate, BodyTooLarge, ClientGone.
    """
    if body.complete:
        return receive
    try:
        async with asyncio.timeout(ARRIVAL_S):
            content = await body.content()
            whole = content if isinstance(content, bytes | None) else b"".join([chunk async for chunk in content])
    except TimeoutError as error:
        raise BodyLate from error
    waiting: list[Message] = [{"type": "http.request", "body": whole or b"", "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
