"""Whom and what the incident affects, each with the fact that says so."""

import re
from collections.abc import Iterator
from typing import Literal

from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.playbook import Area, playbook
from errand.incidents.analysis.report import AffectedArea, Extraction, Fact, Impact, Intake

_SEVERAL = 2
_MANY = 20
_MOST_COSTS = 3
_COST = re.compile(
    r"\b(?:demurrage|detention (?:charge|cost|fee|invoice|day|free)s?|per diem|penalt(?:y|ies)|fined|fines?(?= of\b)"
    r"|liquidated damages|compensation|storage (?:charge|cost|fee)s?|(?:cargo|insurance) claims?"
    r"|claims?(?= for\b| against\b| of\b))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|without|waived?|free of)\b[^.;,\n]{0,20}$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.;!?](?=\s|$)|\n")
_CLAUSE = 100  # characters on either side of what names the cost


def estimate_impact(intake: Intake, extraction: Extraction) -> Impact:
    entities = extraction.entities
    counted = max((quantity.count for quantity in entities.quantities), default=0)
    containers = max(counted, len(entities.containers))
    return Impact(
        scope=_scope(containers, {fact.signal for fact in extraction.facts if fact.polarity == "asserted"}),
        containers=containers,
        vessels=tuple(vessel.value for vessel in entities.vessels),
        areas=(*_areas(extraction), *_costs(intake.text, extraction)),
    )


def _scope(containers: int, asserted: set[str]) -> Literal["single", "several", "many", "terminal"]:
    if "terminal_stop" in asserted:
        return "terminal"
    if containers >= _MANY or "many_boxes" in asserted:
        return "many"
    return "several" if containers >= _SEVERAL or "several_customers" in asserted else "single"


def _areas(extraction: Extraction) -> Iterator[AffectedArea]:
    """The worst that is said about each area, the worst area first."""
    worst: dict[Area, Fact] = {}
    for fact in sorted(extraction.facts, key=_rank):
        area = _area(fact)
        if area and fact.polarity != "negated":
            worst.setdefault(area, fact)
    for area, fact in worst.items():
        over = ", reported as over" if fact.polarity == "resolved" else ""
        yield AffectedArea(area=area, statement=f"{fact.statement} (“{fact.quote}”{over})", fact=fact.id)


def _rank(fact: Fact) -> tuple[bool, int, int]:
    return fact.polarity == "resolved", -(signals()[fact.signal].impact or 0), fact.start


def _area(fact: Fact) -> Area | None:
    area = next((area for area, names in playbook().areas.items() if fact.signal in names), None)
    signal = signals()[fact.signal]
    if area or not signal.impact or not signal.votes:
        return area
    return playbook().usual_areas.get(max(signal.votes, key=lambda kind: signal.votes[kind]))


def _costs(text: str, extraction: Extraction) -> Iterator[AffectedArea]:
    """Only what the text itself says about money."""
    amounts = ((amount.start, amount.end) for amount in extraction.entities.amounts)
    spans = sorted([*(match.span() for match in _COST.finditer(text)), *amounts])
    clauses: dict[str, int] = {}
    for start, end in spans:
        if not _DENIED.search(text, max(start - 40, 0), start):
            clauses.setdefault(_clause(text, start, end), start)
    for clause, place in list(clauses.items())[:_MOST_COSTS]:
        fact = next((fact.id for fact in extraction.facts if fact.start <= place < fact.end), None)
        yield AffectedArea(area="cost", statement=f"The text speaks of cost: “{clause}”", fact=fact)


def _clause(text: str, start: int, end: int) -> str:
    before = _CLAUSE_END.split(text[max(start - _CLAUSE, 0) : start])[-1]
    after = _CLAUSE_END.split(text[end : end + _CLAUSE])[0]
    return f"{before}{text[start:end]}{after}".strip()
