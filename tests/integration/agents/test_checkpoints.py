from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row

from errand.agents.checkpoints import saver
from errand.agents.checkpoints.tables import metadata
from errand.common.database import Database
from tests.integration.agents.guide import PAYLOAD, SESSION

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = ANY('{{{tables}}}')
    ORDER BY table_name, column_name
"""


@pytest.fixture
def connection(migrated_database: Callable[..., str]) -> Iterator[psycopg.Connection[Any]]:
    with closing(psycopg.connect(migrated_database("agents"), autocommit=True, row_factory=dict_row)) as connection:
        yield connection


def test_the_tables_are_those_that_langgraph_makes(connection: psycopg.Connection[Any]) -> None:
    connection.execute("CREATE SCHEMA theirs")
    connection.execute("SET search_path = theirs")
    PostgresSaver(connection).setup()

    def columns(schema: str) -> list[Any]:
        return connection.execute(COLUMNS.format(schema=schema, tables=",".join(metadata.tables))).fetchall()

    assert columns("agents") == columns("theirs")
    made = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'theirs'").fetchall()
    assert {row["tablename"] for row in made} == {*metadata.tables, "checkpoint_migrations"}


def count(database: Database) -> int:
    return sum(database.execute(sa.text(f"SELECT count(*) FROM {table}"))[0][0] for table in metadata.tables)


def test_where_a_job_stood_is_forgotten_once_it_has_ended(built: Callable[..., Any], database: Database) -> None:
    built(SESSION, PAYLOAD)
    assert count(database) > 0

    saver.prune(database)

    assert count(database) == 0


def test_where_a_job_stands_is_kept_as_long_as_it_has_not_ended(built: Callable[..., Any], database: Database) -> None:
    built(SESSION, PAYLOAD)
    database.execute(sa.text("UPDATE jobs SET ended_at = NULL"))
    kept = count(database)

    saver.prune(database)

    assert count(database) == kept > 0
