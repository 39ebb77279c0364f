"""The stack as a newcomer has it, called as the guides say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.stack import SERVICES, Stack


@pytest.fixture(scope="package")
def stack(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, redis_databases: RedisDatabases
) -> Iterator[Stack]:
    directory: Path = tmp_path_factory.mktemp("stack")
    database_url = databases.migrated(*SERVICES)
    redis_url = redis_databases.take()
    with Stack(directory, database_url, redis_url).running() as stack:
        yield stack
    databases.give_back(database_url)
    redis_databases.give_back(redis_url)
