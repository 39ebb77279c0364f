"""The streams, past the kernel: events written by SQL and published as the relay would; when others were published."""

import statistics
from uuid import UUID

import msgspec
import sqlalchemy as sa

from errand.common import redis
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import repository
from errand.common.jobs.news import EventView, News, publish, shard_of, stored_view, stream
from tests.live.storyteller import LINE

_AT_ONCE = 500

_WRITE = sa.text("""
    WITH head AS (
        UPDATE job_heads SET seq = seq + :count WHERE job_id = :job_id RETURNING seq - :count AS before
    )
    INSERT INTO job_events (job_id, seq, run, attempt, node, type, message, data)
    SELECT :job_id, before + n, 1, 1, 'storyteller', 'line', :line, json_build_object('number', n)
    FROM head, generate_series(1, :count) AS n
""")


def write(database: Database, job_id: str, count: int) -> list[News]:
    """Committed, but nobody has heard of them."""
    database.execute(_WRITE, {"job_id": UUID(job_id), "count": count, "line": LINE})
    with database.transaction() as tx:
        events = list(repository.events(tx, [UUID(job_id)]))[-count:]
        return [News(event.job_id, event.seq, stored_view(event)) for event in events]


def announce(redis_url: str, news: list[News]) -> None:
    with redis.connect(redis_url) as client:
        for first in range(0, len(news), _AT_ONCE):
            publish(client, Service.INCIDENTS, news[first : first + _AT_ONCE])


def published_after_ms(redis_url: str, job_id: str) -> float:
    """The median of what it took from a job's event to its entry in Redis, whose id is its time in milliseconds."""
    with redis.connect(redis_url) as client:
        entries = client.xrange(stream(Service.INCIDENTS, shard_of(UUID(job_id))))
    return statistics.median(
        int(id.partition(b"-")[0]) - msgspec.json.decode(fields[b"event"], type=EventView).timestamp.timestamp() * 1000
        for id, fields in entries
        if fields[b"job"] == job_id.encode()
    )
