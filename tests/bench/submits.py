"""Jobs on their way in and through: submits, one job alone, a burst."""

import json
import sys
import time
from collections.abc import Iterable
from itertools import islice, repeat
from typing import Any

import sqlalchemy as sa

from tests.bench import floors, load
from tests.bench.incidents import reports
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
    """Jobs that are all there before the worker begins: of one text, which repeat the first and have only that to be
    compared with; then of as many texts, each compared with a hundred."""
    yield _burst(subject, f"burst: {BURST:,} analyses drained", repeat(TEXT))
    yield _burst(subject, "the same, no two texts alike", reports())


def _burst(subject: Subject, name: str, texts: Iterable[str]) -> Row:
    subject.stack.processes["incidents-worker"].stop()
    for text in islice(texts, BURST):
        subject.submit(text)
    subject.stack.restart("incidents-worker")
    started, before_s = time.perf_counter(), subject.cpu_s("incidents-worker")
    subject.wait_until_idle()
    took_s, cpu_s = time.perf_counter() - started, subject.cpu_s("incidents-worker") - before_s
    return compare(name, BURST / took_s, None, "jobs/s", f"{cpu_s / BURST * 1000:.1f} ms of the worker's CPU a job")
