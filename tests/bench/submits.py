"""Jobs on their way in and through: submits, one job alone, a burst."""

import json
import sys
import time
from typing import Any

import sqlalchemy as sa

from tests.bench import floors, load
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import TEXT, Subject
from tests.live.processes import pss_kb

CLIENTS = (1, 16, 64)
BURST = 2000


def memory(subject: Subject, _: float) -> Rows:
    for name in subject.stack.processes:
        yield compare(f"idle memory of {name}", pss_kb(subject.pid(name)) / 1024, None, "MB PSS")


def job(subject: Subject, _: float) -> Rows:
    """One analysis of ten events at a time, on an idle stack."""
    times_ms = []
    for _ in range(60):
        started = time.perf_counter()
        run_id = subject.submit()
        while subject.client.get(f"/incident/run/{run_id}").json()["status"] != "completed":
            pass
        times_ms.append((time.perf_counter() - started) * 1000)
        subject.wait_until_idle()
    times_ms.sort()
    yield Row("idle stack: POST until the analysis is seen", f"p50 {times_ms[30]:.1f} ms, p90 {times_ms[54]:.1f} ms")


def submit(subject: Subject, seconds: float) -> Rows:
    """Submits through the gateway, while the worker works on them; the floor is one row a commit."""
    subject.database.execute(sa.text("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, note text)"))
    for clients in CLIENTS:
        floor = floors.commits_per_s(subject.database_url, clients, seconds)
        ours = _submit(subject, clients, seconds)
        note = f"p50 {ours['p50_ms']:.1f} ms, p99 {ours['p99_ms']:.1f} ms"
        yield compare(f"submits, {clients} clients", ours["per_s"], floor, "/s", note)
        subject.wait_until_idle()


def _submit(subject: Subject, clients: int, seconds: float) -> dict[str, Any]:
    body = f"incident_text={TEXT.replace(' ', '+')}"
    request = (
        f"POST /incident/run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {subject.token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    command = [sys.executable, "-m", load.__name__, "127.0.0.1", str(subject.stack.base), str(clients), str(seconds)]
    figures: dict[str, Any] = json.loads(floors.run(command, request))
    return figures


def burst(subject: Subject, _: float) -> Rows:
    """Jobs that are all there before the worker begins."""
    worker = subject.stack.processes["incidents-worker"]
    worker.stop()
    for _ in range(BURST):
        subject.submit()
    subject.stack.restart("incidents-worker")
    started = time.perf_counter()
    subject.wait_until_idle()
    yield compare(f"burst: {BURST:,} analyses drained", BURST / (time.perf_counter() - started), None, "jobs/s")
