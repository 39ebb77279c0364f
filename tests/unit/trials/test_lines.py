import random
import select
import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.faults.trials.lines import Line, lines
from tests.waiting import until

ANSWER = b"0123456789" * 1000


class Answering(socketserver.BaseRequestHandler):
    """Answers every byte with all of ANSWER."""

    def handle(self) -> None:
        while self.request.recv(1):
            self.request.sendall(ANSWER)


@pytest.fixture
def line() -> Iterator[Line]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server, lines() as open_line:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield open_line(f"127.0.0.1:{server.server_address[1]}")
        server.shutdown()


@pytest.fixture
def connection(line: Line) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", line.port), timeout=10) as connection:
        yield connection


def read(connection: socket.socket, most: int = len(ANSWER)) -> bytes:
    """Until so much has come, or the end."""
    received = b""
    while len(received) < most and (data := connection.recv(65536)):
        received += data
    return received


def test_everything_comes_through(connection: socket.socket) -> None:
    for _ in range(20):
        connection.sendall(b"?")

        assert read(connection) == ANSWER


def test_nothing_comes_through_while_it_is_held_and_all_of_it_afterwards(line: Line, connection: socket.socket) -> None:
    line.hold()
    connection.sendall(b"?")
    with socket.create_connection(("127.0.0.1", line.port), timeout=10) as another:
        another.sendall(b"?")
        assert select.select([connection, another], [], [], 0.3)[0] == []
        line.release()

        assert read(connection) == read(another) == ANSWER


def test_a_cut_ends_what_is_there_and_lets_others_come(line: Line, connection: socket.socket) -> None:
    connection.sendall(b"?")
    assert read(connection) == ANSWER

    line.cut()

    assert connection.recv(1) == b""
    with socket.create_connection(("127.0.0.1", line.port), timeout=10) as another:
        another.sendall(b"?")
        assert read(another) == ANSWER


def test_answers_break_off_in_their_middle(line: Line) -> None:
    def answer() -> bytes:
        with socket.create_connection(("127.0.0.1", line.port), timeout=10) as connection:
            connection.sendall(b"?")
            return read(connection)

    line.cut_in_replies(random.Random(1))
    parts = [answer() for _ in range(10)]
    line.be_whole()

    assert all(ANSWER.startswith(part) and 0 < len(part) < len(ANSWER) for part in parts)
    assert len({len(part) for part in parts}) > 5
    assert answer() == ANSWER


def test_a_server_that_is_gone_is_a_connection_that_ends() -> None:
    with lines() as open_line, socket.create_server(("127.0.0.1", 0)) as server:
        line = open_line(f"127.0.0.1:{server.getsockname()[1]}")
        server.close()
        with socket.create_connection(("127.0.0.1", line.port), timeout=10) as connection:
            until(lambda: connection.recv(1) == b"")
