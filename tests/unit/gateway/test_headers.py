import pytest

from errand.common.errors import Invalid
from errand.gateway.headers import RawHeaders, forwarded, returned


def passed(headers: RawHeaders) -> dict[str, str]:
    """Lower-case names and values of a request's headers as a service gets them."""
    result = forwarded(headers, token="the-token", request_id="the-request", client="192.0.2.7", scheme="https")
    assert len(result) == len(set(result))
    return {name.lower(): value for name, value in result.items()}


OURS = {
    "authorization": "Bearer the-token",
    "x-request-id": "the-request",
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-proto": "https",
}


def test_headers_of_the_request_itself_pass() -> None:
    headers = [(b"content-type", b"text/plain"), (b"x-session-id", "Café".encode()), (b"if-none-match", b'"7"')]

    assert passed(headers) == {"content-type": "text/plain", "x-session-id": "Café", "if-none-match": '"7"', **OURS}


@pytest.mark.parametrize(
    "name",
    [
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
        "proxy-authorization",
        "proxy-connection",
        "host",
        "content-length",
        "expect",
        "authorization",
        "cookie",
        "forwarded",
        "x-real-ip",
        "remote-user",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-user",
        "x-user-id",
        "x-user-email",
        "x-request-id",
    ],
)
def test_what_concerns_the_connection_or_claims_an_identity_does_not_pass(name: str) -> None:
    assert passed([(name.encode(), b"forged"), (name.encode(), b"twice")]) == OURS


def test_headers_that_connection_names_do_not_pass() -> None:
    headers = [(b"connection", b"close, X-One"), (b"x-one", b"1"), (b"connection", b"x-two"), (b"x-two", b"2")]

    assert passed(headers) == OURS


def test_connection_cannot_take_away_what_the_gateway_says() -> None:
    assert passed([(b"connection", b"authorization, x-request-id, x-forwarded-for")]) == OURS


def test_a_value_that_would_change_on_the_way_is_refused() -> None:
    with pytest.raises(Invalid, match="x-session-id"):
        passed([(b"x-session-id", b"Caf\xe9")])


def test_an_answers_headers_return_in_order_and_number() -> None:
    headers = [(b"Set-Cookie", b"a=1"), (b"ETag", b'"7"'), (b"Set-Cookie", b"b=2"), (b"Content-Length", b"3")]

    assert returned(headers, 200) == [
        (b"set-cookie", b"a=1"),
        (b"etag", b'"7"'),
        (b"set-cookie", b"b=2"),
        (b"content-length", b"3"),
    ]


def test_what_is_the_gateways_own_to_say_does_not_return() -> None:
    headers = [
        (b"Connection", b"keep-alive, X-Hop"),
        (b"X-Hop", b"1"),
        (b"Keep-Alive", b"timeout=5"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Trailer", b"X-Sum"),
        (b"Upgrade", b"h2c"),
        (b"Proxy-Authenticate", b"Basic"),
        (b"Date", b"today"),
        (b"Server", b"other"),
        (b"X-Request-Id", b"other"),
        (b"Access-Control-Allow-Origin", b"*"),
    ]

    assert returned(headers, 200) == []


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_no_length(status: int) -> None:
    assert returned([(b"Content-Length", b"3")], status) == []
