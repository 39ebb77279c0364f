"""Committed events on their way to Redis: what they look like there, and where they go.

Stream `errand:events:<service>:<shard>`, one of eight by job, holds entries of three fields: `job` (its id), `seq`,
and `event` (the JSON that clients see). A reader finds a missed one by the gap in a job's seq.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
import redis

from errand.common.ids import Service

SHARDS = 8
RETAINED_ENTRIES = 50_000


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """An event as clients see it."""

    id: UUID
    node: str
    timestamp: datetime
    event_type: str
    message: str
    data: dict[str, Any]


class News(msgspec.Struct, frozen=True):
    """An event that is committed, with its place in the job's story."""

    job_id: UUID
    seq: int
    event: EventView


def event_view(job_id: UUID, seq: int, timestamp: datetime, **fields: Any) -> EventView:
    """The id follows from job and seq: the same event has the same id wherever it is read."""
    return EventView(id=uuid5(job_id, str(seq)), timestamp=timestamp, **fields)


def stored_view(stored: Any) -> EventView:
    """The view of an event from `job_events`, entity or row."""
    return event_view(
        stored.job_id,
        stored.seq,
        stored.created_at,
        node=stored.node,
        event_type=stored.type,
        message=stored.message,
        data=stored.data,
    )


def stream(service: Service, shard: int) -> str:
    return f"errand:events:{service.name.lower()}:{shard}"


def shard_of(job_id: UUID) -> int:
    return zlib.crc32(job_id.bytes) % SHARDS


def publish(client: redis.Redis, service: Service, news: Sequence[News]) -> None:
    """Append `news` to the streams in one round trip, in order. Raises redis.RedisError; some may then be there."""
    pipeline = client.pipeline(transaction=False)
    for item in news:
        entry: dict[Any, Any] = {
            "job": str(item.job_id),
            "seq": item.seq,
            "event": msgspec.json.encode(item.event),
        }
        pipeline.xadd(stream(service, shard_of(item.job_id)), entry, maxlen=RETAINED_ENTRIES, approximate=True)
    pipeline.execute()
