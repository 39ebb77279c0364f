"""What runs beside the requests, from the application's start to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

# Rather short: it is only waited out where a cancellation got lost.
_AGAIN_S = 0.2


class Background:
    def __init__(self, *loops: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Each of `loops` runs until it is cancelled."""
        self._loops = loops
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(loop()) for loop in self._loops]

    async def stop(self) -> None:
        running = set(self._tasks)
        while running:
            # Until it takes effect: before Python 3.12 `wait_for` swallows a cancellation that comes as its time does.
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=_AGAIN_S)
