"""A hub and one job: news are lost, doubled and late, answers overtake each other or fail, watchers come and go."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec

from errand.common.identity import Principal
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import EventType
from errand.gateway.live.frames import Resume
from errand.gateway.live.hub import Hub
from errand.gateway.live.reader import Entry
from errand.gateway.live.source import Page, Snapshot
from errand.gateway.live.story import Batch, Event, event_of
from errand.gateway.live.subscription import Subscription
from errand.gateway.routes import JobNotFound
from errand.gateway.upstreams import ServiceUnavailable

T = TypeVar("T")

OWNER, STRANGER = Principal(uuid4()), Principal(uuid4())
DOWN = ServiceUnavailable(Service.INCIDENTS)
PAGE = 3


class Database:
    """One job and its story; answers what it is asked as it was when it was asked, but not before it is told to."""

    def __init__(self) -> None:
        self.job_id = new_id(Service.INCIDENTS)
        self.events: list[Event] = []
        self.questions: list[asyncio.Future[None]] = []
        self.store(EventType.QUEUED)

    @property
    def seq(self) -> int:
        return len(self.events)

    @property
    def is_over(self) -> bool:
        return self.events[-1].ends_job

    def store(self, type: EventType) -> None:
        json = {"id": self.seq + 1, "event_type": type, "timestamp": "2026-01-01T00:00:00Z"}
        self.events.append(event_of(self.seq + 1, msgspec.json.encode(json)))

    async def page(self, principal: Principal, job_id: UUID, after: int) -> Page:
        status = "completed" if self.is_over else "running"
        return await self._answer(principal, Page(self.events[after : after + PAGE], self.seq, status))

    async def snapshot(self, principal: Principal, job_id: UUID) -> Snapshot:
        return await self._answer(principal, Snapshot(self.seq, msgspec.Raw(b"{}")))

    async def positions(self, service: Service, job_ids: Sequence[UUID]) -> dict[UUID, int]:
        return await self._answer(OWNER, {self.job_id: self.seq})

    async def _answer(self, principal: Principal, answer: T) -> T:
        question = asyncio.get_running_loop().create_future()
        self.questions.append(question)
        try:
            await question
        finally:
            self.questions.remove(question)
        if principal != OWNER:
            raise JobNotFound
        return answer


class Watcher:
    """A sink that holds the hub to its word, and takes its time now and then."""

    def __init__(self, after: int, pause: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.cursor = after
        self.is_attached = self.has_ended = False
        self.failure: Exception | None = None
        self.subscription: Subscription
        self.drained = pause

    def attach(self, resume: Resume, seq: int) -> None:
        assert not self.is_attached
        assert resume is (Resume.COMPLETE if self.cursor <= seq else Resume.GAP)
        self.is_attached = True

    def deliver(self, batch: Batch) -> None:
        assert self.is_attached
        assert self.failure is None
        assert [event.seq for event in batch.events] == list(range(self.cursor + 1, batch.seq + 1))
        self.cursor, self.has_ended = batch.seq, False

    def resync(self, seq: int, job: msgspec.Raw) -> None:
        assert self.is_attached
        self.cursor, self.has_ended = seq, False

    def end(self) -> None:
        assert self.is_attached
        assert not self.has_ended
        self.has_ended = True

    def fail(self, error: Exception) -> None:
        assert self.failure is None
        self.failure = error


class Stage:
    """What happens by chance is the same again for the same seed."""

    def __init__(self, seed: int = 0, database: Database | None = None) -> None:
        self.database = database or Database()
        self.hub = Hub(self.database, lambda: True)  # type: ignore[arg-type]
        self.watchers: list[Watcher] = []
        self.chance = random.Random(seed)
        self._checks: list[asyncio.Task[None]] = []

    async def act(self, *acts: Callable[[], None], times: int) -> None:
        for _ in range(self.chance.randint(0, times)):
            self.chance.choice(acts)()
            await self.pause()

    async def pause(self) -> None:
        for _ in range(self.chance.choice([0, 0, 1, 2, 10])):
            await asyncio.sleep(0)

    async def rest(self) -> None:
        """Until everybody has done what there is to do."""
        for _ in range(20):
            await asyncio.sleep(0)

    def subscribe(self) -> None:
        principal = self.chance.choice([OWNER, OWNER, OWNER, STRANGER])
        self.watch(self.chance.randint(0, self.database.seq + 1), principal)

    def watch(self, after: int, principal: Principal = OWNER, job_id: UUID | None = None) -> None:
        watcher = Watcher(after, self.pause)
        watcher.subscription = self.hub.subscribe(job_id or self.database.job_id, principal, after, watcher)
        self.watchers.append(watcher)

    def unsubscribe(self) -> None:
        if self.watchers:
            watcher = self.watchers.pop(self.chance.randrange(len(self.watchers)))
            self.hub.unsubscribe(watcher.subscription)
            # From now on it is told nothing.
            watcher.is_attached, watcher.failure = False, watcher.failure or DOWN

    def store(self) -> None:
        self.database.store(self.chance.choice([EventType.RETRYING, EventType.QUEUED, EventType.COMPLETED]))

    def hear(self, *seqs: int) -> None:
        """By chance without `seqs`."""
        last = range(max(1, self.database.seq - 5), self.database.seq + 1)
        heard = seqs or self.chance.choices(last, k=self.chance.randint(1, 6))
        events = [self.database.events[seq - 1] for seq in heard]
        self.hub.hear([Entry(str(self.database.job_id), event.seq, event.json) for event in events])

    def check(self) -> None:
        self._checks.append(asyncio.create_task(self.hub.check()))

    def restore(self, seq: int = 0) -> None:
        """From a backup."""
        del self.database.events[seq or self.chance.randint(1, self.database.seq) :]

    def answer(self, error: Exception | None = None) -> None:
        if open := [question for question in self.database.questions if not question.done()]:
            question = self.chance.choice(open)
            question.set_exception(error) if error else question.set_result(None)

    def refuse(self) -> None:
        self.answer(DOWN)

    async def settle(self, answer: Callable[[], None]) -> None:
        """Until nobody asks any more, for as long as the longest pause."""
        async with asyncio.timeout(5):
            quiet = 0
            while quiet < 20:
                quiet = 0 if self.database.questions else quiet + 1
                answer()
                await asyncio.sleep(0)

    async def finish(self) -> None:
        self.check()
        await self.settle(self.answer)
        for watcher in self.watchers:
            self._check_told(watcher)
        while self.watchers:
            self.unsubscribe()
        await self.settle(self.refuse)
        await asyncio.gather(*self._checks)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not self.hub._watched

    def _check_told(self, watcher: Watcher) -> None:
        if watcher.subscription.principal == STRANGER:
            assert watcher.failure
            assert not watcher.is_attached
        elif watcher.failure:
            assert watcher.failure is DOWN
        else:
            assert (watcher.cursor, watcher.has_ended) == (self.database.seq, self.database.is_over)
