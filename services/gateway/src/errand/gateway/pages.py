"""An origin of their own for published pages: words of strangers do not share one with the API's tokens."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from litestar.exceptions import NotFoundException
from litestar.types import HTTPScope, WebSocketScope

from errand.gateway.routes import Route


class PagesOrigin:
    """`url` is where published pages are shown, and nothing else is; empty: beside the API."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._host = urlsplit(url).netloc.lower().encode()

    def covers(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request came to the pages' own host."""
        return bool(self._host) and headers.get(b"host", b"").lower() == self._host

    def redirection(self, route: Route, headers: Mapping[bytes, bytes], scope: HTTPScope) -> bytes | None:
        """Where a request for a page belongs that came to another host. Raises NotFoundException for what is no page
        on the pages' host."""
        if not self._host or self.covers(headers) == route.published:
            return None
        if not route.published:
            raise NotFoundException
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        return self._url.encode() + scope["raw_path"] + query

    def admits(self, scope: WebSocketScope) -> bool:
        """Pages have no sockets."""
        return not self.covers(dict(scope["headers"]))
