"""Analyses by rules: the CPU that one takes, of texts as people write them and of texts made to hurt."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from statistics import median

from errand.incidents.analysis import analyse
from errand.incidents.worker import warm_up
from tests.bench.report import Row, Rows, compare
from tests.bench.subject import Subject

_MAX = 20_000
_REPEATS = 5
_WORD = re.compile(r"\w+")
_REPORTS = (
    "Container MSKU{n:07d} is missing from block A{m}-03-2 since 06{m:02d}, customer waits at gate {m}.",
    "{m:02d}:15 gate {m} down, truck T{n}\n{m:02d}:25 barrier reset, 40 trucks queue\n{m:02d}:40 OCR misreads plates.",
    "MV EVER GIVEN V.{n:03d}E: COPRAR rejected by the line, load list has {n} boxes too many, cut-off {m:02d}:00.",
    "POST /v1/bookings/{n} returned 503 at {m:02d}:10 UTC, ORA-01017 in the log; retries time out, INC{n:06d}.",
    "Reefer MNBU{n:07d} in slot R{m}-02-1: set -18, actual -9, alarm; no injuries, plug was replaced.",
    "UN 1203 class 3 next to UN 3480 in bay {m}? Papers are missing for booking SGN{n:07d}, POD: NLRTM.",
    "User {n} cannot log in to the portal since 22:{m:02d}; mails bounce, certificate expired 2025-11-{m:02d}.",
    "UNB+UNOA:2+LINE+TERM+251018:1030+{n}'\nUNH+1+CODECO:D:95B:UN'\nBGM+34+G{n}+9'\nEQD+CN+CSQU{n:07d}+22G1:102:5'\n"
    "DTM+7:20251018{m:02d}30:203'\nUNT+9+1'\nUNZ+1+{n}'",
)
_BAY_PLAN = "".join(f"LOC+147+{n:07d}::5'\nMEA+WT++KGM:9000'\nEQD+CN+CSQU{n:07d}+22G1'\n" for n in range(500))
_HOSTILE = {
    "`UNH+`": "UNH+",
    "`UNH+` a line": "UNH+\n",
    "segments without terminators": "UNH+1+COPARN:D:95B\nBGM+12+9\nEQD+CN+X\n",
    "`UNH+1'`": "UNH+1'",
    "service characters without end": "UNA:+.? 'UNB+x'",
    "`?'`": "?'",
    "digits": "7",
    "`A`": "A",
    "`A `": "A ",
    "combining marks": "\u0301\u0323",
    "clock times": "10:00 ",
    "half a deadline": "eta within 2 ",
    "container numbers": "MSKU123456 7 ",
    "calls": "GET /",
    "a fire denied": "no fire, not out but ",
    "line breaks": "a\n",
}


def analyses(_: Subject, seconds: float) -> Rows:
    """The floor goes over the words of the same text once. Each text is analysed a few times, whatever the seconds."""
    warm_up()
    for size in (200, 2_000, _MAX):
        yield _measured(f"CPU of an analysis, {size:,} characters", _realistic(size), repeats=_REPEATS * 4)
    yield _measured("the same, a bay plan of 500 containers", _cut(f"UNH+1+BAPLIE:D:95B'\n{_BAY_PLAN}"))
    for name, text in _HOSTILE.items():
        yield _measured(f"the same, {name}", _cut(text))


def _measured(name: str, text: str, repeats: int = _REPEATS) -> Row:
    took_ms = [_cpu_ms(lambda: analyse(text)) for _ in range(repeats)]
    floor_ms = median(_cpu_ms(lambda: sum(1 for _ in _WORD.finditer(text))) for _ in range(repeats))
    return compare(f"{name}: p50", median(took_ms), max(floor_ms, 0.001), "ms", f"at most {max(took_ms):.3g} ms")


def _cpu_ms(work: Callable[[], object]) -> float:
    started_ns = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - started_ns) / 1e6


def _realistic(size: int) -> str:
    """Reports one after the other, no two alike."""
    return "\n".join(islice(reports(), size // 60))[:size]


def reports() -> Iterator[str]:
    """No two alike."""
    for number in count():
        yield _REPORTS[number % len(_REPORTS)].format(n=1_000 + number * 7, m=number % 24)


def _cut(text: str) -> str:
    return (text * (_MAX // len(text) + 1))[:_MAX]
