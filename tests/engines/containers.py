"""Engines in containers, through testcontainers, from images that are already here."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import docker
import psycopg
import redis as redis_client
from docker.errors import DockerException, ImageNotFound
from testcontainers.community.postgres import PostgresContainer
from testcontainers.community.redis import RedisContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

_OWNER = "errand.test.pid"
_READY_TIMEOUT_S = 60

_POSTGRES = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class Container:
    """A server behind a port that stays its own: Docker would give a restarted container another."""

    def __init__(self, container: DockerContainer, port: int, url: str, ping: Callable[[str], None]) -> None:
        self.url = url
        self._container = container.with_bind_ports(port, urlsplit(url).port)
        self._ping = ping
        self._started = False

    def start(self) -> None:
        if not self._started:
            self._container.start()
            self._started = True
        self._container.get_wrapped_container().start()
        self._wait_ready()

    def stop(self) -> None:
        self._container.get_wrapped_container().stop()

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def pause(self) -> None:
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        self._container.get_wrapped_container().unpause()

    def remove(self) -> None:
        self._container.stop()

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while True:
            try:
                return self._ping(self.url)
            except (psycopg.OperationalError, redis_client.ConnectionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def postgres(image: str) -> Container:
    _prepare()
    container = PostgresContainer(image, username="test", password="test", dbname="test", labels=_labels())
    url = f"postgresql://test:test@127.0.0.1:{_free_port()}/test"
    return Container(container.with_command(_POSTGRES), container.port, url, _ping_postgres)


def redis(image: str) -> Container:
    _prepare()
    container = RedisContainer(image, labels=_labels())
    return Container(container, container.port, f"redis://127.0.0.1:{_free_port()}", _ping_redis)


def find_image(tags: Sequence[str], *, pull: bool) -> str | None:
    """The first of `tags` that is here; with `pull`, the last may be fetched. None without a Docker engine."""
    try:
        client = docker.from_env(timeout=30)
    except DockerException:
        return None
    try:
        for tag in tags:
            if _is_local(client, tag):
                return tag
        if pull:
            client.images.pull(tags[-1])
            return tags[-1]
    except DockerException:
        return None
    finally:
        client.close()
    return None


def _is_local(client: docker.DockerClient, tag: str) -> bool:
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True


def _prepare() -> None:
    """The reaper's image is one more to have; without it, this removes what killed sessions left behind."""
    if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
        testcontainers_config.ryuk_disabled = True
    testcontainers_config.sleep_time = 0.1
    client = docker.from_env()
    for container in client.containers.list(all=True, filters={"label": _OWNER}):
        if not Path("/proc", container.labels[_OWNER]).exists():
            container.remove(force=True, v=True)
    client.close()


def _labels() -> dict[str, str]:
    return {_OWNER: str(os.getpid())}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ping_postgres(url: str) -> None:
    psycopg.connect(url, connect_timeout=2).close()


def _ping_redis(url: str) -> None:
    with redis_client.Redis.from_url(url) as client:
        client.ping()
