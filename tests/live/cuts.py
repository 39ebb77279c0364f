"""Connections that break off at random moments."""

import random
import socket
import struct
from typing import NamedTuple

_MOST_EVENTS = 12


class Cut(NamedTuple):
    """When a client lets go of a connection: after so many events, or so long after it began to connect; and whether
    it just vanishes, or says good-bye as the protocol wants it."""

    after_events: int
    after_s: float
    rude: bool


class LetGo(Exception):
    """The client has been told as many events on this connection as it is to be."""


def random_cuts(seed: object, count: int, most_s: float) -> list[Cut]:
    """Before the handshake is over, between two events, in the middle of a backlog; after `most_s` at the latest."""
    numbers = random.Random(str(seed))
    return [
        Cut(numbers.randint(1, _MOST_EVENTS), numbers.uniform(0, most_s), numbers.random() < 0.5) for _ in range(count)
    ]


def reset_on_close(connection: socket.socket) -> None:
    """As if the client's machine were gone: what is under way is lost, the other side gets a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
