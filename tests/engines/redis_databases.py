"""A Redis database for every test, and for every stack that runs beside it: stacks that share one take each other's
messages."""

from collections import deque
from urllib.parse import urlsplit

from redis import Redis


class RedisDatabases:
    """The databases of one server: 16 of them, and the first is left to whoever owns the server."""

    def __init__(self, url: str) -> None:
        self._url = url
        # The one that was free for longest comes first: who had it last may not be quite gone.
        self._free = deque(range(1, 16))

    def take(self) -> str:
        """The URL of an empty database that nobody else has until it is given back."""
        url = self._url_of(self._free.popleft())
        with Redis.from_url(url) as client:
            client.flushdb()
        return url

    def give_back(self, url: str) -> None:
        self._free.append(next(number for number in range(16) if self._url_of(number) == url))

    def _url_of(self, number: int) -> str:
        if self._url.startswith("unix:"):
            return f"{self._url.partition('?')[0]}?db={number}"
        return urlsplit(self._url)._replace(path=f"/{number}").geturl()
