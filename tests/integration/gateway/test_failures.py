"""Services that are down, slow, or break off."""

import contextlib
import socket
import threading
from collections.abc import Callable

import httpx2
import pytest

from errand.common.ids import Service
from errand.gateway import proxy
from tests.integration.gateway.conftest import PUBLIC_KEY, Gateway, StartGateway
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.serving import read_request, serving, talking

Script = Callable[[socket.socket], None]


@pytest.fixture
def before(start_gateway: StartGateway) -> Callable[[int], contextlib.AbstractContextManager[Gateway]]:
    """A gateway before one service at this port."""

    def start(port: int) -> contextlib.AbstractContextManager[Gateway]:
        return start_gateway(upstreams=(f"incidents=http://127.0.0.1:{port}",), incidents_allow_anonymous=True)

    return start


Before = Callable[[int], contextlib.AbstractContextManager[Gateway]]


def is_unavailable(answer: httpx2.Response) -> bool:
    problem = answer.json()
    return (
        (answer.status_code, problem["code"]) == (503, "service_unavailable")
        and "incidents" in problem["detail"]
        and int(answer.headers["Retry-After"]) > 0
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_is_down_is_named(before: Before, method: str) -> None:
    with before(1) as gateway:
        assert is_unavailable(gateway.call(method, "/incident/run"))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", id="half a small body"),
        pytest.param(b"no HTTP at all\r\n\r\n", id="nonsense"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", id="two lengths"),
    ],
)
def test_an_answer_that_breaks_off_early_is_an_error(before: Before, answer: bytes) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    with talking(script) as port, before(port) as gateway:
        assert is_unavailable(gateway.get("/incident/jobs"))


@pytest.mark.parametrize("framing", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_an_answer_that_breaks_off_late_breaks_off_for_the_client(before: Before, framing: bytes) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n10000\r\n" + b"x" * 0x10000 + b"\r\n")

    with talking(script) as port, before(port) as gateway, gateway.client.stream("GET", "/incident/jobs") as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx2.RemoteProtocolError):
            answer.read()


def test_an_answer_that_takes_too_long_is_given_up(before: Before, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "DEADLINE_S", 0.2)
    service = FakeService(Service.INCIDENTS, PUBLIC_KEY)

    with serving(service) as port, before(port) as gateway:
        answer = gateway.get("/incident/slow")

        assert (answer.status_code, answer.json()["code"]) == (504, "gateway_timeout")
        assert "incidents" in answer.json()["detail"]
        assert service.gone.wait(10)


def test_a_body_that_takes_too_long_is_given_up(before: Before, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "DEADLINE_S", 0.2)
    service = FakeService(Service.INCIDENTS, PUBLIC_KEY)

    with serving(service) as port, before(port) as gateway:
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=10) as connection:
            connection.sendall(b"POST /incident/run HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\nhalf")
            assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")
        assert service.seen == []


class Cutting:
    """Answers the first request of each connection and cuts it at the second, after that has arrived: what a client
    meets whose kept connection dies under its hands. `met` holds the request line of every request."""

    def __init__(self) -> None:
        self.met: list[bytes] = []
        self._lock = threading.Lock()

    def __call__(self, connection: socket.socket) -> None:
        self._meet(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npong")
        self._meet(connection)

    def _meet(self, connection: socket.socket) -> None:
        line = read_request(connection).split(b"\r\n", 1)[0]
        with self._lock:
            self.met.append(line)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_kept_connection_that_dies_does_not_show_where_repeating_is_safe(before: Before, method: str) -> None:
    service = Cutting()

    with talking(service) as port, before(port) as gateway:
        answers = [gateway.call(method, "/incident/jobs", content=b"ping") for _ in range(2)]

    assert [answer.content for answer in answers] == [b"pong", b"pong"]
    assert len(service.met) == 3


def test_what_may_have_been_done_is_not_repeated(before: Before) -> None:
    service = Cutting()

    with talking(service) as port, before(port) as gateway:
        assert gateway.post("/incident/run", content=b"ping").content == b"pong"
        assert is_unavailable(gateway.post("/incident/run", content=b"ping"))

    assert len(service.met) == 2


def test_a_service_that_comes_back_is_found_again(before: Before) -> None:
    service = FakeService(Service.INCIDENTS, PUBLIC_KEY)
    with contextlib.ExitStack() as stack:
        with serving(service) as port:
            gateway = stack.enter_context(before(port))
            assert gateway.post("/incident/run").status_code == 200

        assert is_unavailable(gateway.post("/incident/run"))

        stack.enter_context(serving(service, port))
        assert gateway.post("/incident/run").status_code == 200
