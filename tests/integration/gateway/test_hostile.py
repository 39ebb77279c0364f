"""Requests that no honest client sends, byte by byte."""

from collections.abc import Callable

import pytest

from errand.common.identity import Principal
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.service import FakeService, Seen
from tests.integration.gateway.serving import exchange


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def request(target: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: gateway", "Connection: close", *headers])
    return head.encode("latin-1") + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "target",
    [
        "/incident/../internal/jobs",
        "/incident/%2e%2e/internal/jobs",
        "/incident/%2E%2E%2Finternal%2Fjobs",
        "/incident/..%2finternal/jobs",
        "/incident/%252e%252e/internal/jobs",
        "/incident/..;/internal/jobs",
        "/incident/..\\internal\\jobs",
        "//incident/jobs",
        "/incident//jobs",
        "/./incident/jobs",
        "/incident/./jobs",
        "/incident;x/jobs",
        "/incident%2fjobs",
        "/internal/jobs?limit=1",
        "/internal/jobs/views?id=1",
        "/%69nternal/jobs",
        "//v1/jobs",
        "/v1//jobs",
        "/x/../v1/jobs",
        "/v1/jobs/../../internal/jobs",
        "http://incidents/internal/jobs",
    ],
)
def test_a_path_with_two_meanings_or_into_the_inside_is_not_found(
    gateway: Gateway, incidents: FakeService, user: Principal, target: str
) -> None:
    answer = exchange(gateway.port, request(target, f"Authorization: Bearer {gateway.token(user)}"))

    assert status(answer) == 404
    assert incidents.seen == []


def test_an_encoded_prefix_is_the_same_prefix(gateway: Gateway, incidents: FakeService, user: Principal) -> None:
    token = f"Authorization: Bearer {gateway.token(user)}"

    assert status(exchange(gateway.port, request("/%69ncident/jobs", token))) == 200
    assert [seen.target for seen in incidents.seen] == ["/%69ncident/jobs"]
    assert status(exchange(gateway.port, request("/v1/%6aobs"))) == 401


def test_an_absolute_target_is_served_as_its_path(gateway: Gateway, incidents: FakeService) -> None:
    answer = exchange(gateway.port, request("http://elsewhere.example.com/incident/jobs"))

    assert status(answer) == 200
    (seen,) = incidents.seen
    assert seen.target == "/incident/jobs"
    assert "elsewhere" not in str(seen.headers)


SMUGGLED = b"0\r\n\r\nGET /internal/jobs HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(["Content-Length: 4", "Transfer-Encoding: chunked"], id="length and chunked"),
        pytest.param(["Transfer-Encoding: chunked", "Content-Length: 4"], id="chunked and length"),
        pytest.param(["Content-Length: 4", "Content-Length: 40"], id="two lengths"),
        pytest.param(["Content-Length: 4", "Content-Length: 4"], id="one length twice"),
        pytest.param(["Content-Length: 4, 40"], id="a list of lengths"),
        pytest.param(["Content-Length: +4"], id="signed length"),
        pytest.param(["Content-Length: 0x4"], id="hexadecimal length"),
        pytest.param(["Content-Length: -1"], id="negative length"),
        pytest.param(["Content-Length : 4"], id="space before the colon"),
        pytest.param(["Transfer-Encoding: chunked, identity"], id="chunked is not last"),
        pytest.param(["Transfer-Encoding: xchunked"], id="unknown coding"),
        pytest.param(["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], id="two codings"),
        pytest.param(["X: y\r\n Transfer-Encoding: chunked", "Content-Length: 4"], id="folded header"),
        pytest.param(["X-Bad: a\rTransfer-Encoding: chunked", "Content-Length: 4"], id="lonely carriage return"),
    ],
)
def test_a_body_framed_in_two_ways_reaches_nobody_twice(
    gateway: Gateway, incidents: FakeService, framing: list[str]
) -> None:
    exchange(gateway.port, request("/incident/run", *framing, method="POST", body=SMUGGLED))

    assert [seen.target for seen in incidents.seen if "internal" in seen.target] == []
    assert len(incidents.seen) <= 1


@pytest.mark.parametrize(
    "framing",
    [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Content-Length: 4", "Content-Length: 40"],
        ["Content-Length: -1"],
        ["Transfer-Encoding: chunked, identity"],
    ],
)
def test_a_body_whose_framing_contradicts_itself_is_refused(
    gateway: Gateway, incidents: FakeService, framing: list[str]
) -> None:
    answer = exchange(gateway.port, request("/incident/run", *framing, method="POST", body=SMUGGLED))

    assert status(answer) == 400
    assert incidents.seen == []


def test_chunks_that_never_end_are_cut_at_the_limit(gateway: Gateway, last_seen: Callable[[], Seen]) -> None:
    endless = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    answer = exchange(
        gateway.port,
        request("/incident/run", "Transfer-Encoding: chunked", method="POST", body=endless * 17 + b"0\r\n\r\n"),
    )

    assert status(answer) == 413
    assert last_seen().whole is False


def test_a_length_too_large_is_refused_before_the_body_is_asked_for(gateway: Gateway, incidents: FakeService) -> None:
    head = request("/incident/run", "Content-Length: 99999999", "Expect: 100-continue", method="POST")

    answer = exchange(gateway.port, head)

    assert status(answer) == 413
    assert incidents.seen == []


def test_identity_headers_in_any_spelling_are_dropped(gateway: Gateway, incidents: FakeService) -> None:
    forged = ["X-USER-ID: root", "x-user-id: root", "X-Forwarded-For: 192.0.2.9", "Connection: X-Forwarded-For"]

    exchange(gateway.port, request("/incident/jobs", *forged))

    (seen,) = incidents.seen
    assert seen.all("x-user-id") == []
    assert len(seen.all("x-forwarded-for")) == 1
    assert "root" not in str(seen.headers)


def test_of_two_authorizations_none_passes_unverified(
    gateway: Gateway, incidents: FakeService, user: Principal
) -> None:
    good, bad = f"Authorization: Bearer {gateway.token(user)}", "Authorization: Bearer forged"

    answers = [exchange(gateway.port, request("/incident/jobs", *pair)) for pair in ((good, bad), (bad, good))]

    assert 401 in {status(answer) for answer in answers}
    assert all(incidents.principal(seen) == user for seen in incidents.seen)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused(gateway: Gateway, incidents: FakeService, method: str) -> None:
    answer = exchange(gateway.port, request("/incident/jobs", method=method))

    assert status(answer) in (400, 405)
    assert incidents.seen == []


def test_an_upgrade_is_not_passed_on(gateway: Gateway, incidents: FakeService) -> None:
    upgrade = ["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AA"]

    answer = exchange(gateway.port, request("/incident/jobs", *upgrade))

    assert status(answer) == 200
    (seen,) = incidents.seen
    assert not {"upgrade", "http2-settings"} & {name for name, _ in seen.headers}
