"""A child process, as its parent has it."""

import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from errand.common.errors import Unavailable

#: More than any image takes, on the slowest of machines.
TIMEOUT_S = 120

T = TypeVar("T")


class RenderingUnavailable(Unavailable):
    code = "rendering_unavailable"

    def __init__(self) -> None:
        super().__init__("The image was not finished, since the process that drew it ended.")


class RenderingFailed(Exception):
    """Something unforeseen, which might not fit through a pipe: its traceback, as text."""


class Process:
    """One call at a time. A process that is gone is replaced when it is next needed.

    Of its own make: `concurrent.futures` fails the calls of all processes when one of them dies, and `multiprocessing`
    starts with whatever program its parent is.
    """

    def __init__(self, niceness: int = 0) -> None:
        """`niceness`: how far others go before it where processors are scarce, up to 19."""
        self._niceness = niceness
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None

    def start(self) -> None:
        connection, end = Pipe()
        command = [sys.executable, "-m", "errand.images.rendering.child", str(end.fileno()), str(self._niceness)]
        with end:
            # The child sees its parent's end closed when that dies, however it does: nobody else inherits it.
            self._process = subprocess.Popen(command, pass_fds=[end.fileno()])
        self._connection = connection

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def call(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        """`function(*arguments)`, over there.

        Raises its ErrandErrors, RenderingFailed for anything else, RenderingUnavailable where the process ends.
        """
        try:
            if self._process is None or self._process.poll() is not None:
                self.close()
                self.start()
            result, error = self._ask((function, arguments))
        except (EOFError, OSError) as cause:
            self.close()
            raise RenderingUnavailable from cause
        if error:
            raise error
        return result  # type: ignore[no-any-return]

    def kill(self) -> None:
        """A call on its way raises RenderingUnavailable."""
        if self._process:
            self._process.kill()

    def close(self) -> None:
        if self._process and self._connection:
            self._connection.close()
            self._process.kill()
            self._process.wait()

    def _ask(self, question: Any) -> Any:
        assert self._connection
        self._connection.send(question)
        if not self._connection.poll(TIMEOUT_S):
            raise TimeoutError
        return self._connection.recv()
