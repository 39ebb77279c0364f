"""The hub: what the reader hears, told to everybody who watches the job.

A subscription first catches up, from the events that the hub knows by heart or from the service that keeps the story,
and then goes along live: there is no `await` between finding nothing more to catch up with and being live, so that no
event fits in between. What is heard twice, late or in disorder is put right by its seq. What was not heard at all is
noticed by the next event, or by asking the services every few seconds how far each job has come.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from functools import partial
from uuid import UUID

import structlog

from errand.common.errors import ErrandError
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.gateway import metrics
from errand.gateway.live.frames import Resume
from errand.gateway.live.reader import Entry
from errand.gateway.live.source import MOST_POSITIONS, Page, Source
from errand.gateway.live.story import Batch, Event, Story, event_of
from errand.gateway.live.subscription import Sink, Subscription
from errand.gateway.routes import JobNotFound, home_of
from errand.gateway.upstreams import ServiceUnavailable

#: Who is further behind gets the job as it is, instead of how it came about.
MAX_REPLAYED = 10_000
_REPLAYED_AT_ONCE = 100
_CHECK_EVERY_S = 15.0
_CHECK_WITHOUT_READER_EVERY_S = 1.0
_RETRY_S = 0.5
# Of one service's jobs. After an outage all of them may need it, and clients use the same service and connections.
_MENDED_AT_ONCE = 32

Steps = Callable[[], Awaitable[None]]

logger = structlog.stdlib.get_logger(__name__)


class Watched:
    """A job that somebody watches. `principal` is its owner: nobody else can read its story."""

    def __init__(self, job_id: UUID, principal: Principal) -> None:
        self.job_id = job_id
        self.principal = principal
        self.story = Story(job_id)
        #: Set once the story has begun, or could not.
        self.known = asyncio.Event()
        self.failure: Exception | None = None
        self.subscriptions: set[Subscription] = set()
        self.live: set[Subscription] = set()
        self.mending: asyncio.Task[None] | None = None


class Hub:
    def __init__(self, source: Source, reader_is_healthy: Callable[[], bool]) -> None:
        self._source = source
        self._reader_is_healthy = reader_is_healthy
        self._watched: dict[str, Watched] = {}
        self._tasks: dict[Subscription, asyncio.Task[None]] = {}
        self._mending: dict[Service, asyncio.Semaphore] = defaultdict(partial(asyncio.Semaphore, _MENDED_AT_ONCE))
        self._lost = asyncio.Event()
        metrics.WATCHED_JOBS.set_function(lambda: len(self._watched))
        metrics.SUBSCRIPTIONS.set_function(lambda: sum(len(job.subscriptions) for job in self._watched.values()))

    def subscribe(self, job_id: UUID, principal: Principal, after: int, sink: Sink) -> Subscription:
        """Tell `sink` all about the job that comes after the seq `after`, until `unsubscribe`."""
        subscription = Subscription(job_id, principal, after, sink)
        self._start(subscription, partial(self._attach, subscription))
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        if task := self._tasks.pop(subscription, None):
            task.cancel()
        if watched := self._watched.get(str(subscription.job_id)):
            self._leave(watched, subscription)

    def hear(self, entries: Sequence[Entry]) -> None:
        heard: dict[str, list[Event]] = defaultdict(list)
        for entry in entries:
            if entry.job_id in self._watched:
                heard[entry.job_id].append(event_of(entry.seq, entry.event))
        for job_id, events in heard.items():
            self._advance(self._watched[job_id], events)

    def lose(self) -> None:
        self._lost.set()

    async def keep_checking(self) -> None:
        """Ask now and then how far the watched jobs have come: often while there is no other way to hear of it."""
        while True:
            await self.check()
            if self._reader_is_healthy():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._lost.wait(), _CHECK_EVERY_S)
                self._lost.clear()
            else:
                await asyncio.sleep(_CHECK_WITHOUT_READER_EVERY_S)

    async def check(self) -> None:
        """Compare what is known of each watched job with its service, and fetch what was missed."""
        homes: dict[Service, list[Watched]] = defaultdict(list)
        for key, watched in self._watched.items():
            if watched.known.is_set():
                homes[home_of(key)[1]].append(watched)
        # At once: none has to wait for one that hangs.
        await asyncio.gather(*(self._check_all(service, jobs) for service, jobs in homes.items()))

    async def _check_all(self, service: Service, jobs: Sequence[Watched]) -> None:
        try:
            for start in range(0, len(jobs), MOST_POSITIONS):
                await self._check(service, jobs[start : start + MOST_POSITIONS])
        except ServiceUnavailable:
            pass
        except Exception:
            logger.exception("positions were not checked", service=service.name.lower())

    async def _check(self, service: Service, jobs: Sequence[Watched]) -> None:
        # Noted before the question: what is heard meanwhile may be newer than the answer.
        known = {watched: watched.story.seq for watched in jobs}
        positions = await self._source.positions(service, [watched.job_id for watched in jobs])
        for watched, seq in known.items():
            if positions.get(watched.job_id) != seq:
                self._mend(watched)

    def _start(self, subscription: Subscription, steps: Steps) -> None:
        # A task of its own in traces and logs too: it outlives the request that began it.
        self._tasks[subscription] = asyncio.create_task(self._carry_out(subscription, steps), context=Context())

    async def _carry_out(self, subscription: Subscription, steps: Steps) -> None:
        try:
            await steps()
        except ErrandError as error:
            self._fail(subscription, error)
        except Exception as error:
            logger.exception("subscription failed")
            self._fail(subscription, error)
        finally:
            if self._tasks.get(subscription) is asyncio.current_task():
                del self._tasks[subscription]

    def _fail(self, subscription: Subscription, error: Exception) -> None:
        self.unsubscribe(subscription)
        subscription.sink.fail(error)

    async def _attach(self, subscription: Subscription) -> None:
        watched = await self._join(subscription)
        if subscription.cursor > watched.story.seq:
            await self._refresh(watched)
        behind = watched.story.seq - subscription.cursor
        resume = Resume.GAP if behind < 0 else Resume.COMPLETE if behind <= MAX_REPLAYED else Resume.SNAPSHOT
        subscription.sink.attach(resume, watched.story.seq)
        if resume is not Resume.COMPLETE:
            await self._resync(subscription)
        await self._catch_up(watched, subscription)

    async def _join(self, subscription: Subscription) -> Watched:
        """Raises JobNotFound, ServiceUnavailable."""
        key = str(subscription.job_id)
        while True:
            watched = self._watched.get(key)
            if watched is None:
                watched = self._watched[key] = Watched(subscription.job_id, subscription.principal)
                watched.subscriptions.add(subscription)
                await self._begin(watched, subscription.cursor)
                return watched
            watched.subscriptions.add(subscription)
            await watched.known.wait()
            is_ours = watched.principal.user_id == subscription.principal.user_id
            if self._watched.get(key) is watched:
                if not is_ours:
                    raise JobNotFound
                return watched
            if is_ours and watched.failure:
                raise watched.failure
            # Whoever began it may not read it, or has left: we try for ourselves.

    async def _begin(self, watched: Watched, after: int) -> None:
        try:
            page = await self._source.page(watched.principal, watched.job_id, after)
        except BaseException as error:
            watched.failure = error if isinstance(error, Exception) else None
            self._forget(watched)
            raise
        is_all = after + len(page.events) == page.seq
        watched.story.start(page.seq, page.status, page.events if is_all else ())
        watched.known.set()
        if watched.story.has_gap:
            self._mend(watched)

    async def _catch_up(self, watched: Watched, subscription: Subscription) -> None:
        """Deliver what is missing; then the subscription is live."""
        while (behind := watched.story.seq - subscription.cursor) != 0:
            if behind < 0:
                # It may know what we have not heard yet; or the story was set back.
                await self._refresh(watched)
                if watched.story.seq < subscription.cursor:
                    await self._resync(subscription)
            else:
                await self._replay(watched, subscription)
        watched.live.add(subscription)
        if watched.story.over:
            subscription.sink.end()

    async def _replay(self, watched: Watched, subscription: Subscription) -> None:
        events = watched.story.after(subscription.cursor)
        if not events:
            events = (await self._source.page(watched.principal, watched.job_id, subscription.cursor)).events
        if not events:
            # Set back, and nobody has noticed yet.
            await self._refresh(watched)
            await self._resync(subscription)
        for start in range(0, len(events), _REPLAYED_AT_ONCE):
            # Right before, since others may be catching up over the same connection.
            await subscription.sink.drained()
            subscription.deliver(Batch(watched.job_id, events[start : start + _REPLAYED_AT_ONCE]))

    async def _resync(self, subscription: Subscription) -> None:
        snapshot = await self._source.snapshot(subscription.principal, subscription.job_id)
        await subscription.sink.drained()
        subscription.cursor = snapshot.seq
        subscription.sink.resync(snapshot.seq, snapshot.job)

    def _advance(self, watched: Watched, events: Sequence[Event]) -> None:
        """The only place where a story goes on, and where its live subscriptions hear of it."""
        batch = watched.story.add(events)
        if batch and watched.live:
            live = tuple(watched.live)
            for subscription in live:
                subscription.deliver(batch)
            metrics.EVENT_LATENCY.observe(time.time() - batch.events[-1].committed_at)
            # Goodbyes take longer than events, which are not to wait for them.
            for subscription in live if watched.story.over else ():
                subscription.sink.end()
        if watched.story.has_gap and watched.known.is_set():
            self._mend(watched)

    def _mend(self, watched: Watched) -> None:
        if watched.mending is None and watched.subscriptions:
            watched.mending = asyncio.create_task(self._mend_until_whole(watched), context=Context())

    async def _mend_until_whole(self, watched: Watched) -> None:
        try:
            while True:
                try:
                    async with self._mending[home_of(str(watched.job_id))[1]]:
                        if await self._refresh(watched):
                            return
                except ServiceUnavailable:
                    await asyncio.sleep(_RETRY_S)
        except JobNotFound as error:
            for subscription in tuple(watched.subscriptions):
                self._fail(subscription, error)
        except Exception:
            # The next check tries again.
            logger.exception("story was not mended", job_id=str(watched.job_id))
        finally:
            watched.mending = None

    async def _refresh(self, watched: Watched) -> bool:
        """Fetch what comes next in the story; whether there is no more. Raises JobNotFound, ServiceUnavailable."""
        story, known, had_gap = watched.story, watched.story.seq, watched.story.has_gap
        page = await self._source.page(watched.principal, watched.job_id, known)
        if watched.story is not story:
            return False
        if page.seq < known or (page.seq > known and not page.events):
            self._set_back(watched, page)
        else:
            self._advance(watched, page.events)
        # A gap that has come up meanwhile may be closed by the next page only.
        return watched.story.seq >= page.seq and (not watched.story.has_gap or (had_gap and not page.events))

    def _set_back(self, watched: Watched, page: Page) -> None:
        """The database was restored from a backup: what was told of the time since did not happen."""
        logger.warning("story was set back", job_id=str(watched.job_id), seq=page.seq)
        watched.story = Story(watched.job_id)
        watched.story.start(page.seq, page.status)
        behind, watched.live = watched.live, set()
        for subscription in behind:
            self._start(subscription, partial(self._catch_up, watched, subscription))

    def _leave(self, watched: Watched, subscription: Subscription) -> None:
        watched.live.discard(subscription)
        watched.subscriptions.discard(subscription)
        if not watched.subscriptions:
            self._forget(watched)

    def _forget(self, watched: Watched) -> None:
        if self._watched.get(str(watched.job_id)) is watched:
            del self._watched[str(watched.job_id)]
        watched.known.set()
        if watched.mending:
            watched.mending.cancel()
