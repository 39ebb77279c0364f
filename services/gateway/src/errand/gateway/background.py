"""What runs beside the requests, from the application's start to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    def __init__(self, *loops: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Each of `loops` runs until it is cancelled."""
        self._loops = loops
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(loop()) for loop in self._loops]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
