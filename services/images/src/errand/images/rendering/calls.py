"""Calls on their way to processes, and which of them goes first."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from errand.common.jobs.domain import Speed

# The kernel stops a run by an exception, which its thread gets as soon as it is back in Python.
_TURN_S = 0.1


class Call:
    """`is_wanted` as long as somebody waits for the answer."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.function = function
        self.arguments = arguments
        self.answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        self.is_wanted = True

    def answer(self) -> tuple[Any, Exception | None]:
        while True:
            with contextlib.suppress(Empty):
                return self.answers.get(timeout=_TURN_S)


class WaitingCalls:
    """A line for each speed, and `takers` who take from them, each in an order of his own.

    The exception that stops a run may come at any line, in the midst of locking something or starting a thread: with
    `concurrent.futures` the pool hung now and then. These queues are of C, and all that callers share with takers.
    """

    def __init__(self, takers: int) -> None:
        self._lines: dict[Speed, SimpleQueue[Call]] = {speed: SimpleQueue() for speed in Speed}
        # At each turn a taker takes whatever is there: a caller who was stopped may have left a call without its turn,
        # or another taker a turn without its call.
        self._turns: list[SimpleQueue[bool]] = [SimpleQueue() for _ in range(takers)]

    def put(self, call: Call, speed: Speed) -> None:
        """A caller who is stopped in here no longer wants it."""
        self._lines[speed].put(call)
        # Behind the call: a turn that came before it would find nothing.
        for turns in self._turns:
            turns.put(True)

    def end(self) -> None:
        """Have the takers end, after what was put before."""
        for turns in self._turns:
            turns.put(False)

    def take(self, taker: int, order: Sequence[Speed]) -> Iterator[Call]:
        """Waits for each. `order`: of which speed first, and of which at all."""
        while self._turns[taker].get():
            while call := self._first(order):
                yield call

    def _first(self, order: Sequence[Speed]) -> Call | None:
        for speed in order:
            with contextlib.suppress(Empty):
                while True:
                    call = self._lines[speed].get_nowait()
                    if call.is_wanted:
                        return call
        return None
