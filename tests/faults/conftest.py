"""The stack under faults: processes are killed and engines taken away while clients go on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errand.common.database import Database
from tests.stack import SERVICES, Stack


@pytest.fixture
def database_url(migrated_database: Callable[..., str]) -> str:
    return migrated_database(*SERVICES)


@pytest.fixture
def stack(tmp_path: Path, database_url: str, redis_database: str) -> Iterator[Stack]:
    with Stack(tmp_path, database_url, redis_database).running() as stack:
        yield stack


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A look into the incidents' tables."""
    database = Database(database_url, schema="incidents", pool_size=2)
    yield database
    database.close()
