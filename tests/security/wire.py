"""HTTP byte by byte: what no client library would send, and all that comes back."""

import contextlib
import io
import socket
from http.client import HTTPMessage, HTTPResponse
from typing import NamedTuple, Protocol, cast

from errand.common.http import problems


class Gateway(Protocol):
    @property
    def address(self) -> str:
        """Host and port."""


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def is_problem(self) -> bool:
        return self.headers["Content-Type"] == problems.MEDIA_TYPE


class _Received(io.BytesIO):
    """Stands in for a socket, of which each answer is read in turn."""

    def makefile(self, *_: object) -> "_Received":
        return self

    def close(self) -> None:
        """An answer closes its file, and must not take the next one's."""


def connect(gateway: Gateway, timeout_s: float = 10) -> socket.socket:
    host, _, port = gateway.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=timeout_s)


def exchange(gateway: Gateway, payload: bytes) -> list[Answer]:
    """Send bytes as they are; every answer until the server hangs up."""
    with connect(gateway) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(payload)
        return read_answers(connection)


def read_answer(connection: socket.socket) -> Answer:
    """The next one."""
    return _answer(HTTPResponse(connection))


def read_answers(connection: socket.socket) -> list[Answer]:
    """All that come before the server hangs up."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            received += chunk
    return parse(bytes(received))


def parse(received: bytes) -> list[Answer]:
    file, answers = _Received(received), []
    while file.tell() < len(received):
        answers.append(_answer(HTTPResponse(cast(socket.socket, file))))
    return answers


def request(target: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """Without a length or coding of its own."""
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: gateway", *headers])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def last(target: str, *headers: str) -> bytes:
    """After its answer the server hangs up."""
    return request(target, "Connection: close", *headers)


def _answer(response: HTTPResponse) -> Answer:
    response.begin()
    return Answer(response.status, response.headers, response.read())
