"""Dramatiq's Redis broker, as Errand uses it.

Messages are hints: Postgres knows what is due. Hence no retries, delays, results or time limits of Dramatiq's.
Two things differ from its own broker. Its consumer polls an idle queue with back-off (p50 97 ms, p99 408 ms until a
message is picked up); ours blocks on a doorbell, a Redis list that is rung for what was enqueued. And where all
threads are busy it waits for the first one that is free, not for the next poll.
"""

import threading
from collections.abc import Sequence

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed

# The most of a worker's threads that queues named `*.slow` may take.
_SLOW_SHARE = 0.75
_RINGS = 64
_RING_EXPIRY_S = 10


class Broker(RedisBroker):
    """`threads`: how many the worker has that consumes with it."""

    def __init__(self, client: redis.Redis, *, namespace: str, threads: int) -> None:
        super().__init__(client=client, namespace=namespace, middleware=[])
        self._threads = threads
        self._slow_limit = max(1, int(threads * _SLOW_SHARE))
        self._consumers: dict[str, Consumer] = {}

    def declare_queue(self, queue_name: str) -> None:
        """Without the companion for delayed messages that Dramatiq declares: there are none."""
        if queue_name not in self.queues:
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> "Consumer":
        limit = min(prefetch, self._slow_limit) if queue_name.endswith(".slow") else prefetch
        consumer = self._consumers[queue_name] = Consumer(self, queue_name, limit, timeout)
        return consumer

    def free_threads(self) -> int:
        """How many threads no consumer of this worker has fetched a message for."""
        taken: int = sum(consumer.outstanding_message_count for consumer in self._consumers.values())
        return self._threads - taken

    def wake_consumers(self) -> None:
        for consumer in self._consumers.values():
            consumer.wake()

    def depths(self, queues: Sequence[str]) -> list[int]:
        """How many messages wait in each queue, those in workers' hands not counted."""
        pipeline = self.client.pipeline(transaction=False)
        for queue in queues:
            pipeline.llen(f"{self.namespace}:{queue}")
        depths: list[int] = pipeline.execute()
        return depths

    def wait_for_ring(self, queue: str, timeout_s: float) -> None:
        """A ring that came before is remembered: a message that was sent just now is not slept over."""
        self.client.blpop([self._bell(queue)], timeout=timeout_s)

    def ring(self, queue: str, times: int) -> None:
        """Wake as many consumers of `queue`, one for each message that was sent."""
        pipeline = self.client.pipeline(transaction=False)
        pipeline.lpush(self._bell(queue), *[1] * times)
        pipeline.ltrim(self._bell(queue), 0, _RINGS - 1)
        pipeline.expire(self._bell(queue), _RING_EXPIRY_S)
        pipeline.execute()

    def _bell(self, queue: str) -> str:
        return f"{self.namespace}:{queue}:bell"


class Consumer(_RedisConsumer):
    broker: Broker

    def __init__(self, broker: Broker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, timeout)
        self._timeout_s = timeout / 1000
        self._freed = threading.Event()

    def __next__(self) -> dramatiq.MessageProxy | None:
        """The next message; None now and then, so that the caller can look whether it is to stop."""
        try:
            if not self.message_cache:
                self._fetch()
            return self._take() if self.message_cache else None
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None

    def ack(self, message: dramatiq.MessageProxy) -> None:
        try:
            super().ack(message)
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None
        finally:
            self.broker.wake_consumers()

    def nack(self, message: dramatiq.MessageProxy) -> None:
        try:
            super().nack(message)
        except redis.RedisError as error:
            raise ConnectionClosed(error) from None
        finally:
            self.broker.wake_consumers()

    def wake(self) -> None:
        """A thread is free."""
        self._freed.set()

    def _fetch(self) -> None:
        self._freed.clear()
        room = min(self.prefetch - self.outstanding_message_count, self.broker.free_threads())
        if room <= 0:
            self._freed.wait(self._timeout_s)
            return
        self.message_cache = self.broker.do_fetch(self.queue_name, room)
        if not self.message_cache:
            self.broker.wait_for_ring(self.queue_name, self._timeout_s)

    def _take(self) -> dramatiq.MessageProxy | None:
        data = self.message_cache.pop(0)
        if data is None:  # its body is gone, after a FLUSHALL in between: the run will be dispatched again
            return None
        message = dramatiq.Message.decode(data)
        self.queued_message_ids.add(message.message_id)
        return dramatiq.MessageProxy(message)
