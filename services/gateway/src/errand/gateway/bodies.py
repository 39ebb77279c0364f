"""Request bodies: whole where they are small, streamed where they are not, never longer than allowed."""

from collections.abc import AsyncIterator, Mapping

from litestar.types import Receive

from errand.common.errors import TooLarge

# One read of uvicorn's; above it, memory would grow with the number of uploads.
WHOLE_BYTES = 64 * 1024


class BodyTooLarge(TooLarge):
    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than the {limit} bytes that are allowed here.")


class ClientGone(Exception):
    """Nobody is left to answer."""


class Body:
    """The body of one request. `complete` once all of it has come; `fault` is what ended a stream too early."""

    def __init__(self, headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> None:
        length = headers.get(b"content-length")
        self.length = int(length) if length is not None else None
        self.complete = length is None and b"transfer-encoding" not in headers
        self.fault: Exception | None = None
        self._receive = receive
        self._limit = limit
        self._received = 0

    async def content(self) -> bytes | AsyncIterator[bytes] | None:
        """All of it, or a stream. Raises BodyTooLarge, ClientGone; so does the stream."""
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
