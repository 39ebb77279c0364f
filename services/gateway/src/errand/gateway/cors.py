"""Cross-origin requests of browsers, from the origins that the settings name."""

from collections.abc import Collection, Mapping

Headers = list[tuple[bytes, bytes]]

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_ALLOWED = (
    b"Authorization, Content-Type, X-Session-Id, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer, "
    b"X-Request-Id, traceparent"
)
_EXPOSED = (
    b"ETag, Link, Location, Content-Location, Retry-After, X-Request-Id, X-Job-Seq, Idempotency-Replayed, RateLimit, "
    b"RateLimit-Policy, Preference-Applied"
)
_MAX_AGE_S = b"7200"  # the longest that Chromium keeps a preflight's answer


class Cors:
    """The headers that every answer gets. Without credentials: tokens travel in a header, cookies mean nothing."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._vary: Headers = [(b"vary", b"Origin")] if origins else []

    def headers(self, origin: bytes | None) -> Headers:
        if origin not in self._origins:
            return self._vary
        return [*self._vary, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]

    def preflight(self, origin: bytes | None) -> Headers:
        """Headers that a browser needs before it sends the request itself; of no use to a foreign origin."""
        if origin not in self._origins:
            return self._vary
        return [
            *self._vary,
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _ALLOWED),
            (b"access-control-max-age", _MAX_AGE_S),
        ]


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    return method == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers
