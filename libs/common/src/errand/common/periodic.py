"""Work that a process does again and again beside its main one."""

import threading
from collections.abc import Callable

import structlog

logger = structlog.stdlib.get_logger(__name__)


class Periodic:
    """Calls `action` every `interval_s` on a thread of its own. A failure is logged, and the next turn comes."""

    def __init__(self, name: str, interval_s: float, action: Callable[[], object]) -> None:
        self._name = name
        self._interval_s = interval_s
        self._action = action
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns once the turn under way is done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval_s):
            try:
                self._action()
            except Exception as error:
                logger.warning("periodic work failed", work=self._name, error=repr(error))
