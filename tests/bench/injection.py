"""Events from nowhere: written to a running job's story by SQL, and published as the relay would."""

from uuid import UUID

import sqlalchemy as sa

from errand.common import redis
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs import repository
from errand.common.jobs.news import News, publish, stored_view
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
