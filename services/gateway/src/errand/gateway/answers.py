"""An answer that is held back until it is there as a whole."""

from litestar.types import Message, Send

Headers = list[tuple[bytes, bytes]]


class Answer:
    """Stands in for `send`: keeps an answer that comes in one piece, for `release` or for another to be sent in its
    place. One that comes in several goes on to the client at once."""

    def __init__(self, send: Send) -> None:
        self.status = 0
        self.headers: Headers = []
        self.body = b""
        self._send = send
        self._held: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self._held.append(message)
        if message["type"] == "http.response.start":
            return
        start = self._held[0]
        if start["type"] == "http.response.start" and not message.get("more_body", False):
            self.status, self.headers, self.body = start["status"], list(start["headers"]), message["body"]
        else:
            await self.release()

    async def release(self) -> None:
        """Send what is held."""
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def header(self, name: bytes) -> bytes | None:
        """By its name in lower case."""
        return next((value for given, value in self.headers if given == name), None)
