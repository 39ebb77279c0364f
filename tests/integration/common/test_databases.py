"""What tests get from `tests.engines.databases`: nothing of one may be left for another."""

import psycopg
import pytest

from tests.engines.databases import Databases

USER = """
    INSERT INTO gateway.users (id, email, name, password_hash) VALUES (gen_random_uuid(), 'ada@example.com', 'Ada', '')
"""


def test_a_database_that_was_given_back_is_lent_again_without_its_rows(databases: Databases) -> None:
    url = databases.migrated("gateway")
    with psycopg.connect(url) as connection:
        connection.execute(USER)
        connection.commit()
        databases.give_back(url)

        assert databases.migrated("gateway") == url
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT")
    with psycopg.connect(url) as connection:
        assert count(connection, "gateway.users") == 0
        assert count(connection, "gateway.alembic_version") == 1
    databases.give_back(url)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE deeds (name text)",
        "ALTER TABLE gateway.users ALTER email DROP NOT NULL",
        "ALTER TABLE gateway.users ADD CHECK (email <> '') NOT VALID",
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_a_database_whose_schema_was_changed_is_not_lent_again(databases: Databases, change: str) -> None:
    url = databases.migrated("gateway")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change)

    databases.give_back(url)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def count(connection: psycopg.Connection, table: str) -> int:
    return connection.execute(f"SELECT FROM {table}").rowcount
