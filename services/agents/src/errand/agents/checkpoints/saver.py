"""LangGraph's saver over a pool of its own, and what becomes of its checkpoints."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from errand.common.database import Database, DatabaseUnavailable, connection_options

# Of jobs that have ended, or are gone. The lock on the job keeps a retry from reading what is being deleted, and two
# workers from deleting the same. `ended_at` once more: a job that was retried just before it was locked is another one.
_PRUNE = """
    WITH ended AS (
        SELECT thread_id, jobs.id
        FROM (SELECT DISTINCT thread_id FROM checkpoints) AS threads
        LEFT JOIN jobs ON jobs.id = thread_id::uuid
        WHERE jobs.id IS NULL OR jobs.ended_at IS NOT NULL
    ),
    locked AS (
        SELECT id FROM jobs WHERE id IN (SELECT id FROM ended) AND ended_at IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED
    ),
    pruned AS (SELECT thread_id FROM ended WHERE id IS NULL OR id IN (SELECT id FROM locked)),
    blobs AS (DELETE FROM checkpoint_blobs USING pruned WHERE checkpoint_blobs.thread_id = pruned.thread_id),
    writes AS (DELETE FROM checkpoint_writes USING pruned WHERE checkpoint_writes.thread_id = pruned.thread_id)
    DELETE FROM checkpoints USING pruned WHERE checkpoints.thread_id = pruned.thread_id
"""


class Checkpoints:
    """One thread a job, by the job's id."""

    def __init__(self, database_url: str, *, schema: str, pool_size: int) -> None:
        self._pool: ConnectionPool[psycopg.Connection[dict[str, Any]]] = ConnectionPool(
            database_url,
            min_size=0,
            max_size=pool_size,
            timeout=3,
            max_lifetime=1800,
            check=self._check,
            kwargs={
                **connection_options(schema=schema, application="errand-checkpoints"),
                "autocommit": True,
                "row_factory": dict_row,
            },
            open=False,
        )

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    def _check(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        """After a restart of Postgres every connection in the pool would cost a run one of its attempts: the first
        that fails empties it."""
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.Error:
            self._pool.drain()
            raise

    def saver(self) -> PostgresSaver:
        """For one graph run: a saver lets one thread at a time to the database."""
        # Only plain data is read back, whatever somebody may have put into the tables.
        return PostgresSaver(self._pool, serde=JsonPlusSerializer(allowed_msgpack_modules=None))


@contextmanager
def translated() -> Iterator[None]:
    """Raises DatabaseUnavailable where the saver cannot reach Postgres."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable from error


def prune(database: Database) -> None:
    """Forget where ended jobs stood."""
    database.execute(sa.text(_PRUNE))
