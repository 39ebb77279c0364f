"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Whoever looks all the time keeps what it waits for from the processor, which most tests share with their workers.
_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.05
_GROWTH = 1.5


def until(condition: Callable[[], T | None], *, timeout_s: float = 20) -> T:
    """The first true value of `condition`. Fails the test where there is none within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    pause_s = _FIRST_PAUSE_S
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {condition}"
        time.sleep(pause_s)
        pause_s = min(pause_s * _GROWTH, _LONGEST_PAUSE_S)
    return value
