"""Finds pasted interchanges and bare messages, and reads their segments.

A paste may be wrapped over lines, quoted as mail programs do (`> UNB+…`), or stand between prose. Every character is
read once, or twice in a segment that wraps.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from errand.incidents.analysis.codes import codes

_START = re.compile(r"(?<![A-Za-z0-9])(?:UNA(?=[^\w\s])|UN[BGH](?=\+))")
# Text is normalised: of two blanks, for "no release character" and "reserved", one is left.
_UNA = re.compile(r"UNA([^\w\s])([^\w\s])[.,]([^\w\s]| )[ *^]?([^\w\s])(?=[\s>]{0,20}UN[BGH])")
_BETWEEN = re.compile(r"[\s>]*")
_WRAP = re.compile(r"\n[> ]*")
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_HEAD = re.compile(r"[A-Za-z0-9]{0,12}")
_ENVELOPE = ("UNB", "UNG", "UNH", "UNE", "UNZ")
_WINDOW = 24
_MAX_NOISE = 80


class Syntax(NamedTuple):
    """The service characters. `terminators` may be several: some programs print an apostrophe as a quotation mark."""

    component: str
    element: str
    release: str
    terminators: str


DEFAULT = Syntax(":", "+", "?", "'\u2019")


class Segment(NamedTuple):
    """`elements` has the tag first; each is a tuple of components without release characters.

    `sound` is whether it begins with three capital letters or digits, `closed` whether its terminator is there.
    """

    tag: str
    elements: tuple[tuple[str, ...], ...]
    start: int
    end: int
    sound: bool
    closed: bool

    def element(self, position: int) -> str:
        return " ".join(self.components(position))

    def component(self, position: int, place: int = 0) -> str:
        parts = self.components(position)
        return parts[place] if place < len(parts) else ""

    def components(self, position: int) -> tuple[str, ...]:
        return self.elements[position] if position < len(self.elements) else ()


class _Head(NamedTuple):
    """How a segment begins: `sound` with a tag, `separated` with anything that an element separator follows."""

    tag: str
    sound: bool
    separated: bool


Interchange = tuple[Segment, ...]


def read_interchanges(text: str) -> Iterator[Interchange]:
    """The segments of each paste, in order. One alone is a quotation and no paste."""
    position = 0
    while start := _START.search(text, position):
        syntax, first = _service_characters(text, start.start())
        segments, position = _read_segments(text, first, syntax)
        if len(segments) > 1:
            yield tuple(segments)
        position = max(position, start.end())


def split(text: str, separator: str, release: str) -> list[str]:
    """The parts between the separators that no release character stands before; release characters stay."""
    if not release or release not in text:
        return text.split(separator)
    parts: list[str] = []
    start = 0
    released = False
    for place, character in enumerate(text):
        if character == separator and not released:
            parts.append(text[start:place])
            start = place + 1
        released = character == release and not released
    return [*parts, text[start:]]


def _service_characters(text: str, position: int) -> tuple[Syntax, int]:
    match = _UNA.match(text, position)
    if match is None:
        return DEFAULT, position
    component, element, release, terminator = match.groups()
    terminators = DEFAULT.terminators if terminator in DEFAULT.terminators else terminator
    syntax = Syntax(component, element, release.strip(), terminators)
    distinct = len({component, element, release, terminator}) == len(match.groups())
    return (syntax if distinct else DEFAULT), match.end()


def _read_segments(text: str, position: int, syntax: Syntax) -> tuple[list[Segment], int]:
    """The segments from a position on, and where they end: at the first thing that is no segment."""
    segments: list[Segment] = []
    while True:
        start = _past(_BETWEEN, text, position)
        head = _read_head(text, start, syntax)
        if not _goes_on(head, segments):
            return segments, start
        # What does not begin as a segment is one only if it soon ends as one.
        end, closed = _segment_end(text, start, len(text) if head.sound else start + _MAX_NOISE, syntax)
        if not head.sound and not (closed and (head.separated or _segments_follow(text, end, syntax))):
            return segments, start
        segments.append(_segment(text, start, end, head, closed, syntax))
        position = end
        if segments[-1].tag == "UNZ":
            return segments, end


def _read_head(text: str, start: int, syntax: Syntax) -> _Head:
    window = _WRAP.sub("", text[start : start + _WINDOW])
    tag = window[: _past(_HEAD, window, 0)]
    following = window[len(tag) : len(tag) + 1]
    separated = following == syntax.element
    tagged = bool(_TAG.fullmatch(tag))
    return _Head(tag, tagged and (separated or following in (syntax.component, *syntax.terminators)), separated)


def _goes_on(head: _Head, before: list[Segment]) -> bool:
    """Whether a segment goes on with what stands before it: neither a new interchange nor prose behind a message."""
    if not before:
        return head.sound and head.tag in _ENVELOPE
    closed = before[0].tag != "UNB" and before[-1].tag in ("UNT", "UNE")
    return head.tag not in ("UNA", "UNB") and (not closed or head.tag in _ENVELOPE)


def _segment_end(text: str, start: int, limit: int, syntax: Syntax) -> tuple[int, bool]:
    """Where a segment ends, and whether by a terminator."""
    prose_may_follow = not text.startswith("FTX", start)
    released = False
    for place in range(start, min(limit, len(text))):
        character = text[place]
        if released:
            released = False
        elif character == syntax.release:
            released = True
        elif character in syntax.terminators:
            return place + 1, True
        elif character == "\n" and _breaks(text, place, syntax, prose_may_follow):
            return place, False
    return min(limit, len(text)), False


def _breaks(text: str, place: int, syntax: Syntax, prose_may_follow: bool) -> bool:
    """Whether the next line does not continue a segment: it begins another, ends a block of code, or is prose."""
    start = _past(_WRAP, text, place)
    if text.startswith(("```", "UNA"), start):
        return True
    if text[start : start + 3] in codes().segment_tags:
        return text.startswith(syntax.element, start + 3)
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    data = line[: min((place for place in map(line.find, syntax.terminators) if place >= 0), default=len(line))]
    separated = syntax.element in data or syntax.component in data
    return prose_may_follow and not separated and any(map(str.islower, data))


def _segments_follow(text: str, end: int, syntax: Syntax) -> bool:
    following = _past(_BETWEEN, text, end)
    known = text[following : following + 3] in codes().segment_tags
    return text.startswith(syntax.element, following + 3 * known)


def _segment(text: str, start: int, end: int, head: _Head, closed: bool, syntax: Syntax) -> Segment:
    line_end = text.find("\n", start, end)
    stop = end if closed or line_end < 0 else line_end  # one that nothing closes is as long as its line
    raw = _WRAP.sub("", text[start : stop - closed])
    elements = tuple(_components(part, syntax) for part in split(raw, syntax.element, syntax.release))
    return Segment(head.tag if head.sound else elements[0][0], elements, start, stop, head.sound, closed)


def _components(part: str, syntax: Syntax) -> tuple[str, ...]:
    parts = split(part, syntax.component, syntax.release)
    if syntax.release and syntax.release in part:
        return tuple(_unreleased(component, syntax.release) for component in parts)
    return tuple(parts)


def _unreleased(component: str, release: str) -> str:
    """Without release characters; of two, the second is the character itself."""
    return release.join(part.replace(release, "") for part in component.split(release * 2))


def _past(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
