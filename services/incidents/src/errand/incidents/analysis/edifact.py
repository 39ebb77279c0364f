"""EDIFACT messages pasted into a text: where they are, and whether their counts and references agree (ISO 9735)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from errand.incidents.analysis.knowledge import codes
from errand.incidents.analysis.report import EdifactMessage, Mention

_START = re.compile(r"UNA:\+.\?.'|UN[BH]\+")
_TAG = re.compile(r"[A-Z][A-Z0-9]{2}(?=[+:'])")
_RELEASED = re.compile(r"\?(.)", re.DOTALL)
_RELEASE = "?"  # the service characters are those of syntax UNOA to UNOC, which every partner here uses


class Segment(NamedTuple):
    """`elements` holds the tag first, then the data elements, components still joined by `:`."""

    tag: str
    elements: tuple[str, ...]
    start: int
    end: int

    def element(self, position: int) -> str:
        return " ".join(self.components(position))

    def components(self, position: int) -> list[str]:
        raw = self.elements[position] if position < len(self.elements) else ""
        return [_RELEASED.sub(r"\1", part) for part in split(raw, ":")]


class Findings(NamedTuple):
    messages: tuple[EdifactMessage, ...]
    faults: tuple[Mention, ...]


def check_messages(text: str) -> Findings:
    """Every pasted message, and every count or reference in it that does not agree."""
    messages: list[EdifactMessage] = []
    faults: list[Mention] = []
    for run in _runs(text):
        for group in _groups(run):
            messages.append(_message(group))
            faults.extend(_message_faults(group, messages[-1]))
        faults.extend(_interchange_faults(run))
    return Findings(tuple(messages), tuple(faults))


def split(text: str, separator: str) -> list[str]:
    """The parts between the separators that no release character stands before; release characters stay."""
    parts = [""]
    released = False
    for character in text:
        if character == separator and not released:
            parts.append("")
        else:
            parts[-1] += character
        released = character == _RELEASE and not released
    return parts


def _runs(text: str) -> Iterator[list[Segment]]:
    position = 0
    while start := _START.search(text, position):
        run, position = _read_run(text, start.start())
        yield run


def _read_run(text: str, position: int) -> tuple[list[Segment], int]:
    """The segments from a position on, and where they end: at the first thing that is no segment."""
    run: list[Segment] = []
    while _TAG.match(text, position):
        end = _segment_end(text, position)
        if end is None:
            return run, len(text)
        elements = split(text[position : end - 1].replace("\n", ""), "+")
        run.append(Segment(text[position : position + 3], tuple(elements), position, end))
        position = _skip_blanks(text, end)
        if run[-1].tag == "UNZ":
            break
    return run, position


def _segment_end(text: str, position: int) -> int | None:
    released = False
    for index in range(position, len(text)):
        if text[index] == "'" and not released:
            return index + 1
        released = text[index] == _RELEASE and not released
    return None


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _groups(run: list[Segment]) -> Iterator[list[Segment]]:
    """The segments of each message: from a UNH to its UNT, or to where the next message or the end cuts it off."""
    group: list[Segment] = []
    for segment in run:
        if segment.tag in ("UNH", "UNZ") and group:
            yield group
            group = []
        if segment.tag == "UNH" or group:
            group.append(segment)
        if segment.tag == "UNT" and group:
            yield group
            group = []
    if group:
        yield group


def _message(group: list[Segment]) -> EdifactMessage:
    header = group[0]
    kind, *release = header.components(2)
    return EdifactMessage(
        value=kind,
        start=header.start,
        end=group[-1].end,
        meaning=codes().edifact.get(kind),
        reference=header.element(1),
        release=".".join(release[:2]),
        segments=len(group),
    )


def _message_faults(group: list[Segment], message: EdifactMessage) -> Iterator[Mention]:
    trailer = group[-1]
    name = f"{message.value or 'Message'} {message.reference}".strip()
    if trailer.tag != "UNT":
        yield _fault("no_unt", group[0], f"{name} has no UNT segment: it is cut off")
    else:
        if trailer.element(1) != str(len(group)):
            yield _fault("segment_count", trailer, f"{name} states {trailer.element(1)} segments but has {len(group)}")
        if trailer.element(2) != message.reference:
            stated = trailer.element(2) or "none"
            yield _fault("message_reference", trailer, f"{name} opens as {message.reference} and closes as {stated}")
    yield from _reported_errors(group, name)


def _reported_errors(group: list[Segment], name: str) -> Iterator[Mention]:
    if group[0].components(2)[0] not in ("APERAK", "CONTRL"):
        return
    for segment in group:
        if segment.tag == "ERC":
            yield _fault("reported_error", segment, f"{name} reports error code {segment.components(1)[0]}")
        elif segment.tag == "FTX":
            yield _fault("reported_error", segment, f"{name} reports: {segment.element(4)}")


def _interchange_faults(run: list[Segment]) -> Iterator[Mention]:
    header = next((segment for segment in run if segment.tag == "UNB"), None)
    trailer = next((segment for segment in run if segment.tag == "UNZ"), None)
    if header is None:
        return
    if trailer is None:
        yield _fault("no_unz", header, f"Interchange {header.element(5)} has no UNZ segment: it is cut off")
        return
    count = sum(segment.tag == "UNH" for segment in run)
    if trailer.element(1) != str(count):
        yield _fault("message_count", trailer, f"The interchange states {trailer.element(1)} messages but has {count}")
    if trailer.element(2) != header.element(5):
        text = f"The interchange opens as {header.element(5)} and closes as {trailer.element(2)}"
        yield _fault("control_reference", trailer, text)


def _fault(code: str, segment: Segment, sentence: str) -> Mention:
    return Mention(value=code, start=segment.start, end=segment.end, meaning=sentence)
