"""What does not fit in an interchange: counts, references, segments that lack or are none (ISO 9735)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.edifact.acknowledgements import reported_errors
from errand.incidents.analysis.edifact.dates import impossible_date
from errand.incidents.analysis.edifact.faults import Message, fault, messages_of
from errand.incidents.analysis.edifact.reading import Interchange, Segment
from errand.incidents.analysis.identifiers import CATEGORIES, container_check_digit
from errand.incidents.analysis.report import EdifactMessage, Mention

_MANDATORY = ("BGM",)
_SERVICE_MESSAGES = ("CONTRL", "AUTACK", "KEYMAN")  # of the syntax itself: they have no BGM


class Checked(NamedTuple):
    messages: tuple[EdifactMessage, ...]
    faults: tuple[Mention, ...]


def check_interchange(interchange: Interchange) -> Checked:
    messages = messages_of(interchange)
    faults = [
        *(found for message in messages for found in _message_faults(message)),
        *_stray_segments(interchange, messages),
        *_repeated_references(messages),
        *_envelope_faults(interchange, messages),
        *_group_faults(interchange),
    ]
    header = next((segment for segment in interchange if segment.tag == "UNB"), None)
    return Checked(tuple(_described(message, header) for message in messages), tuple(faults))


def _described(message: Message, header: Segment | None) -> EdifactMessage:
    return EdifactMessage(
        value=message.kind.strip() or "UNH",
        start=message.header.start,
        end=message.segments[-1].end,
        meaning=codes().edifact.get(message.kind),
        reference=message.reference,
        release=".".join(message.header.components(2)[1:3]),
        segments=message.length,
        sender=header.component(2) if header else "",
        recipient=header.component(3) if header else "",
        interchange=header.element(5) if header else "",
    )


def _message_faults(message: Message) -> Iterator[Mention]:
    yield from _trailer_faults(message)
    if message.kind not in codes().edifact and message.kind not in codes().message_types:
        statement = f"UNH of {message.name} names {message.kind or 'no type'}, which is no type of message"
        yield fault("message_type", message.header, statement)
    if message.closed:
        yield from _missing_segments(message)
    for number, segment in message.numbered():
        yield from _segment_faults(message, number, segment)
    yield from reported_errors(message)


def _trailer_faults(message: Message) -> Iterator[Mention]:
    trailer = message.segments[-1]
    if not message.closed:
        cut = f"cut off after segment {message.length} ({trailer.tag})"
        yield fault("no_unt", trailer, f"{message.name} has no UNT: it is {cut}")
        return
    if _number(trailer.element(1)) != message.length:
        stated = trailer.element(1) or "no number of"
        statement = f"UNT of {message.name} states {stated} segments, the message has {message.length}"
        yield fault("segment_count", trailer, statement)
    if trailer.element(2) != message.reference:
        closing = f"closes the message as {trailer.element(2) or 'nothing'}"
        statement = f"UNT of {message.name} {closing}, UNH opens it as {message.reference or 'nothing'}"
        yield fault("message_reference", trailer, statement)


def _missing_segments(message: Message) -> Iterator[Mention]:
    present = {segment.tag for segment in message.segments}
    general = () if message.kind in _SERVICE_MESSAGES else _MANDATORY
    for tag in (*general, *codes().mandatory.get(message.kind, ())):
        if tag not in present:
            yield fault("missing_segment", message.header, f"{message.name} has no {tag} segment, which it must have")


def _segment_faults(message: Message, number: int, segment: Segment) -> Iterator[Mention]:
    place = f"Segment {number} ({segment.tag}) of {message.name}"
    if not segment.sound:
        tag = f"begins with “{segment.tag[:20]}” instead of a tag" if segment.tag.strip() else "has no tag"
        yield fault("segment_tag", segment, f"Segment {number} of {message.name} {tag}")
    elif segment.tag not in codes().segment_tags:
        yield fault("segment_tag", segment, f"{place} has a tag that no directory knows")
    if not segment.closed:
        yield fault("no_terminator", segment, f"{place} is not closed by a terminator")
    if segment.tag == "DTM" and (wrong := impossible_date(segment)):
        yield fault("date", segment, f"{place} states {wrong}")
    if segment.tag == "EQD" and segment.component(1) == "CN" and (expected := _expected_digit(segment.component(2))):
        statement = f"{place} names {segment.component(2)}, whose check digit should be {expected}"
        yield fault("check_digit", segment, statement)


def _expected_digit(number: str) -> str | None:
    """The right check digit of what looks like a container number with a wrong one."""
    shaped = len(number) == 11 and number.isascii() and number[:4].isupper() and number[4:].isdigit()
    if not shaped or not number[:4].isalpha() or number[3] not in CATEGORIES:
        return None
    expected = str(container_check_digit(number[:10]))
    return None if number[10] == expected else expected


def _stray_segments(interchange: Interchange, messages: Sequence[Message]) -> Iterator[Mention]:
    inside = {segment.start for message in messages for segment in message.segments}
    stray = [segment for segment in interchange if segment.start not in inside and not segment.tag.startswith("UN")]
    if stray:
        yield fault("no_unh", stray[0], f"{stray[0].tag[:20] or 'A segment'} stands outside of any message")
    for segment in interchange:
        if segment.tag == "UNT" and segment.start not in inside:
            yield fault("no_unh", segment, f"UNT closes message {segment.element(2)}, which no UNH opens")


def _repeated_references(messages: Sequence[Message]) -> Iterator[Mention]:
    seen: set[str] = set()
    for message in messages:
        if message.reference in seen:
            statement = f"UNH of {message.name} repeats the reference of an earlier message"
            yield fault("repeated_reference", message.header, statement)
        seen.add(message.reference)


def _envelope_faults(interchange: Interchange, messages: Sequence[Message]) -> Iterator[Mention]:
    header = next((segment for segment in interchange if segment.tag == "UNB"), None)
    trailer = next((segment for segment in interchange if segment.tag == "UNZ"), None)
    if trailer and not trailer.closed:
        yield fault("no_terminator", trailer, "UNZ is not closed by a terminator")
    if header and not trailer:
        yield fault("no_unz", header, f"Interchange {header.element(5)} has no UNZ: it is cut off")
    if trailer and not header:
        yield fault("no_unb", trailer, f"UNZ closes interchange {trailer.element(2)}, which no UNB opens")
    if header and trailer:
        names = f"the interchange{' of ' if messages else ''}{', '.join(message.name for message in messages[:3])}"
        yield from _interchange_faults(header, trailer, _contents_count(interchange), names)


def _contents_count(interchange: Interchange) -> tuple[int, str]:
    """What UNZ counts: groups, where there are any, else messages."""
    tags = [segment.tag for segment in interchange]
    return (tags.count("UNG"), "groups") if "UNG" in tags else (tags.count("UNH"), "messages")


def _interchange_faults(header: Segment, trailer: Segment, count: tuple[int, str], names: str) -> Iterator[Mention]:
    number, what = count
    if _number(trailer.element(1)) != number:
        statement = f"UNZ states {trailer.element(1) or 'no number of'} {what}, {names} has {number}"
        yield fault("message_count", trailer, statement)
    if trailer.element(2) != header.element(5):
        opened = header.element(5) or "nothing"
        statement = f"UNZ closes {names} as {trailer.element(2) or 'nothing'}, UNB opens it as {opened}"
        yield fault("control_reference", trailer, statement)


def _group_faults(interchange: Interchange) -> Iterator[Mention]:
    header: Segment | None = None
    messages = 0
    for segment in interchange:
        if segment.tag == "UNG":
            if header:
                yield fault("no_une", header, f"Group {header.element(5)} has no UNE")
            header, messages = segment, 0
        elif segment.tag == "UNH":
            messages += 1
        elif segment.tag == "UNE":
            yield from _group_trailer_faults(header, segment, messages)
            header = None
    if header:
        yield fault("no_une", header, f"Group {header.element(5)} has no UNE")


def _group_trailer_faults(header: Segment | None, trailer: Segment, messages: int) -> Iterator[Mention]:
    if header is None:
        yield fault("no_ung", trailer, f"UNE closes group {trailer.element(2)}, which no UNG opens")
        return
    if _number(trailer.element(1)) != messages:
        stated = trailer.element(1) or "no number of"
        statement = f"UNE of group {header.element(5)} states {stated} messages, the group has {messages}"
        yield fault("group_count", trailer, statement)
    if trailer.element(2) != header.element(5):
        statement = f"UNE closes the group as {trailer.element(2) or 'nothing'}, UNG opens it as {header.element(5)}"
        yield fault("group_reference", trailer, statement)


def _number(stated: str) -> int | None:
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None
