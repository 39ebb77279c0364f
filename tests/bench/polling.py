"""Asking for a job's state: how often a second, and how soon a change is seen."""

import asyncio
import re
import shutil
from collections.abc import Sequence

from tests.bench import floors
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import Subject
from tests.live.pollers import Poller, poll_all
from tests.live.stories import tell

CONNECTIONS = 64
JOBS, POLLERS_A_JOB = 100, 5
_LINES = 15


def polls(subject: Subject, seconds: float) -> Rows:
    """A job's view by wrk, whole and unchanged; the floor is a bare Litestar hello on uvicorn."""
    if shutil.which("wrk") is None:
        yield Row("polling", "not measured: wrk is not installed")
        return
    job_id = subject.submit()
    subject.wait_until_idle()
    authorization = f"Authorization: Bearer {subject.token}"
    etag = subject.client.get(f"/v1/jobs/{job_id}").headers["ETag"]
    url = f"{subject.stack.url}/v1/jobs/{job_id}"
    with floors.serving("hello") as port:
        hello, _ = _wrk(f"http://127.0.0.1:{port}/", seconds)
        for name, headers in (("200", [authorization]), ("304", [authorization, f"If-None-Match: {etag}"])):
            per_s, p99 = _wrk(url, seconds, headers)
            yield compare(f"polls, {CONNECTIONS} connections, {name}", per_s, hello, "/s", f"p99 {p99}")


def _wrk(url: str, seconds: float, headers: Sequence[str] = ()) -> tuple[float, str]:
    """Requests a second, and the p99 as wrk spells it."""
    given = [part for header in headers for part in ("-H", header)]
    output = floors.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{int(seconds)}s", "--latency", *given, url])
    assert "Non-2xx" not in output, output
    per_s, p99 = re.search(r"Requests/sec:\s+(\S+)", output), re.search(r"99%\s+(\S+)", output)
    assert per_s
    assert p99
    return float(per_s[1]), p99[1]


def changes(subject: Subject, _: float) -> Rows:
    """From the commit of an event to the poll that shows it. A poller asks four times a second."""
    second_worker = subject.stack.start_twin("incidents-worker")
    jobs = [tell(subject.stack.url, subject.token, lines=_LINES, pause_s=1.0) for _ in range(JOBS)]
    pollers = [Poller(job_id, every_s=0.25) for job_id in jobs * POLLERS_A_JOB]
    asyncio.run(poll_all(subject.stack.url, subject.token, pollers, timeout_s=120))
    second_worker.stop()
    delays_ms = sorted(delay * 1000 for poller in pollers for delay in poller.delays_s)
    p50, p99 = delays_ms[len(delays_ms) // 2], delays_ms[len(delays_ms) * 99 // 100]
    yield Row(
        f"{len(pollers)} pollers on {JOBS} jobs, each every 250 ms: commit until seen",
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, at most {delays_ms[-1]:.0f} ms",
    )
