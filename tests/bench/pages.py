"""Landing pages: how many a worker builds, how long each takes, and what of that is the page itself."""

import multiprocessing
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from errand.agents.landing import brief, copywriting, planning
from errand.agents.landing.checks import check
from errand.agents.landing.rendering import render
from errand.common.database import Database
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import Subject
from tests.integration.agents.guide import PAYLOAD
from tests.waiting import until

JOBS = 200
CLIENTS = 16
_ALONE = 20
_BUILDS = 100
_TIMES = """
    SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - created_at)) AS s
    FROM jobs WHERE starts_with(session_id, 'bench-')
"""


def alone(subject: Subject, _: float) -> Rows:
    """One page at a time, on an idle stack."""
    times_ms = []
    for number in range(_ALONE):
        started = time.perf_counter()
        job_id = _submit(subject, f"alone-{number}")
        while subject.client.get(f"/v1/jobs/{job_id}").json()["job"]["status"] != "completed":
            pass
        times_ms.append((time.perf_counter() - started) * 1000)
    times_ms.sort()
    yield Row("idle stack: POST until the page is published", f"p50 {times_ms[_ALONE // 2]:.0f} ms")


def init(subject: Subject, _: float) -> Rows:
    """Two hundred briefs at once, each in a session of its own; the floor is a loop that builds the same page."""
    database = Database(subject.database_url, schema="agents", pool_size=2)
    floor_cpu_s = _build_cpu_s()
    before, before_s = _completed(database), _cpu_s(subject)
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda number: _submit(subject, f"bench-{number}"), range(JOBS)))
    until(lambda: _completed(database) == before + JOBS, timeout_s=300)
    took_s = time.perf_counter() - started
    after_s = _cpu_s(subject)
    p50_s, p99_s = database.execute(sa.text(_TIMES))[0].s
    database.close()
    yield compare(
        f"landing pages: {JOBS} init jobs at once",
        JOBS / took_s,
        1 / floor_cpu_s,
        "jobs/s",
        f"p50 {p50_s:.2f} s, p99 {p99_s:.2f} s to completion",
    )
    for name in sorted(before_s):
        share = "" if name != "agents-worker" else _share(floor_cpu_s, (after_s[name] - before_s[name]) / JOBS)
        yield Row(f"CPU of {name} a job", f"{(after_s[name] - before_s[name]) / JOBS * 1000:.1f} ms{share}")


def _share(page_s: float, worker_s: float) -> str:
    return f", of which {page_s / worker_s:.0%} the page, {1 - page_s / worker_s:.0%} graph, checkpoints and kernel"


def _submit(subject: Subject, session_id: str) -> str:
    reply = subject.client.post("/v1/agent/init", json={"session_id": session_id, "payload": PAYLOAD})
    assert reply.status_code == 202, reply.text
    return str(reply.json()["job_id"])


def _completed(database: Database) -> int:
    return int(database.execute(sa.text("SELECT count(*) FROM jobs WHERE status = 'completed'"))[0][0])


def _cpu_s(subject: Subject) -> dict[str, float]:
    names = ("gateway", "agents-api", "agents-worker")
    return {name: subject.cpu_s(name) for name in names}


def _build_cpu_s() -> float:
    """The CPU time of a page, built as often as the graph does.

    In two processes at once: a core that shares its silicon with a busy one is slower, and the worker's does.
    """
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return statistics.mean(pool.map(_time_builds, range(2), chunksize=1))


def _time_builds(_: int) -> float:
    _build()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _ in range(_BUILDS):
        _build()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_utime - before) / _BUILDS


def _build() -> None:
    """Planned, written, rendered and checked."""
    read = brief.read(PAYLOAD)
    page = copywriting.write(read, planning.plan(read)).page
    check(page, render(page, "http://localhost/p/page/"))
