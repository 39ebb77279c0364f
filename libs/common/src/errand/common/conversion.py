"""Plain values to types, in any thread."""

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

# msgspec (0.22) finds out about a struct when it first converts to it, and lets other threads use what it has found so
# far: a process whose threads begin on the same type at once dies of a segmentation fault.
_turn = threading.Lock()


def convert(value: Any, type: type[T]) -> T:
    """Like `msgspec.convert`, which threads must not call. Raises msgspec.ValidationError."""
    with _turn:
        return msgspec.convert(value, type)
