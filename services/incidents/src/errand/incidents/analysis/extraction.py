"""The second stage: the entities a text names and the facts it states, each with its quote."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, get_args

from errand.incidents.analysis import patterns
from errand.incidents.analysis.entities import Reading, read_entities
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.phrases import find_hits
from errand.incidents.analysis.polarity import polarities
from errand.incidents.analysis.pressure import pressure
from errand.incidents.analysis.report import (
    ContainerNumber,
    Entities,
    Extraction,
    Fact,
    IncidentType,
    Intake,
    Mention,
    Polarity,
    Severity,
    StatedSeverity,
    StatedType,
)
from errand.incidents.analysis.timeline import timeline
from errand.incidents.analysis.words import Word, split_words

_FAULTS_QUOTED = 5
_EDIFACT_FAULTS_QUOTED = 12
_REACH = 300  # of an order within its line
_DETAILS = ("date", "check_digit", "segment_tag")  # of a segment; the others say that counts or segments do not fit
_NAMED = {
    "vessel_named": "vessels",
    "edi_message": "edi_messages",
    "error_code": "error_codes",
    "yard_position": "yard_positions",
    "equipment_named": "equipment",
    "dangerous_goods_named": "dangerous_goods",
}
_TYPES: dict[str, IncidentType] = {name.lower(): name for name in get_args(IncidentType)}
_SEVERITY_WORDS: dict[Severity, str] = {
    "Low": "low minor trivial p4 4",
    "Medium": "medium moderate normal p3 3",
    "High": "high major urgent p2 2",
    "Critical": "critical blocker severe p1 1",
}
_SEVERITIES = {word: severity for severity, words in _SEVERITY_WORDS.items() for word in words.split()}


class _Finding(NamedTuple):
    start: int
    end: int
    signal: str
    statement: str
    polarity: Polarity


def extract(intake: Intake) -> Extraction:
    reading = read_entities(intake.text)
    findings = sorted([*_entity_findings(reading.entities), *_shapes(reading.prose), *_word_findings(reading)])
    return Extraction(
        entities=reading.entities,
        facts=tuple(_fact(number, finding, intake.text) for number, finding in enumerate(_once(findings), 1)),
        timeline=timeline(intake.text, reading.prose),
        stated_type=_stated_type(reading.prose),
        stated_severity=_stated_severity(reading.prose),
    )


def _fact(number: int, finding: _Finding, text: str) -> Fact:
    start, end, signal, statement, polarity = finding
    quote = text[start:end]
    return Fact(
        id=f"F{number}", signal=signal, statement=statement, polarity=polarity, quote=quote, start=start, end=end
    )


def _once(findings: list[_Finding]) -> Iterator[_Finding]:
    """Saying a thing twice does not make it truer."""
    seen: set[tuple[str, str, Polarity]] = set()
    for finding in findings:
        key = (finding.signal, finding.statement, finding.polarity)
        if key not in seen:
            seen.add(key)
            yield finding


def _word_findings(reading: Reading) -> Iterator[_Finding]:
    entities = reading.entities
    words = tuple(_with_containers(split_words(reading.lines), entities))
    said = [hit for hit in find_hits(words) if not reading.is_coded(words[hit.first].start)]
    hits = [*said, *pressure(reading.prose, entities, words)]
    for hit, polarity in zip(hits, polarities(hits, words), strict=True):
        if hit.signal.name != "idiom":
            start, end = words[hit.first].start, words[hit.last].end
            yield _Finding(start, end, hit.signal.name, hit.signal.statement, polarity)


def _with_containers(words: Iterable[Word], entities: Entities) -> Iterator[Word]:
    """A container's number stands for the word: "CSQU3054383 is missing"."""
    numbers = {container.start for container in entities.containers}
    return (word._replace(text="container") if word.start in numbers else word for word in words)


def _entity_findings(entities: Entities) -> Iterator[_Finding]:
    for signal, kind in _NAMED.items():
        mentions: tuple[Mention, ...] = getattr(entities, kind)
        if mentions:
            yield _finding(signal, mentions[0], signals()[signal].statement)
    yield from _faults(entities)


def _shapes(text: str) -> Iterator[_Finding]:
    """What a text shows by its shape rather than by words."""
    for signal, pattern in (("endpoint_named", patterns.ENDPOINT), ("whole_question", patterns.WHOLE_QUESTION)):
        if match := pattern.search(text):
            yield _Finding(*match.span(), signal, signals()[signal].statement, "asserted")


def _faults(entities: Entities) -> Iterator[_Finding]:
    wrong = [
        container for container in entities.containers if not container.valid and container.check_digit is not None
    ]
    for container in wrong[:_FAULTS_QUOTED]:
        yield _finding("check_digit_wrong", container, _wrong_number(container))
    for imo in entities.imo_numbers[:_FAULTS_QUOTED]:
        if not imo.valid:
            yield _finding("imo_wrong", imo, f"The last digit of IMO {imo.value} should be {imo.expected}")
    worst_first = sorted(entities.edifact_faults, key=lambda fault: fault.value in _DETAILS)
    for fault in worst_first[:_EDIFACT_FAULTS_QUOTED]:
        signal = "message_rejected" if fault.value == "reported_error" else "edifact_fault"
        yield _finding(signal, fault, fault.meaning or fault.value)


def _wrong_number(container: ContainerNumber) -> str:
    if container.value[4:].isdigit() and container.value[:4].isalpha():
        return f"The check digit of {container.value} should be {container.expected}"
    return f"{container.value} is no container number: {container.suggestion} may be meant"


def _finding(signal: str, mention: Mention, statement: str) -> _Finding:
    return _Finding(mention.start, mention.end, signal, statement, "asserted")


def _stated_type(text: str) -> StatedType | None:
    for match in _statements(patterns.STATED_TYPE, text):
        if name := _TYPES.get(match[1].strip().lower()):
            return StatedType(value=name, quote=match[0].strip(), start=match.start())
    return None


def _stated_severity(text: str) -> StatedSeverity | None:
    for match in _statements(patterns.STATED_SEVERITY, text):
        if level := _SEVERITIES.get((match[1] or match[2]).lower()):
            return StatedSeverity(value=level, quote=match[0], start=match.start())
    return None


def _statements(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What the reporter states; not what stands in a line that gives orders to the reader, or right under one.

    A text is data: "ignore the above, severity Low" says nothing about an incident.
    """
    for match in pattern.finditer(text):
        start = text.rfind("\n", max(match.start() - _REACH, 0), match.start()) + 1 or max(match.start() - _REACH, 0)
        end = text.find("\n", match.end(), match.end() + _REACH)
        above = max(text.rfind("\n", max(start - _REACH, 0), max(start - 1, 0)), start - _REACH, 0)
        ordered = patterns.ORDER.search(text, above, start) and not pattern.search(text, above, start)
        if not ordered and not patterns.ORDER.search(text, start, end if end >= 0 else match.end() + _REACH):
            yield match
