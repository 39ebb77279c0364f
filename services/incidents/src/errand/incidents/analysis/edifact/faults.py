"""Messages as runs of segments, and how a fault in one is put."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from errand.incidents.analysis.edifact.reading import Interchange, Segment
from errand.incidents.analysis.report import Mention

_LONGEST_NAME = 40
_NOTHING = (("",),)


class Message(NamedTuple):
    """From UNH to UNT, or to where the next message or the envelope's end cuts it off.

    `length` is as UNT counts: nothing between two terminators is no segment.
    """

    segments: tuple[Segment, ...]
    kind: str
    reference: str
    name: str
    closed: bool
    length: int

    @property
    def header(self) -> Segment:
        return self.segments[0]

    def numbered(self) -> Iterator[tuple[int, Segment]]:
        number = 0
        for segment in self.segments:
            number += segment.elements != _NOTHING
            yield number, segment


def messages_of(interchange: Interchange) -> tuple[Message, ...]:
    groups: list[list[Segment]] = []
    inside = False
    for segment in interchange:
        if segment.tag == "UNH":
            groups.append([segment])
            inside = True
        elif segment.tag in ("UNB", "UNG", "UNE", "UNZ"):
            inside = False
        elif inside:
            groups[-1].append(segment)
            inside = segment.tag != "UNT"
    return tuple(map(_message, groups))


def _message(segments: Sequence[Segment]) -> Message:
    kind, reference = segments[0].component(2), segments[0].element(1)
    return Message(
        segments=tuple(segments),
        kind=kind,
        reference=reference,
        name=f"{kind or 'message'} {reference}".strip()[:_LONGEST_NAME],
        closed=segments[-1].tag == "UNT",
        length=sum(segment.elements != _NOTHING for segment in segments),
    )


def fault(code: str, segment: Segment, statement: str) -> Mention:
    return Mention(value=code, start=segment.start, end=segment.end, meaning=statement)
