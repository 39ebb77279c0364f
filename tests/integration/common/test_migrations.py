from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from errand.common import migrations
from tests.engines.databases import Databases

ROOT = Path(__file__).parents[3]
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))


@pytest.mark.parametrize("service", SERVICES)
def test_models_and_migrations_agree(service: str, migrated_database: Callable[..., str]) -> None:
    assert migrations.drift(service, migrated_database(service)) == []


def test_each_service_keeps_to_its_own_schema(migrated_database: Callable[..., str]) -> None:
    with psycopg.connect(migrated_database(*SERVICES)) as connection:
        rows = connection.execute("SELECT schemaname, count(*) FROM pg_tables GROUP BY 1").fetchall()

    assert {schema for schema, _ in rows} - {"pg_catalog", "information_schema"} == set(SERVICES)


def test_migrating_again_changes_nothing(databases: Databases) -> None:
    url = databases.empty()
    for _ in range(2):
        migrations.upgrade("incidents", url)

    assert migrations.drift("incidents", url) == []
    databases.drop(url)
