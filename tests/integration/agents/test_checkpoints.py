import itertools
from collections import Counter
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
from errand.agents.graph.story import Story
from errand.common.database import Database, DatabaseUnavailable
from errand.common.jobs import domain
from errand.common.jobs.domain import Event, Outcome
from tests.integration.agents.conftest import Client, Finished
from tests.integration.agents.guide import PAYLOAD, SESSION
from tests.integration.agents.test_init import NODES

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = ANY('{{{tables}}}')
    ORDER BY table_name, column_name
"""

_CUT_OFF = sa.text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE application_name LIKE 'errand-checkpoints:%' AND datname = current_database()"
)


@pytest.fixture
def connection(migrated_database: Callable[..., str]) -> Iterator[psycopg.Connection[Any]]:
    with closing(psycopg.connect(migrated_database("agents"), autocommit=True, row_factory=dict_row)) as connection:
        yield connection


@pytest.fixture
def retried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither backing off nor for as long as an engine that is away asks for."""
    retried = domain.retried

    def at_once(*arguments: Any, retry_in_s: float) -> Outcome:
        return retried(*arguments, retry_in_s=0)

    monkeypatch.setattr(domain, "retried", at_once)


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


def test_a_restart_of_postgres_costs_the_next_job_no_attempt(
    client: Client, finished: Finished, built: Callable[..., Any], database: Database
) -> None:
    bodies = [{"session_id": f"session-{number}", "payload": PAYLOAD} for number in range(4)]
    for reply in [client.post("/v1/agent/init", json=body).json() for body in bodies]:
        finished(reply["job_id"])
    assert database.execute(_CUT_OFF)

    job = built(SESSION, PAYLOAD)

    assert "job_retrying" not in [event["event_type"] for event in job["events"]]


@pytest.mark.usefixtures("retried_at_once")
@pytest.mark.parametrize("node", ["router", "designer_tools", "coder", "deployer"])
def test_a_worker_that_dies_as_a_node_is_done_leaves_its_end_to_be_told(
    built: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, node: str
) -> None:
    tell = Story.tell
    dead: list[str] = []

    def die_once(story: Story, event: Event) -> None:
        if (event.node, event.type) == (node, "node_completed") and not dead:
            dead.append(node)
            raise DatabaseUnavailable
        tell(story, event)

    monkeypatch.setattr(Story, "tell", die_once)
    job = built(SESSION, PAYLOAD)

    told = Counter(event["node"] for event in job["events"] if event["event_type"] == "node_completed")
    assert dead == [node]
    assert told == dict.fromkeys(NODES, 1)
    assert job["result"]["version"] == 1


@pytest.mark.usefixtures("retried_at_once")
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 12])
def test_a_worker_that_dies_between_a_nodes_result_and_its_checkpoint_costs_nothing(
    built: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    put, puts = PostgresSaver.put, itertools.count(1)

    def die_once(saver: PostgresSaver, *arguments: Any) -> Any:
        if next(puts) == number:
            raise psycopg.OperationalError
        return put(saver, *arguments)

    monkeypatch.setattr(PostgresSaver, "put", die_once)
    job = built(SESSION, PAYLOAD)

    told = Counter(event["node"] for event in job["events"] if event["event_type"] == "node_completed")
    assert "job_retrying" in [event["event_type"] for event in job["events"]]
    assert told == dict.fromkeys(NODES, 1)
    assert job["result"]["version"] == 1


def test_where_a_job_stands_is_kept_as_long_as_it_has_not_ended(built: Callable[..., Any], database: Database) -> None:
    built(SESSION, PAYLOAD)
    database.execute(sa.text("UPDATE jobs SET ended_at = NULL"))
    kept = count(database)

    saver.prune(database)

    assert count(database) == kept > 0
