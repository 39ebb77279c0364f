import asyncio

import pytest

from errand.gateway.background import Background


async def busy() -> None:
    while True:
        await asyncio.wait_for(asyncio.sleep(0), 3)


async def stop_after(turns: int) -> None:
    background = Background(busy)
    await background.start()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await background.stop()


@pytest.mark.parametrize("turns", range(8))
def test_what_runs_in_the_background_is_stopped_at_any_moment(turns: int) -> None:
    asyncio.run(stop_after(turns))
