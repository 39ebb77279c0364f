"""Dispatch: the step from Postgres, where the backlog waits in order, to Dramatiq, which holds the next few."""

import random

import dramatiq

from errand.common.broker import Broker
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import queues, statements


class Dispatcher:
    """Keeps queues filled with the fairest due runs. A message carries nothing but the run's id."""

    def __init__(self, service: Service, database: Database, broker: Broker, *, depth: int) -> None:
        """`depth`: how many messages may wait in a queue; about twice the threads that serve it."""
        self._queues = queues.names(service)
        self._database = database
        self._broker = broker
        self._depth = depth

    def dispatch(self) -> None:
        """Raises redis.RedisError; what could not be sent is due again within 30 s."""
        for queue, waiting in zip(self._queues, self._broker.depths(self._queues), strict=True):
            # A queue that is half full keeps its threads busy, and is then filled up in one go.
            if waiting <= self._depth // 2:
                self._send(queue, self._depth - waiting)

    def _send(self, queue: str, room: int) -> None:
        rows = self._database.execute(statements.DISPATCH, {"queue": queue, "room": room})
        if rows:
            rows.sort(key=lambda row: (row.priority, row.turn, row.id))
            self._broker.send(queue, [_message(queue, row.handler, row.id) for row in rows])


def _message(queue: str, handler: str, run_id: int) -> dramatiq.Message[None]:
    # Its own id is of use within a worker alone, and would be a UUID: the kernel's randomness costs a system call.
    message_id = f"{run_id}-{random.getrandbits(32):x}"
    return dramatiq.Message(queue, handler, args=(run_id,), kwargs={}, options={}, message_id=message_id)
