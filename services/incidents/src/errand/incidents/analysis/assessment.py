"""The fifth stage: how bad it is, by impact times urgency and what is named beside them."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.polarity import is_ending
from errand.incidents.analysis.report import Assessment, Extraction, Fact, Priority, Severity, SeverityFactor

# Impact: 1 cosmetic, 2 one box or partner, 3 a vessel, a gate or many boxes, 4 life or the whole terminal.
# Urgency: 1 whenever, 2 today, 3 within hours, 4 now. Only 4 times 4 is critical by itself.
_THRESHOLDS: tuple[tuple[int, Severity, Priority], ...] = (
    (16, "Critical", "P1"),
    (8, "High", "P2"),
    (4, "Medium", "P3"),
    (0, "Low", "P4"),
)
_LEVELS: tuple[Severity, ...] = ("Low", "Medium", "High", "Critical")
_DANGER = 16
_HIGH = 8
_USUAL = 2
_SETTLED_URGENCY = 1
_STATED_WEIGHT = 4


class _Cell(NamedTuple):
    impact: SeverityFactor
    urgency: SeverityFactor

    @property
    def product(self) -> int:
        return self.impact.weight * self.urgency.weight


def assess(extraction: Extraction) -> Assessment:
    cell = _matrix(extraction.facts)
    modifiers = [*_modifiers(extraction.facts, cell.product), *_stated(extraction, cell.product)]
    score = max(cell.product + sum(modifier.weight for modifier in modifiers), 0)
    severity, priority = _level(score)
    return Assessment(severity=severity, priority=priority, score=score, factors=(*cell, *modifiers))


def is_settled(facts: Iterable[Fact]) -> bool:
    """Whether something is reported as over and nothing as still going on."""
    going_on, over = _split(facts)
    return bool(over) and not going_on


def _split(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    going_on: list[Fact] = []
    over: list[Fact] = []
    for fact in facts:
        if fact.polarity == "resolved" or (fact.polarity == "asserted" and is_ending(signals()[fact.signal])):
            over.append(fact)
        elif fact.polarity == "asserted" and (_weight(fact, "impact") or _weight(fact, "urgency")):
            going_on.append(fact)
    return going_on, over


def _matrix(facts: Iterable[Fact]) -> _Cell:
    """What still goes on decides, unless what is over was worse: danger to life stays Medium once it has passed."""
    going_on, over = _split(facts)
    cells = [_Cell(_worst("impact", going_on), _worst("urgency", going_on))] if going_on or not over else []
    if over:
        quote = over[-1].quote
        settled = _factor("urgency", "The problem is reported as settled", _SETTLED_URGENCY, quote, over[-1].id)
        cells.append(_Cell(_worst("impact", over), settled))
    return max(cells, key=lambda cell: cell.product)


def _worst(axis: Literal["impact", "urgency"], facts: Sequence[Fact]) -> SeverityFactor:
    fact = max(facts, key=lambda fact: _weight(fact, axis), default=None)
    if fact and _weight(fact, axis):
        return _factor(axis, fact.statement, _weight(fact, axis), fact.quote, fact.id)
    usual = "One box or one partner, as usual" if axis == "impact" else "To be handled today, as usual"
    return _factor(axis, usual, _USUAL, "", None)


def _weight(fact: Fact, axis: Literal["impact", "urgency"]) -> int:
    signal = signals()[fact.signal]
    return (signal.impact if axis == "impact" else signal.urgency) or 0


def _modifiers(facts: Iterable[Fact], product: int) -> list[SeverityFactor]:
    stated = {fact.signal: fact for fact in facts if fact.polarity == "asserted"}
    factors = [
        _factor("modifier", fact.statement, signals()[name].modifier, fact.quote, fact.id)
        for name, fact in stated.items()
        if signals()[name].modifier
    ]
    return [factor for factor in factors if factor.weight > 0 or product < _DANGER]


def _stated(extraction: Extraction, product: int) -> list[SeverityFactor]:
    """The reporter's own level raises the score, and lowers it only where nothing worse than usual is reported."""
    stated = extraction.stated_severity
    if stated is None:
        return []
    distance = _LEVELS.index(stated.value) - _LEVELS.index(_level(product)[0])
    if distance == 0 or (distance < 0 and product >= _HIGH):
        return []
    weight = _STATED_WEIGHT if distance > 0 else -_USUAL
    return [_factor("modifier", f"The report states the severity {stated.value}", weight, stated.quote, None)]


def _level(score: int) -> tuple[Severity, Priority]:
    return next((severity, priority) for least, severity, priority in _THRESHOLDS if score >= least)


def _factor(
    kind: Literal["impact", "urgency", "modifier"], factor: str, weight: int, quote: str, fact: str | None
) -> SeverityFactor:
    return SeverityFactor(kind=kind, factor=factor, weight=weight, quote=quote, fact=fact)
