import asyncio

import pytest

from errand.gateway import background
from errand.gateway.background import Background


async def busy() -> None:
    while True:
        await asyncio.wait_for(asyncio.sleep(0), 3)


async def stop_after(turns: int) -> None:
    loops = Background(busy)
    await loops.start()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await loops.stop()


@pytest.mark.parametrize("turns", range(8))
def test_what_runs_in_the_background_is_stopped_at_any_moment(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_AGAIN_S", 0.001)
    asyncio.run(stop_after(turns))
