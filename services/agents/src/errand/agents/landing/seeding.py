"""Choices that look free and are always the same for the same brief."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def fraction(*key: str) -> float:
    """A number 0…1 that the key alone decides."""
    digest = sha256("\x1f".join(key).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def choose(options: Sequence[T], *key: str) -> T:
    return options[int(fraction(*key) * len(options))]
