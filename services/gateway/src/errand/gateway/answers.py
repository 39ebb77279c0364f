"""An answer that is held back until it is there as a whole."""

from litestar.types import Message, Send

#: More than that is not held back.
MAX_BYTES = 256 * 1024

Headers = list[tuple[bytes, bytes]]


class Answer:
    """Stands in for `send`: keeps an answer for `release`, or for another to be sent in its place. A long one goes on
    to the client as it comes, and is nothing here: its status is 0."""

    def __init__(self, send: Send) -> None:
        self.status = 0
        self.headers: Headers = []
        self.body = b""
        self._send = send
        self._held: list[Message] = []
        self._size = 0

    async def __call__(self, message: Message) -> None:
        self._held.append(message)
        if message["type"] == "http.response.start":
            return
        self._size += len(message["body"])
        if self._size > MAX_BYTES:
            await self.release()
        elif not message.get("more_body", False):
            start, *parts = self._held
            self.status, self.headers = start["status"], list(start["headers"])
            self.body = b"".join([part["body"] for part in parts])

    async def release(self) -> None:
        """Send what is held."""
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def header(self, name: bytes) -> bytes | None:
        """By its name in lower case."""
        return next((value for given, value in self.headers if given == name), None)
