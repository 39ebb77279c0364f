"""The gateway as a process of its own."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest

from deploy.local.services import environment
from errand.common.identity import Signer
from tests.integration.gateway.conftest import SIGNING_KEY
from tests.waiting import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "errand.gateway", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment({}),
    )


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def process(database_url: str, redis_url: str, ports: tuple[int, int]) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "ERRAND_DATABASE_URL": database_url,
        "ERRAND_REDIS_URL": redis_url,
        "ERRAND_SIGNING_KEY": SIGNING_KEY,
        "ERRAND_PORTS": ",".join(map(str, ports)),
    }
    with subprocess.Popen([sys.executable, "-m", "errand.gateway", "api"], env=environment(settings)) as process:
        yield process
        process.kill()


def answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/livez", trust_env=False).status_code == 200
    except httpx2.ConnectError:
        return False


def test_it_listens_on_all_its_ports_and_ends_when_told(
    process: subprocess.Popen[bytes], ports: tuple[int, int]
) -> None:
    for port in ports:
        until(lambda port=port: answers(port))  # type: ignore[misc]

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) in (0, -signal.SIGTERM)


def test_it_makes_a_pair_of_keys() -> None:
    lines = dict(line.split("=", 1) for line in run("keys").stdout.splitlines())

    assert Signer(lines["ERRAND_SIGNING_KEY"]).public_key() == lines["ERRAND_IDENTITY_PUBLIC_KEY"]


def test_without_settings_it_says_which_are_missing() -> None:
    result = run("api")

    assert result.returncode == 1
    assert "ERRAND_SIGNING_KEY is not set" in result.stderr
    assert "Traceback" not in result.stderr
