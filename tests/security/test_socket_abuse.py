"""What comes in over a socket is bounded as well."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from errand.common.http.server import MAX_FRAME_BYTES
from tests.security import sockets
from tests.security.logs import Logs
from tests.security.memory import MIB, Peaks
from tests.security.people import Person
from tests.security.sockets import opened
from tests.stack import Stack

MAX_GROWTH_BYTES = 16 * MIB
channels = pytest.mark.parametrize("channel", sockets.CHANNELS)


@pytest.fixture(autouse=True)
def _no_harm_done(stack: Stack, log_directory: Path, ada: Person) -> Iterator[None]:
    logs, peaks = Logs(log_directory), Peaks(stack)
    yield
    with opened(stack.address, "/ws/v1/jobs", ada.headers) as socket:
        socket.send(type="nothing")
        assert socket.frame()["code"] == "bad_frame"
    assert logs.faults() == []
    assert {name: growth for name, growth in peaks.growth().items() if growth > MAX_GROWTH_BYTES} == {}


@pytest.fixture
def address(stack: Stack, ada: Person, channel: str) -> Iterator[str]:
    """Of that socket, which stays open as far as it is concerned."""
    stack.pause("incidents-worker")
    yield sockets.CHANNELS[channel]["address"].replace("{id}", ada.submit())
    stack.resume("incidents-worker")


def frame(opcode: Opcode, content: bytes = b"", *, last: bool = True) -> bytes:
    return Frame(opcode, content, fin=last).serialize(mask=True)


@channels
def test_compression_is_not_agreed_to(stack: Stack, ada: Person, address: str) -> None:
    with opened(stack.address, address, ada.headers, compression="deflate") as socket:
        assert socket.connection.protocol.extensions == []


# The close code, or None where it is broken off without a word.
ABUSES = {
    "a large frame": (frame(Opcode.TEXT, b"x" * (MAX_FRAME_BYTES + 1)), 1009),
    "a large frame of bytes": (frame(Opcode.BINARY, b"x" * (MAX_FRAME_BYTES + 1)), 1009),
    "the announcement of an enormous frame": (b"\x81\xff" + (2**62).to_bytes(8, "big") + b"mask", 1009),
    "a large message in parts": (
        frame(Opcode.TEXT, b"x" * 1000, last=False) + frame(Opcode.CONT, b"x" * 1000, last=False) * 70,
        1009,
    ),
    "a message in endless parts": (
        frame(Opcode.TEXT, last=False) + frame(Opcode.CONT, last=False) * 5000,
        None,
    ),
    "endless pings": (frame(Opcode.PING) * 5000, None),
    "endless pongs": (frame(Opcode.PONG) * 5000, None),
    "a packed frame": (b"\xc1\x81mask\x00", 1002),
    "a part of nothing": (frame(Opcode.CONT, b"x"), 1002),
    "an unmasked frame": (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002),
    "a large ping": (b"\x89\xfe\x10\x00mask" + b"x" * 4096, 1002),
    "a frame that is no text": (frame(Opcode.TEXT, b"\xff"), 1007),
    "many messages": (frame(Opcode.TEXT, b"{}") * 40, 1008),
    "an unknown frame": (b"\x83\x80mask", 1002),
}


@channels
@pytest.mark.parametrize("abuse", ABUSES)
def test_a_socket_that_is_abused_ends(stack: Stack, ada: Person, address: str, abuse: str) -> None:
    content, code = ABUSES[abuse]
    with opened(stack.address, address, ada.headers) as socket:
        socket.connection.socket.sendall(content)
        with contextlib.suppress(ConnectionClosed):
            while True:
                socket.connection.recv(timeout=20)
        received = socket.connection.protocol.close_rcvd

    assert (received.code if received else None) == code
