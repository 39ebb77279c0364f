"""The second stage: the entities a text names and the facts it states, each with its quote."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, get_args

from errand.incidents.analysis import patterns
from errand.incidents.analysis.entities import find_entities
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.phrases import Hit, find_hits
from errand.incidents.analysis.polarity import polarities
from errand.incidents.analysis.report import (
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
from errand.incidents.analysis.words import Word, split_words

MANY_BOXES = 20
NEAR_DEADLINE_MIN = 240
_FAULTS_QUOTED = 5
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
    entities = find_entities(intake.text)
    findings = sorted([*_entity_findings(entities), *_word_findings(intake.text, entities)])
    return Extraction(
        entities=entities,
        facts=tuple(_fact(number, finding, intake.text) for number, finding in enumerate(_once(findings), 1)),
        stated_type=_stated_type(intake.text),
        stated_severity=_stated_severity(intake.text),
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


def _word_findings(text: str, entities: Entities) -> Iterator[_Finding]:
    words = tuple(_with_containers(split_words(text), entities))
    hits = [*find_hits(words), *_pressure(entities, words)]
    for hit, polarity in zip(hits, polarities(hits, words), strict=True):
        if hit.signal.name != "idiom":
            start, end = words[hit.first].start, words[hit.last].end
            yield _Finding(start, end, hit.signal.name, hit.signal.statement, polarity)


def _with_containers(words: Iterable[Word], entities: Entities) -> Iterator[Word]:
    """A container's number stands for the word: "CSQU3054383 is missing"."""
    numbers = {container.start for container in entities.containers}
    return (word._replace(text="container") if word.start in numbers else word for word in words)


def _pressure(entities: Entities, words: Sequence[Word]) -> Iterator[Hit]:
    """Numbers and deadlines weigh like words do: the text may deny them or report them as over."""
    many = [quantity for quantity in entities.quantities if quantity.count >= MANY_BOXES]
    if many or len(entities.containers) >= MANY_BOXES:
        yield _hit("many_boxes", (many or entities.containers)[0], words)
    for deadline in entities.deadlines:
        if deadline.minutes < NEAR_DEADLINE_MIN:
            yield _hit("deadline_near", deadline, words)


def _hit(signal: str, mention: Mention, words: Sequence[Word]) -> Hit:
    first = bisect_left(words, mention.start, key=lambda word: word.start)
    last = bisect_left(words, mention.end, key=lambda word: word.start) - 1
    return Hit(signals()[signal], (first, last), True)


def _entity_findings(entities: Entities) -> Iterator[_Finding]:
    for signal, kind in _NAMED.items():
        mentions: tuple[Mention, ...] = getattr(entities, kind)
        if mentions:
            yield _finding(signal, mentions[0], signals()[signal].statement)
    yield from _faults(entities)


def _faults(entities: Entities) -> Iterator[_Finding]:
    wrong = [
        container for container in entities.containers if not container.valid and container.check_digit is not None
    ]
    for container in wrong[:_FAULTS_QUOTED]:
        statement = f"The check digit of {container.value} should be {container.expected}"
        yield _finding("check_digit_wrong", container, statement)
    for imo in entities.imo_numbers[:_FAULTS_QUOTED]:
        if not imo.valid:
            yield _finding("imo_wrong", imo, f"The last digit of IMO {imo.value} should be {imo.expected}")
    for fault in entities.edifact_faults[:_FAULTS_QUOTED]:
        signal = "message_rejected" if fault.value == "reported_error" else "edifact_fault"
        yield _finding(signal, fault, fault.meaning or fault.value)


def _finding(signal: str, mention: Mention, statement: str) -> _Finding:
    return _Finding(mention.start, mention.end, signal, statement, "asserted")


def _stated_type(text: str) -> StatedType | None:
    for match in patterns.STATED_TYPE.finditer(text):
        if name := _TYPES.get(match[1].strip().lower()):
            return StatedType(value=name, quote=match[0].strip())
    return None


def _stated_severity(text: str) -> StatedSeverity | None:
    for match in patterns.STATED_SEVERITY.finditer(text):
        if level := _SEVERITIES.get((match[1] or match[2]).lower()):
            return StatedSeverity(value=level, quote=match[0])
    return None
