"""Drawing and scaling in processes of their own, so that a worker's heartbeats and other jobs go on meanwhile."""

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from errand.common.jobs.domain import Speed
from errand.images.rendering import drawing, masters
from errand.images.rendering import renditions as scaling
from errand.images.rendering.calls import Call, WaitingCalls
from errand.images.rendering.drawing import Drawing
from errand.images.rendering.process import Process, RenderingUnavailable
from errand.images.rendering.provenance import Provenance
from errand.images.rendering.renditions import Renditions
from errand.images.scenes import Brief
from errand.images.sizes import Size

# Measured in turns, with six finals on two processors: a draft takes half as long as it does without.
_NICENESS = 5

T = TypeVar("T")


def orders(count: int) -> list[list[Speed]]:
    """Which calls each process of a studio takes, and which of them first. Fast ones, but for one process: however many
    of them come, slow ones go on."""
    return [[Speed.FAST], [Speed.SLOW, Speed.FAST]] + [[Speed.FAST, Speed.SLOW]] * (count - 1)


class Studio:
    """A pool of `count` processes, one a processor where that is 0, and of one more for fast calls alone: a slow one
    may take seconds, and is not interrupted. Threads share it.

    Every call raises RenderingUnavailable where its process dies, or where the studio is closed meanwhile. A call that
    nobody waits for any more is not begun.
    """

    def __init__(self, count: int = 0) -> None:
        self.count = count or os.cpu_count() or 1
        self.processes = [Process(), *(Process(_NICENESS) for _ in range(self.count))]
        self._threads: list[threading.Thread] = []
        self._calls = WaitingCalls(len(self.processes))
        self._is_open = True

    def start(self) -> None:
        """Have the processes get ready, so that the first image does not wait for it; calls may come before."""
        for number, (process, order) in enumerate(zip(self.processes, orders(self.count), strict=True)):
            process.start()
            thread = threading.Thread(target=self._work, args=[number, order], name="studio", daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        self._is_open = False
        for process in self.processes:
            process.kill()
        self._calls.end()
        for thread in self._threads:
            thread.join()
        for process in self.processes:
            process.close()

    def draw(self, brief: Brief, size: Size, speed: Speed) -> Drawing:
        """See `drawing.draw`."""
        return self.call(speed, drawing.draw, brief, size)

    def master(self, content: bytes, size: Size, provenance: Provenance, speed: Speed) -> bytes:
        """See `masters.master`. Raises PictureUnreadable."""
        return self.call(speed, masters.master, content, size, provenance)

    def renditions(self, master: bytes, speed: Speed) -> Renditions:
        """See `renditions.renditions`."""
        return self.call(speed, scaling.renditions, master)

    def call(self, speed: Speed, function: Callable[..., T], *arguments: Any) -> T:
        """`function(*arguments)`, in one of the processes. Raises what `Process.call` does."""
        call = Call(function, arguments)
        try:
            self._calls.put(call, speed)
            # Looked at after that: a call that came before the end is answered, one that came after it is not.
            if not self._is_open:
                raise RenderingUnavailable
            result, error = call.answer()
        finally:
            call.is_wanted = False
        if error:
            raise error
        return result  # type: ignore[no-any-return]

    def _work(self, number: int, order: Sequence[Speed]) -> None:
        for call in self._calls.take(number, order):
            call.answers.put(self._answer(self.processes[number], call))

    def _answer(self, process: Process, call: Call) -> tuple[Any, Exception | None]:
        try:
            if not self._is_open:
                raise RenderingUnavailable
            return process.call(call.function, call.arguments), None
        except Exception as error:
            return None, error
