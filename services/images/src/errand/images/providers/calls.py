"""Calls that say nothing before their end, and can still be given up in the middle."""

import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from errand.common.llm.vendors import TOO_LONG, Deadline, Failure

_TURN_S = 0.1

T = TypeVar("T")


class Line:
    """The connection of one call, which another thread may cut: closing a socket would not wake the one that reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def watch(self, request: Any) -> None:
        """For the HTTP client's hook on requests."""
        request.extensions["trace"] = self._note

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            self._shut()

    def _note(self, event: str, facts: dict[str, Any]) -> None:
        """What the HTTP client does, and what came of it: a connection, at first, and its encryption."""
        if tell := getattr(facts.get("return_value"), "get_extra_info", None):
            with self._lock:
                self._socket = tell("socket")
                if self._is_cut:
                    self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def carry_out(call: Callable[[Line], T], deadline: Deadline) -> T:
    """What `call` returns or raises, on a thread of its own while this one waits in short turns. Whoever stops this
    thread, and the deadline, cut the call's line. Raises Failure at the deadline."""
    line, outcomes = Line(), queue.SimpleQueue[Future[T]]()
    caller = threading.Thread(target=lambda: outcomes.put(_outcome(call, line)), name="image-call", daemon=True)
    try:
        caller.start()
        while deadline.left_s() > 0:
            with contextlib.suppress(queue.Empty):
                return outcomes.get(timeout=_TURN_S).result()
        raise Failure(TOO_LONG, begun=True)
    finally:
        line.cut()


def _outcome(call: Callable[[Line], T], line: Line) -> Future[T]:
    outcome = Future[T]()
    try:
        outcome.set_result(call(line))
    except Exception as error:
        outcome.set_exception(error)
    return outcome
