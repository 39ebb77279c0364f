"""Heads of requests without measure, and all else that the parser gathers before anybody looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from errand.common.http.protocol import MAX_HEAD_BYTES
from tests.security import wire
from tests.security.logs import Logs
from tests.security.memory import MIB, Peaks
from tests.stack import Stack

MAX_GROWTH_BYTES = 32 * MIB
FORM = "Content-Type: application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"
LARGE = "x" * 200_000
# One that the gateway answers, one that a service does, one that nobody does.
TARGETS = ("/openapi.json", "/incident/jobs", "/nothing")

HEADS = {
    "a long header": ("", [f"X: {LARGE}"]),
    "a long name": ("", [f"{LARGE}: x"]),
    "a long cookie": ("", [f"Cookie: {LARGE}"]),
    "a long token": ("", [f"Authorization: Bearer {LARGE}"]),
    "many headers": ("", [f"X-{number}: x" for number in range(20_000)]),
    "one header many times": ("", ["X: x"] * 50_000),
    "a long query": (f"?x={LARGE}", []),
    "many parameters": ("?" + "&".join(["x=y"] * 50_000), []),
    "a long path": (f"/{LARGE}", []),
    "a deep path": ("/x" * 100_000, []),
}


@pytest.fixture(autouse=True)
def _no_harm_done(stack: Stack, log_directory: Path) -> Iterator[None]:
    logs, peaks = Logs(log_directory), Peaks(stack)
    yield
    (answer,) = wire.exchange(stack, wire.last("/incident/jobs"))
    assert answer.status == 200
    assert logs.faults() == []
    assert {name: growth for name, growth in peaks.growth().items() if growth > MAX_GROWTH_BYTES} == {}


def check_refused(answers: list[wire.Answer]) -> None:
    assert [(answer.status, answer.is_problem) for answer in answers] == [(431, True)]


@pytest.mark.parametrize(("suffix", "headers"), HEADS.values(), ids=HEADS)
def test_a_head_without_measure_is_refused(stack: Stack, suffix: str, headers: list[str]) -> None:
    for target in TARGETS:
        check_refused(wire.exchange(stack, wire.request(target + suffix, *headers)))


@pytest.mark.parametrize("size", [8_000, 60_000])
def test_a_large_head_within_measure_is_served(stack: Stack, size: int) -> None:
    assert size < MAX_HEAD_BYTES
    for target in TARGETS[:2]:
        for asked in (wire.last(f"{target}?x={'x' * size}"), wire.last(target, f"X: {'x' * size}")):
            assert [answer.status for answer in wire.exchange(stack, asked)] == [200]


@pytest.mark.parametrize("start", [b"", b"GET /", b"GET / HTTP/1.1\r\nX: "], ids=["method", "path", "header"])
def test_a_word_that_does_not_end_is_cut_off(stack: Stack, start: bytes) -> None:
    # More than fits into any buffer on the way.
    endless = start + b"x" * 32 * MIB
    with wire.connect(stack) as connection, pytest.raises(ConnectionError):
        connection.sendall(endless)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"1;" + b"x" * 200_000, id="a chunk's extension"),
        pytest.param(b"0" * 200_000 + b"1\r\nx", id="a chunk's length"),
        pytest.param(b"0\r\n" + b"X: y\r\n" * 40_000 + b"\r\n", id="many trailers"),
        pytest.param(b"0\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", id="a long trailer"),
    ],
)
@pytest.mark.parametrize("path", ["/incident/run", "/api/auth/login"])
def test_what_stands_around_a_body_without_measure_is_refused(stack: Stack, path: str, body: bytes) -> None:
    answers = wire.exchange(stack, wire.request(path, FORM, CHUNKED, method="POST", body=body))

    assert [answer.status for answer in answers] in ([431], [400])


def test_the_head_of_a_second_request_is_measured_too(stack: Stack) -> None:
    with wire.connect(stack) as connection:
        connection.sendall(wire.request("/asyncapi.json"))
        assert wire.read_answer(connection).status == 200
        connection.sendall(wire.request("/asyncapi.json", f"X: {LARGE}"))
        check_refused(wire.read_answers(connection))


def test_a_body_does_not_count_as_a_head(stack: Stack) -> None:
    body = b"incident_text=" + b"x" * 10_000 + b"&more=" + b"x" * 900_000
    chunks = b"".join(b"3e8\r\n" + body[at : at + 1000] + b"\r\n" for at in range(0, 910_000, 1000))
    asked = wire.request("/incident/run", FORM, CHUNKED, "Connection: close", method="POST", body=chunks + b"0\r\n\r\n")

    assert [answer.status for answer in wire.exchange(stack, asked)] == [202]


UPGRADE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        pytest.param("/ws/v1/jobs", [KEY, f"X: {'x' * 10_000}"], 431, id="a long header"),
        pytest.param("/ws/v1/jobs", [KEY, *["X: x"] * 200], 431, id="many headers"),
        pytest.param("/ws/v1/jobs", [KEY, f"X: {LARGE}"], 431, id="a very long header"),
        pytest.param(f"/ws/v1/jobs?x={'x' * 10_000}", [KEY], 414, id="a long query"),
        pytest.param("/ws/v1/jobs", [KEY, "Content-Length: 4"], 400, id="a body"),
        pytest.param("/ws/v1/jobs", [KEY, "Transfer-Encoding: chunked"], 400, id="a body in chunks"),
        pytest.param("/ws/v1/jobs", [], 400, id="no key"),
        pytest.param("/ws/v1/jobs", ["Sec-WebSocket-Key: x"], 400, id="a bad key"),
        pytest.param("/ws/v1/jobs", [KEY, KEY], 400, id="two keys"),
    ],
)
def test_a_handshake_that_makes_no_sense_is_answered(
    stack: Stack, target: str, headers: list[str], status: int
) -> None:
    answers = wire.exchange(stack, wire.request(target, *UPGRADE, *headers, body=b"abcd"))

    assert [answer.status for answer in answers] == [status]
