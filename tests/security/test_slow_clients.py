"""Clients that begin something and do not go on with it: they keep nobody from being served, and not for long."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.processes import is_held
from tests.security import wire
from tests.security.logs import Logs
from tests.security.operations import OPERATIONS, Operation
from tests.security.people import Person, PublishedPage
from tests.security.twins import Twin, twin
from tests.stack import Stack
from tests.waiting import until

# Settings that nobody else would turn are no settings.
IN_A_HURRY = """
from errand.common.http import protocol
from errand.gateway import __main__, bodies, proxy
protocol.PATIENCE_S = bodies.ARRIVAL_S = proxy.DEADLINE_S = 0.5
__main__.main()
"""
FORM = "Content-Type: application/x-www-form-urlencoded"
CROWD = 200
WITH_BODY = [operation for operation in OPERATIONS if "requestBody" in operation.facts]


@pytest.fixture(scope="module")
def gateway(stack: Stack, log_directory: Path) -> Iterator[Twin]:
    """What takes others half a minute takes it half a second."""
    argv = [sys.executable, "-c", IN_A_HURRY, "api"]
    with twin(stack, "gateway", log_directory / "gateway-in-a-hurry.log", argv=argv) as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def _no_fault_of_ours(log_directory: Path) -> Iterator[None]:
    logs = Logs(log_directory)
    yield
    assert logs.faults() == []


def drip(connection: socket.socket, drop: bytes) -> None:
    """Until the other side has had enough."""
    connection.settimeout(0.1)
    with contextlib.suppress(ConnectionError):
        for _ in range(200):
            connection.sendall(drop)
            with contextlib.suppress(TimeoutError):
                if connection.recv(1, socket.MSG_PEEK):
                    return
                raise ConnectionError
        raise AssertionError("it is listened to for ever")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_body_that_drips_is_not_waited_for(
    operation: Operation, gateway: Twin, ada: Person, page: PublishedPage
) -> None:
    headers = [f"Authorization: Bearer {ada.access}", "Content-Type: application/json", "Content-Length: 100000"]
    with wire.connect(gateway) as connection:
        connection.sendall(wire.request(operation.target(*page), *headers, method=operation.method))
        drip(connection, b" ")
        connection.settimeout(10)
        answers = wire.read_answers(connection)

    assert [(answer.status, answer.is_problem) for answer in answers] == [(408, True)]


@pytest.mark.parametrize(
    ("start", "drop"),
    [(b"", b"G"), (b"GET / HTTP/1.1\r\n", b"X: y\r\n"), (b"GET / HTTP/1.1\r\nX: ", b"y"), (b"GET /", b"x")],
    ids=["method", "headers", "header", "path"],
)
def test_a_head_that_drips_is_not_waited_for(gateway: Twin, start: bytes, drop: bytes) -> None:
    with wire.connect(gateway) as connection:
        connection.sendall(start)
        drip(connection, drop)
        connection.settimeout(10)
        answers = wire.read_answers(connection)

    assert [(answer.status, answer.is_problem) for answer in answers] in ([(408, True)], [(400, True)])


@pytest.mark.parametrize("start", [b"", b"\r\n"], ids=["nothing", "empty lines"])
def test_who_says_nothing_is_not_waited_for(gateway: Twin, start: bytes) -> None:
    with wire.connect(gateway) as connection:
        connection.sendall(start)
        assert [answer.status for answer in wire.read_answers(connection)] in ([], [408])


def test_who_drips_empty_lines_between_requests_is_not_waited_for(gateway: Twin) -> None:
    with wire.connect(gateway) as connection:
        connection.sendall(wire.request("/asyncapi.json"))
        assert wire.read_answer(connection).status == 200
        drip(connection, b"\r\n")


@pytest.mark.parametrize("framing", ["Content-Length: 2000000", "Transfer-Encoding: chunked"])
def test_the_rest_of_a_body_that_was_refused_is_not_waited_for(gateway: Twin, framing: str) -> None:
    with wire.connect(gateway) as connection:
        connection.sendall(wire.request("/incident/run", FORM, framing, method="POST"))
        connection.sendall((f"{2_000_000:x}\r\n".encode() if "chunked" in framing else b"") + b"x" * 1_200_000)
        assert wire.read_answer(connection).status == 413
        drip(connection, b"x")


def test_who_does_not_read_the_answers_is_not_waited_for(gateway: Twin) -> None:
    with wire.connect(gateway) as connection:
        # More than fits into any buffer on the way.
        connection.sendall(wire.request("/openapi.json") * 400)
        until(lambda: not is_held(gateway.port, connection.getsockname()[1]))


def test_who_keeps_to_the_rules_may_wait_between_requests(gateway: Twin) -> None:
    with wire.connect(gateway) as idle, wire.connect(gateway) as silent:
        idle.sendall(wire.request("/asyncapi.json"))
        assert wire.read_answer(idle).status == 200
        # Both would be over by the time that the second is.
        assert wire.read_answers(silent) == []
        idle.sendall(wire.request("/asyncapi.json"))
        assert wire.read_answer(idle).status == 200


@pytest.mark.parametrize(
    "half",
    [
        b"GET /incident/jobs HTTP/1.1\r\nHost: gate",
        wire.request("/incident/run", FORM, "Content-Length: 100", method="POST", body=b"incident_text="),
        wire.request("/api/auth/login", "Content-Length: 100", method="POST", body=b"{"),
        wire.request("/incident/run", FORM, "Transfer-Encoding: chunked", method="POST", body=b"5\r\nab"),
        b"",
    ],
    ids=["half a head", "half a report", "half a login", "half a chunk", "nothing"],
)
def test_a_crowd_that_does_not_go_on_keeps_nobody_from_being_served(stack: Stack, ada: Person, half: bytes) -> None:
    with contextlib.ExitStack() as crowd:
        for _ in range(CROWD):
            crowd.enter_context(wire.connect(stack)).sendall(half)

        assert ada.call("GET", "/incident/jobs").status_code == 200
        assert ada.submit()
        assert ada.call("GET", "/api/auth/me").status_code == 200
