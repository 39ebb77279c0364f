"""Messages between dispatch and the threads of a worker."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import dramatiq
import pytest
from redis import Redis

from errand.common.broker import Broker, Consumer
from tests.waiting import until


@pytest.fixture
def new_broker(redis_client: Redis) -> Callable[[int], Broker]:
    """One for a worker of so many threads."""
    return lambda threads: Broker(redis_client, namespace="test", threads=threads)


def send(broker: Broker, queue: str, *numbers: int) -> None:
    broker.send(queue, [dramatiq.Message(queue, "do", (number,), {}, {}) for number in numbers])


def numbers(messages: Iterator[Any]) -> list[int]:
    return [message.args[0] for message in messages]


def take(consumer: Consumer, count: int) -> Iterator[dramatiq.MessageProxy]:
    for _ in range(count):
        message = next(consumer)
        assert message is not None
        yield message


def test_a_worker_takes_what_its_threads_can_begin_and_leaves_the_rest(new_broker: Callable[[int], Broker]) -> None:
    broker = new_broker(2)
    send(broker, "quick", 1, 2, 3)
    consumer = broker.consume("quick", prefetch=10, timeout=10)
    first, second = take(consumer, 2)

    assert (first.args, second.args) == ((1,), (2,))
    assert next(consumer) is None
    assert broker.depths(["quick"]) == [1]
    consumer.ack(first)
    assert numbers(take(consumer, 1)) == [3]


def test_a_consumer_gives_back_what_comes_when_another_has_taken_the_last_thread(
    new_broker: Callable[[int], Broker],
) -> None:
    broker = new_broker(1)
    quick, slow = (broker.consume(queue, prefetch=1, timeout=20_000) for queue in ("quick", "other"))
    seen: list[Any] = []
    waiting = threading.Thread(target=lambda: seen.append(next(quick)))
    waiting.start()
    send(broker, "other", 1)
    (busy_with,) = take(slow, 1)
    send(broker, "quick", 2, 3)
    waiting.join()

    assert seen == [None]
    assert broker.depths(["quick"]) == [2]
    slow.ack(busy_with)
    assert numbers(take(quick, 1)) == [2]


def test_what_a_stopping_worker_has_not_begun_is_first_in_line_again(new_broker: Callable[[int], Broker]) -> None:
    broker = new_broker(3)
    send(broker, "quick", 1, 2, 3, 4)
    consumer = broker.consume("quick", prefetch=3, timeout=10)
    consumer.requeue(take(consumer, 2))

    assert numbers(take(new_broker(4).consume("quick", prefetch=4, timeout=10), 4)) == [1, 2, 3, 4]


def test_a_consumer_with_no_thread_wakes_as_soon_as_one_is_free(new_broker: Callable[[int], Broker]) -> None:
    broker = new_broker(1)
    send(broker, "quick", 1, 2)
    consumer = broker.consume("quick", prefetch=1, timeout=60_000)
    (first,) = take(consumer, 1)
    seen: list[Any] = []

    def consume() -> None:
        while not seen:
            seen.extend(message for message in [next(consumer)] if message)

    waiting = threading.Thread(target=consume)
    waiting.start()
    consumer.ack(first)

    until(lambda: seen)
    assert numbers(iter(seen)) == [2]
    waiting.join()
