"""One watcher of one job."""

from typing import Protocol
from uuid import UUID

import msgspec

from errand.common.identity import Principal
from errand.gateway.live.frames import Resume
from errand.gateway.live.story import Batch


class Sink(Protocol):
    """Where the news of a subscription go. Only `drained` may take time; none may raise."""

    def attach(self, resume: Resume, seq: int) -> None:
        """First of all: what follows, and how far the job has come."""

    def deliver(self, batch: Batch) -> None:
        """The next events."""

    def resync(self, seq: int, job: msgspec.Raw) -> None:
        """The job as it is; the next event is the one after `seq`."""

    def end(self) -> None:
        """The job is over, and everything has been delivered. Comes again where it is retried and ends again."""

    def fail(self, error: Exception) -> None:
        """Nothing more will come."""

    async def drained(self) -> None:
        """Returns once there is room for a batch."""


class Subscription:
    """`cursor` is the last seq that the sink has."""

    def __init__(self, job_id: UUID, principal: Principal, after: int, sink: Sink) -> None:
        self.job_id = job_id
        self.principal = principal
        self.cursor = after
        self.sink = sink

    def deliver(self, batch: Batch) -> None:
        self.cursor = batch.seq
        self.sink.deliver(batch)
