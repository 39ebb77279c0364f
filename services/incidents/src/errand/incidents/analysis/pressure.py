"""Numbers and deadlines, which weigh like words do: the text may deny them or report them as over."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.phrases import Hit
from errand.incidents.analysis.report import Entities, Quantity
from errand.incidents.analysis.words import Word

MANY_BOXES = 20
NEAR_DEADLINE_MIN = 240

_DAY_MIN = 1440
_BEFORE = 24
_READ = 20  # clock times of each kind
_CLOCK = r"(?:at )?([01]?[0-9]|2[0-3])[:.h]?([0-5][0-9])(?![0-9:/-]|\.[0-9])"
# Boxes that somebody only asks for are not in trouble.
_ASKED = re.compile(r"(?i)\b(?:asks?|quer(?:y|ies)|polls?|fetch(?:es)?|tracks?|requests?) (?:for |about |up to )?$")
_DUE = re.compile(
    r"(?i)\b(?:clos(?:es?|ing)|shuts?|shutting|ends|cut ?-?off|berth(?:s|ing)|sail(?:s|ing)|et[abcd]|departs?|departure"
    rf"|leav(?:es|ing)|arrives|pilot|deadline|must|due|before|until|til)\b(?: [a-z]{{1,12}}){{0,5}}[ :=]{{1,2}}{_CLOCK}"
)
_NOW = re.compile(
    rf"(?i)\b(?:now|currently|it'?s|it is|time is|time now)(?: it)?(?: is| it's)?[ :=]{{1,2}}{_CLOCK}|{_CLOCK} now\b"
)


def pressure(text: str, entities: Entities, words: Sequence[Word]) -> Iterator[Hit]:
    many = [quantity for quantity in entities.quantities if _is_many(quantity, text)]
    if many or len(entities.containers) >= MANY_BOXES:
        first = (many or entities.containers)[0]
        yield _hit("many_boxes", first.start, first.end, words)
    near = [deadline for deadline in entities.deadlines if deadline.minutes < NEAR_DEADLINE_MIN]
    for start, end in [(deadline.start, deadline.end) for deadline in near] or _due_soon(text):
        yield _hit("deadline_near", start, end, words)


def _is_many(quantity: Quantity, text: str) -> bool:
    return quantity.count >= MANY_BOXES and not _ASKED.search(text, max(quantity.start - _BEFORE, 0), quantity.start)


def _due_soon(text: str) -> Iterator[tuple[int, int]]:
    """What is due at a clock time, where the text says how late it is: "closes 16.00, it's 13.50 now"."""
    if now := _NOW.search(text):
        for due in islice(_DUE.finditer(text), _READ):
            if 0 < (_minutes(due) - _minutes(now)) % _DAY_MIN < NEAR_DEADLINE_MIN:
                yield due.span()


def _minutes(clock: re.Match[str]) -> int:
    hour, minute = (int(part) for part in clock.groups() if part)
    return hour * 60 + minute


def _hit(signal: str, start: int, end: int, words: Sequence[Word]) -> Hit:
    first = bisect_left(words, start, key=lambda word: word.start)
    last = bisect_left(words, end, key=lambda word: word.start) - 1
    return Hit(signals()[signal], (first, last), True)
