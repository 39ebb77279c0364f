"""An HTTP client that costs little, for measuring what serves it: one connection, one request at a time."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """The headers' names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class KeepAlive:
    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        """`headers` go with every request."""
        self._address = urlsplit(url)
        self._headers = {"Host": self._address.netloc, **headers}

    async def __aenter__(self) -> "KeepAlive":
        self._reader, self._writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._writer.close()

    async def get(self, target: str, headers: Mapping[str, str]) -> Answer:
        """Raises OSError or EOFError where the connection breaks off."""
        lines = [f"{name}: {value}\r\n" for name, value in {**self._headers, **headers}.items()]
        self._writer.write(f"GET {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode())
        status, *fields = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        answered = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        body = await self._reader.readexactly(int(answered.get("content-length", 0)))
        return Answer(int(status.split(" ")[1]), answered, body)
