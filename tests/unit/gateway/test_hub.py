import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest

from errand.common.ids import Service, new_id
from errand.gateway.live import hub
from errand.gateway.live.reader import Entry
from tests.unit.gateway.stage import DOWN, Database, Stage

Scene = Callable[[Stage], Awaitable[None]]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "_RETRY_S", 0)


def play(scene: Scene, seed: int = 0, database: Database | None = None) -> None:
    async def run() -> None:
        faults: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        stage = Stage(seed, database)
        await scene(stage)
        await stage.finish()
        assert not faults

    asyncio.run(run())


async def live(stage: Stage) -> None:
    acts = (stage.subscribe, stage.unsubscribe, stage.refuse, stage.check, *[stage.store, stage.hear, stage.answer] * 3)
    await stage.act(*acts, times=60)
    await stage.settle(stage.answer)


async def live_and_restore(stage: Stage) -> None:
    await live(stage)
    stage.restore()
    await stage.act(stage.subscribe, stage.unsubscribe, stage.check, stage.answer, times=30)


@pytest.mark.parametrize("scene", [live, live_and_restore])
def test_whatever_happens_everybody_is_told_every_event_once_and_in_order(scene: Scene) -> None:
    for seed in range(300):
        play(scene, seed)


def test_a_gap_that_comes_up_while_a_page_is_on_its_way_is_closed_at_once() -> None:
    async def scene(stage: Stage) -> None:
        stage.watch(after=1)
        await stage.settle(stage.answer)
        stage.store()
        stage.check()
        await stage.rest()
        stage.hear(2)
        stage.answer()
        await stage.rest()
        assert stage.database.questions, "the page after 2, which is empty"
        stage.store()
        stage.store()
        stage.hear(4)
        await stage.settle(stage.answer)
        assert stage.watchers[0].cursor == 4

    play(scene)


def test_who_comes_back_after_a_restore_that_nobody_has_noticed_is_set_right_once() -> None:
    async def scene(stage: Stage) -> None:
        for _ in range(6):
            stage.store()
        stage.watch(after=0)
        await stage.settle(stage.answer)
        stage.restore(2)
        stage.watch(after=2)
        await stage.settle(stage.answer)
        assert [watcher.cursor for watcher in stage.watchers] == [2, 2]

    play(scene)


def test_what_is_no_event_is_told_to_nobody() -> None:
    async def scene(stage: Stage) -> None:
        stage.watch(after=1)
        await stage.settle(stage.answer)
        told = stage.watchers[0].cursor
        stage.store()
        with pytest.raises(msgspec.DecodeError):
            stage.hub.hear([Entry(str(stage.database.job_id), 2, b"{}")])
        assert stage.watchers[0].cursor == told

    play(scene)


def test_one_question_that_fails_is_the_answer_to_all_who_wait_for_it() -> None:
    async def scene(stage: Stage) -> None:
        for _ in range(20):
            stage.watch(after=1)
        await stage.rest()
        stage.refuse()
        await stage.rest()
        assert [watcher.failure for watcher in stage.watchers] == [DOWN] * 20

    play(scene)


def test_nobody_asks_about_a_job_that_nobody_watches_any_more() -> None:
    async def scene(stage: Stage) -> None:
        stage.watch(after=1)
        await stage.settle(stage.answer)
        stage.store()
        stage.check()
        await stage.rest()
        stage.unsubscribe()
        stage.answer()
        await stage.rest()
        assert not stage.database.questions

    play(scene)


class HalfDown(Database):
    """Images do not answer, whatever they are asked of positions."""

    async def positions(self, service: Service, job_ids: Sequence[UUID]) -> dict[UUID, int]:
        if service is Service.IMAGES:
            await asyncio.get_running_loop().create_future()
        return await super().positions(service, job_ids)


def test_a_service_that_hangs_does_not_keep_the_jobs_of_others_waiting() -> None:
    async def scene() -> None:
        stage = Stage(database=HalfDown())
        for job_id in (new_id(Service.IMAGES), stage.database.job_id):
            stage.watch(1, job_id=job_id)
        await stage.settle(stage.answer)
        stage.store()
        stage.check()
        await stage.settle(stage.answer)
        assert stage.watchers[1].cursor == 2

    asyncio.run(scene())
