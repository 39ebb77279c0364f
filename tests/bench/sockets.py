"""Events on their way to WebSockets: how late, how many, and what a socket costs. The floor is a bare ASGI broadcast
of frames of the same size on uvicorn."""

import contextlib
from collections.abc import Iterator

from tests.bench import floors, injection
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import Subject
from tests.live.crowd import TOO_SLOW, Order, Report
from tests.live.crowds import RunningCrowd, watching_crowd
from tests.live.processes import pss_kb
from tests.live.stories import tell

SOCKETS = (1, 100, 1000)
# A job that works at an agent's pace, or rather above it.
_PACE_S = 0.1
# Time for the sockets to open before the first line.
_OPENING_S = 3.0
# Queued, started, and the last one.
KERNELS_EVENTS = 3
# Enough for some seconds each.
_SATURATING_EVENTS = {1: 40_000, 100: 20_000, 1000: 2_000}


def latency(subject: Subject, seconds: float) -> Rows:
    """From the commit of an event to its arrival, at ten events a second. The event's timestamp is taken where its
    transaction begins: the commit itself counts as ours, and as nothing of the floor's."""
    lines = int(seconds / _PACE_S)
    for sockets in SOCKETS:
        with floors.serving("broadcast") as port, _crowd_of_floor(port, sockets, lines) as crowd:
            floors.broadcast(port, lines, _PACE_S)
            floor = crowd.wait()
        job_id = tell(subject.stack.url, subject.token, lines=lines, pause_s=_PACE_S, silence_s=_OPENING_S)
        with _crowd(subject, job_id, sockets, lines + KERNELS_EVENTS) as crowd:
            ours = crowd.wait()
        _check(ours)
        published_ms = injection.published_after_ms(subject.redis_url, job_id)
        note = f"of which {published_ms:.1f} until it is in Redis; p99 {ours.p99_ms:.1f} (floor {floor.p99_ms:.1f})"
        yield compare(f"event latency p50, {_sockets(sockets)}", ours.p50_ms, floor.p50_ms, "ms", note)


def saturation(subject: Subject, _: float) -> Rows:
    """As fast as it goes: a job that commits every event by itself, one that commits fifty at once, and events that
    were committed before and are published at once, which leaves the kernel out of it."""
    for sockets in SOCKETS:
        events = _SATURATING_EVENTS[sockets]
        with floors.serving("broadcast") as port, _crowd_of_floor(port, sockets, events) as crowd:
            floors.broadcast(port, events, 0)
            floor = crowd.wait()
        for name, report in _saturated(subject, sockets, events):
            _check(report)
            back = report.close_codes.get(TOO_SLOW, 0)
            note = f"{report.delivered:,} in all, none lost" + (f", {back} times too slow and back" if back else "")
            yield compare(f"deliveries, {_sockets(sockets)}, {name}", report.per_s, floor.per_s, "/s", note)


def _saturated(subject: Subject, sockets: int, events: int) -> Iterator[tuple[str, Report]]:
    for name, together in (("event by event", 1), ("fifty a commit", 50)):
        lines = events // 10 if together == 1 else events
        job_id = tell(subject.stack.url, subject.token, lines=lines, together=together, silence_s=_OPENING_S)
        with _crowd(subject, job_id, sockets, lines + KERNELS_EVENTS) as crowd:
            yield name, crowd.wait()
    job_id = tell(subject.stack.url, subject.token, lines=0, silence_s=600)
    with _crowd(subject, job_id, sockets, events + KERNELS_EVENTS - 1) as crowd:
        injection.announce(subject.redis_url, injection.write(subject.database, job_id, events))
        yield "published at once", crowd.wait()
    subject.client.post(f"/v1/jobs/{job_id}/cancel").raise_for_status()


def memory(subject: Subject, _: float) -> Rows:
    pid, sockets = subject.pid("gateway"), SOCKETS[-1]
    before_kb = pss_kb(pid)
    job_id = tell(subject.stack.url, subject.token, lines=0, silence_s=600)
    with _crowd(subject, job_id, sockets, 1000) as crowd:
        with_sockets_kb = pss_kb(pid)
        crowd.stop()
    subject.client.post(f"/v1/jobs/{job_id}/cancel").raise_for_status()
    yield Row(
        f"gateway's memory with {_sockets(sockets)}",
        f"{with_sockets_kb / 1024:.0f} MB PSS, {(with_sockets_kb - before_kb) / sockets:.1f} KB a socket",
    )


def _crowd(
    subject: Subject, job_id: str, sockets: int, until_seq: int
) -> contextlib.AbstractContextManager[RunningCrowd]:
    return watching_crowd(
        Order(
            host="127.0.0.1",
            port=subject.stack.base,
            target=f"/ws/v1/jobs/{job_id}",
            authorization=f"Bearer {subject.token}",
            sockets=sockets,
            until_seq=until_seq,
        )
    )


def _crowd_of_floor(port: int, sockets: int, until_seq: int) -> contextlib.AbstractContextManager[RunningCrowd]:
    return watching_crowd(
        Order(host="127.0.0.1", port=port, target="/", authorization="none", sockets=sockets, until_seq=until_seq)
    )


def _check(report: Report) -> None:
    assert not report.missed, report
    assert not set(report.close_codes) - {1000, TOO_SLOW}, report


def _sockets(number: int) -> str:
    return f"{number:,} socket{'s' if number > 1 else ''}"
