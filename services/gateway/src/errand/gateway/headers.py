"""Which headers pass, in both directions."""

from collections.abc import Iterable

from multidict import CIMultiDict

from errand.common.errors import Invalid

# RFC 9110 section 7.6.1, and what else speaks of one connection only.
_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"http2-settings"}
)
# Set anew by us, or by the client that we send with.
_REPLACED = frozenset({b"host", b"content-length", b"expect", b"authorization", b"x-request-id"})
# Who a client is, and where it comes from, is for the gateway to say.
_CLAIMS = frozenset({b"cookie", b"forwarded", b"remote-user", b"x-real-ip", b"x-remote-user"})
_CLAIM_PREFIXES = (b"proxy-", b"x-forwarded-", b"x-user-")
_NOT_FORWARDED = _HOP_BY_HOP | _REPLACED | _CLAIMS
# `date` and `server` are our server's own; cross-origin access is decided here and nowhere else.
_NOT_RETURNED = _HOP_BY_HOP | {b"date", b"server", b"x-request-id"}
_NOT_RETURNED_PREFIXES = (b"proxy-", b"access-control-")

RawHeaders = Iterable[tuple[bytes, bytes]]


def forwarded(
    headers: RawHeaders, *, token: str, request_id: str, client: str, scheme: str, trace_parent: str | None = None
) -> CIMultiDict[str]:
    """A request's headers as a service gets them. Without a `trace_parent` of ours the client's own passes."""
    headers = list(headers)
    dropped = _NOT_FORWARDED | _named_by_connection(headers)
    passed = CIMultiDict(
        [
            (name.decode("ascii"), _text(name, value))
            for name, value in headers
            if name not in dropped and not name.startswith(_CLAIM_PREFIXES)
        ]
    )
    passed["Authorization"] = f"Bearer {token}"
    passed["X-Request-Id"] = request_id
    passed["X-Forwarded-For"] = client
    passed["X-Forwarded-Proto"] = scheme
    if trace_parent is not None:
        passed["traceparent"] = trace_parent
    return passed


def returned(headers: RawHeaders, status: int) -> list[tuple[bytes, bytes]]:
    """A service's headers as the client gets them."""
    lowered = [(name.lower(), value) for name, value in headers]
    dropped = _NOT_RETURNED | _named_by_connection(lowered)
    if status in (204, 304):
        # Without a body uvicorn takes a length for a promise that was broken.
        dropped |= {b"content-length"}
    return [
        (name, value) for name, value in lowered if name not in dropped and not name.startswith(_NOT_RETURNED_PREFIXES)
    ]


def _named_by_connection(headers: RawHeaders) -> frozenset[bytes]:
    tokens = [token for name, value in headers if name == b"connection" for token in value.split(b",")]
    return frozenset(token.strip().lower() for token in tokens) if tokens else frozenset()


def _text(name: bytes, value: bytes) -> str:
    """The HTTP client writes headers as UTF-8: what is not would arrive as something else."""
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"The header {name.decode('ascii')} is not UTF-8.") from error
