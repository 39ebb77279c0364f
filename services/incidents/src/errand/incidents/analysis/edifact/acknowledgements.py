"""What CONTRL and APERAK reject, in words."""

from collections.abc import Iterator

from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.edifact.faults import Message, fault
from errand.incidents.analysis.edifact.reading import Segment
from errand.incidents.analysis.report import Mention

_REJECTED = "4"  # data element 0083: this level and all below
_NOT_ACCEPTED = "27"  # data element 1225, the function of the whole APERAK
_LONGEST = 200


def reported_errors(message: Message) -> Iterator[Mention]:
    """One fault for each error that an acknowledgement names; none for one that accepts."""
    if message.kind == "CONTRL":
        yield from _syntax_errors(message)
    elif message.kind == "APERAK":
        yield from _application_errors(message)


def _syntax_errors(message: Message) -> Iterator[Mention]:
    subject, place = "the interchange", ""
    for segment in message.segments:
        if segment.tag == "UCI":
            subject = f"interchange {segment.element(1)}"
            yield from _outcome(message, segment, subject, first=4)
        elif segment.tag == "UCF":
            subject = f"group {segment.element(1)}"
            yield from _outcome(message, segment, subject, first=4)
        elif segment.tag == "UCM":
            subject = f"{segment.component(2)} {segment.element(1)}".strip()
            yield from _outcome(message, segment, subject, first=3)
        elif segment.tag == "UCS":
            place = f"segment {segment.element(1)} of {subject}"
            if segment.element(2):
                yield _error(message, segment, f"reports {_words(segment.element(2))} at {place}")
        elif segment.tag == "UCD":
            where = f"{_element(segment, 2)} of {place or subject}"
            yield _error(message, segment, f"reports {_words(segment.element(1))} at {where}")


def _outcome(message: Message, segment: Segment, subject: str, *, first: int) -> Iterator[Mention]:
    """The action at `first`, then the error, the service segment's tag, and the element in it."""
    action, code, tag = (segment.element(position) for position in range(first, first + 3))
    rejected = action == _REJECTED
    if not rejected and not code:
        return
    inside = f" in {tag}" if tag else ""
    element = f", {_element(segment, first + 3)}" if segment.element(first + 3) else ""
    why = f"{_words(code)}{inside}{element}" if code else ""
    statement = f"rejects {subject}{': ' if why else ''}{why}" if rejected else f"reports {why} for {subject}"
    yield _error(message, segment, statement)


def _element(segment: Segment, position: int) -> str:
    """The standard counts the tag as the first element."""
    component = segment.component(position, 1)
    element = f"element {segment.component(position) or '?'}"
    return f"component {component} of {element}" if component else element


def _words(code: str) -> str:
    return f"error {code[:10]} ({codes().syntax_errors.get(code, 'not in the standard')})"


def _application_errors(message: Message) -> Iterator[Mention]:
    about, failing = "", False
    for segment in message.segments:
        if segment.tag == "BGM" and segment.element(3) == _NOT_ACCEPTED:
            failing = True
            yield _error(message, segment, "states that the message it answers is not accepted")
        elif segment.tag == "RFF":
            about = f" about {segment.component(1, 1)} ({segment.component(1)})"
        elif segment.tag == "ERC":
            failing = True
            yield _error(message, segment, f"reports error code {segment.component(1)}{about}")
        elif segment.tag == "FTX" and failing:
            yield _error(message, segment, f"reports: {segment.element(4) or segment.element(3)}")


def _error(message: Message, segment: Segment, statement: str) -> Mention:
    return fault("reported_error", segment, f"{message.name} {statement}"[:_LONGEST])
