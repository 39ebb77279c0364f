"""Dramatiq's broker on Redis, as Errand uses it: each queue is a list of messages, and taking one removes it.

Messages are hints: Postgres knows what is due, and has a run sent again whose message was lost. Hence none of what
Dramatiq's own Redis broker keeps for that: acknowledgements, a heartbeat, dead letters, delays, a script for each step.
Nor its polling of an idle queue with back-off (p50 97 ms, p99 408 ms until a message is picked up): a consumer blocks
until there is a message and, where all threads are busy, until one of them is free.
"""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import dramatiq
import redis
from dramatiq.errors import ConnectionClosed

# The most of a worker's threads that queues named `*.slow` may take.
_SLOW_SHARE = 0.75


class Broker(dramatiq.Broker):
    """`threads`: how many the worker has that consumes with it."""

    def __init__(self, client: redis.Redis, *, namespace: str, threads: int) -> None:
        super().__init__(middleware=[])
        self._client = client
        self._namespace = namespace
        self._threads = threads
        self._slow_limit = max(1, int(threads * _SLOW_SHARE))
        self._consumers: dict[str, Consumer] = {}

    def declare_queue(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> "Consumer":
        limit = min(prefetch, self._slow_limit) if queue_name.endswith(".slow") else prefetch
        consumer = self._consumers[queue_name] = Consumer(self, queue_name, limit, timeout / 1000)
        return consumer

    def depths(self, queues: Sequence[str]) -> list[int]:
        """How many messages wait in each queue, those in workers' hands not counted."""
        pipeline = self._client.pipeline(transaction=False)
        for queue in queues:
            pipeline.llen(self._key(queue))
        depths: list[int] = pipeline.execute()
        return depths

    def send(self, queue: str, messages: Iterable[dramatiq.Message[Any]]) -> None:
        """Append `messages`, at least one."""
        self._client.rpush(self._key(queue), *(message.encode() for message in messages))

    def give_back(self, queue: str, bodies: Sequence[bytes]) -> None:
        """`bodies` were the first of the queue, and are again."""
        self._client.lpush(self._key(queue), *reversed(bodies))

    def take(self, queue: str, count: int, timeout_s: float) -> list[bytes]:
        """Up to `count` messages; waits for the first."""
        taken: Any = self._client.blmpop(timeout_s, 1, self._key(queue), direction="LEFT", count=count)
        return taken[1] if taken else []

    def free_threads(self) -> int:
        """How many threads no consumer of this worker has taken a message for."""
        return self._threads - sum(consumer.in_hand for consumer in self._consumers.values())

    def wake_consumers(self) -> None:
        for consumer in self._consumers.values():
            consumer.wake()

    def _key(self, queue: str) -> str:
        return f"{self._namespace}:{queue}"


class Consumer(dramatiq.Consumer):
    """Takes no more messages than there are free threads: one that waits here while another worker is idle waits too
    long."""

    def __init__(self, broker: Broker, queue: str, limit: int, timeout_s: float) -> None:
        self._broker = broker
        self._queue = queue
        self._limit = limit
        self._timeout_s = timeout_s
        self._taken: deque[bytes] = deque()
        self._at_work: set[str] = set()
        self._freed = threading.Event()

    @property
    def in_hand(self) -> int:
        return len(self._taken) + len(self._at_work)

    def __next__(self) -> dramatiq.MessageProxy | None:
        """The next message; None now and then, so that the caller can look whether it is to stop."""
        try:
            if not self._taken:
                self._fetch()
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None
        return self._next() if self._taken else None

    def ack(self, message: dramatiq.MessageProxy) -> None:
        self._at_work.discard(message.message_id)
        self._broker.wake_consumers()

    nack = ack

    def requeue(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        """What was taken and not begun, when the worker stops."""
        bodies = [*(message.encode() for message in messages), *self._taken]
        self._taken.clear()
        try:
            if bodies:
                self._broker.give_back(self._queue, bodies)
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None

    def wake(self) -> None:
        """A thread is free."""
        self._freed.set()

    def _fetch(self) -> None:
        self._freed.clear()
        room = min(self._limit - self.in_hand, self._broker.free_threads())
        if room <= 0:
            self._freed.wait(self._timeout_s)
            return
        self._taken.extend(self._broker.take(self._queue, room, self._timeout_s))
        # While this one waited another consumer may have taken the last threads.
        surplus = min(-self._broker.free_threads(), len(self._taken))
        if surplus > 0:
            self._broker.give_back(self._queue, [self._taken.pop() for _ in range(surplus)][::-1])

    def _next(self) -> dramatiq.MessageProxy:
        message: dramatiq.Message[Any] = dramatiq.Message.decode(self._taken.popleft())
        self._at_work.add(message.message_id)
        return dramatiq.MessageProxy(message)
