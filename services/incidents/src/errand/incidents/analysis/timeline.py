"""What happened when: the times that a text names, each with the clause around it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from errand.incidents.analysis import patterns
from errand.incidents.analysis.report import TimelineEntry
from errand.incidents.analysis.times import day_number, days_away, seconds_of_day

_MOST = 30
_LONGEST = 200
_DAY_S = 86_400
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_CLAUSE_END = re.compile(r"[.!?;](?=\s)|\n| [/|] ")
_CUT = re.compile(r", (?:and |then )?| and | then | - | [–—>] |->|; ")
_RANGE = re.compile(r"\s?(?:-|–|to|until|till|and)\s?")
_LONGEST_TIME = 40  # a date with clock and zone: what is longer is a span already
# Stands between a time and what is said of it, at either end of a clause.
_WEEKDAY = re.compile(r"Mon|Tue|Wed|Thu|Fri|Sat|Sun")
_TRIM = " \t\n,:;.-–—>•*|()[]/\"'"
_DANGLING = re.compile(r"[\s,]+(?:and|then|but|at|since|from|to|until|till|by|for|of|with)$")
_PATH = re.compile(r"(?:\w{1,40}\.){1,8}(?=\w{1,40}: )")  # of a field in a structured report
_INTRODUCTION = re.compile(r"(?i)[\s>*•\-\[(]*(?:(?:at|since|from|by|on|around|about) )?")


class _Moment(NamedTuple):
    start: int
    end: int
    at: str
    order_s: int


def timeline(text: str, prose: str) -> tuple[TimelineEntry, ...]:
    """In the order of time; what has no date happened on the day named before it, or on one and the same.

    Where days of the week are named, in the order of the text: nothing says which week. `prose` is the text with blanks
    in place of what is not to be read; at most 30 entries, the first.
    """
    moments = _moments(prose)
    ends = [match.end() for match in _CLAUSE_END.finditer(prose)]
    entries = [
        (moment.order_s, entry)
        for moment, (start, end) in zip(moments, _clauses(moments, ends, prose), strict=True)
        if (entry := _entry(text, moment, start, end))
    ]
    if not any(_WEEKDAY.search(moment.at) for moment in moments):
        entries.sort(key=lambda pair: pair[0])
    return tuple(entry for _, entry in entries[:_MOST])


def _moments(prose: str) -> list[_Moment]:
    """Every time in the text; the two of a span such as 10:00 to 12:00 are one."""
    found: list[_Moment] = []
    calendar = _Calendar(prose)
    for match in patterns.MOMENT.finditer(prose):
        start, end = match.span("bare_clock") if match["bare_clock"] else match.span()
        order_s = calendar.place(match)
        if found and _is_span(found[-1], start, prose):
            start, _, _, order_s = found.pop()
        found.append(_Moment(start, end, prose[start:end].strip(), order_s))
    return found


def _is_span(moment: _Moment, start: int, prose: str) -> bool:
    between = _RANGE.fullmatch(prose, moment.end, start) if start - moment.end < 8 else None
    return between is not None and len(moment.at) <= _LONGEST_TIME


class _Calendar:
    """Places one time after the other on the days that the text names."""

    def __init__(self, prose: str) -> None:
        self._prose = prose
        self._day = _first_day(prose)
        self._away = 0
        self._at_s = 0
        self._end = 0
        self._led = False

    def place(self, match: re.Match[str]) -> int:
        """Seconds that only compare with each other."""
        clock = match["clock"] or match["clock_of_word"] or match["clock_first"] or match["bare_clock"]
        at_s = seconds_of_day(clock) if clock else 0
        leads = _leads_line(self._prose, match.start())
        dated = day_number(match["day"]) if match["day"] else None
        if dated is not None:
            self._day = dated
        elif leads and self._led and self._at_s - at_s > _DAY_S / 2:
            self._day += 1  # a log that goes on after midnight
        word = match["word"] or match["word_last"]
        if word or dated is not None or _SENTENCE_END.search(self._prose, self._end, match.start()):
            self._away = days_away(word or "")
        self._at_s, self._end, self._led = at_s, match.end(), leads
        return (self._day + self._away) * _DAY_S + at_s


def _first_day(prose: str) -> int:
    """The first date that the text names: what it tells before belongs there, too."""
    dates = (day_number(match["day"]) for match in patterns.MOMENT.finditer(prose) if match["day"])
    return next((day for day in dates if day is not None), 0)


def _leads_line(prose: str, start: int) -> bool:
    line = prose.rfind("\n", max(start - 24, 0), start) + 1
    return (line > 0 or start < 24) and not prose[line:start].strip(_TRIM)


def _clauses(moments: Sequence[_Moment], ends: Sequence[int], prose: str) -> Iterator[tuple[int, int]]:
    """The clause of each time. Where one clause names several, it is cut before all but the first."""
    cuts = [0, *(_cut(first, second, ends, prose) for first, second in pairwise(moments)), len(prose)]
    for moment, (cut, next_cut) in zip(moments, pairwise(cuts), strict=False):
        before, after = bisect_right(ends, moment.start), bisect_left(ends, moment.end)
        start = ends[before - 1] if before else 0
        end = ends[after] if after < len(ends) else len(prose)
        yield max(start, cut), min(end, next_cut)


def _cut(first: _Moment, second: _Moment, ends: Sequence[int], prose: str) -> int:
    """Where the second time's clause begins; within one sentence, at the last comma or "and" before it."""
    between = bisect_left(ends, first.end)
    if between < len(ends) and ends[between] <= second.start:
        return ends[between]
    cuts = [match.end() for match in _CUT.finditer(prose, first.end, second.start)]
    return cuts[-1] if cuts else max(second.start - _introduction(prose, second.start), first.end)


def _introduction(prose: str, start: int) -> int:
    """How many characters before a time belong to it: "at "."""
    match = re.search(r"(?i)\b(?:at|since|from|by|on|around|about) $", prose[max(start - 8, 0) : start])
    return len(match[0]) if match else 0


def _entry(text: str, moment: _Moment, start: int, end: int) -> TimelineEntry | None:
    introduction = _INTRODUCTION.match(text, start)
    opens = introduction is not None and introduction.end() >= moment.start
    said = text[moment.end : end] if opens else text[start:end]
    event = _PATH.sub("", _DANGLING.sub("", " ".join(said.split())).strip(_TRIM), count=1)
    event += ")" if event.count("(") > event.count(")") and f"{event})" in said else ""
    if not any(map(str.isalpha, event)):
        return None
    shown = event if len(event) <= _LONGEST else f"{event[: _LONGEST - 1].rstrip()}…"
    clause = text[start:end]
    left, right = len(clause) - len(clause.lstrip()), len(clause) - len(clause.rstrip())
    return TimelineEntry(at=moment.at, event=shown, start=start + left, end=end - right)
