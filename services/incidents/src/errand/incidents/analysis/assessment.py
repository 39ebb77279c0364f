"""The fifth stage: how bad it is, by impact times urgency and what is named beside them."""

from collections.abc import Container, Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from errand.incidents.analysis.knowledge import Signal, signals
from errand.incidents.analysis.polarity import is_believed, is_ending
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
_USUAL_SCORE = _USUAL * _USUAL
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


def _split(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    going_on: list[Fact] = []
    over: list[Fact] = []
    for fact in facts:
        if fact.polarity == "resolved" or (fact.polarity == "asserted" and is_ending(signals()[fact.signal])):
            over.append(fact)
        elif fact.polarity == "asserted" and (_weight(fact, "impact") or _weight(fact, "urgency")):
            going_on.append(fact)
    return [fact for fact in going_on if not over or signals()[fact.signal].phrases], over


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
    """What raises the score, one relief of a stop, and what makes the whole matter small; nothing lowers a danger."""
    stated = {fact.signal: fact for fact in facts if fact.polarity == "asserted"}
    raising = [_modifier(fact) for fact in stated.values() if signals()[fact.signal].modifier > 0]
    if product >= _DANGER:
        return raising
    lowering = [fact for fact in stated.values() if signals()[fact.signal].modifier < 0]
    reached = product + sum(factor.weight for factor in raising)
    relief = [_relief(fact, reached) for fact in lowering if _can_relieve(fact, stated) and reached > _USUAL_SCORE]
    smallness = [_modifier(fact) for fact in lowering if _makes_small(fact, product)]
    return [*raising, *relief[:1], *sorted(smallness, key=lambda factor: factor.weight)[:1]]


def _can_relieve(fact: Fact, stated: Container[str]) -> bool:
    """What else works does not make a trouble small that everybody has."""
    only_elsewhere = fact.signal == "only_one" and "for_everybody" in stated
    return _relieves(signals()[fact.signal]) and not only_elsewhere


def _makes_small(fact: Fact, product: int) -> bool:
    """Whoever asks about a stop reports it."""
    asks_about_stop = fact.signal == "whole_question" and product >= _HIGH
    return not _relieves(signals()[fact.signal]) and not asks_about_stop


def _relief(fact: Fact, reached: int) -> SeverityFactor:
    """No lower than the usual: a workaround does not make a problem small."""
    factor = _modifier(fact)
    return msgspec.structs.replace(factor, weight=max(factor.weight, _USUAL_SCORE - reached))


def _relieves(signal: Signal) -> bool:
    return signal.modifier < 0 and signal.impact is None


def _modifier(fact: Fact) -> SeverityFactor:
    return _factor("modifier", fact.statement, signals()[fact.signal].modifier, fact.quote, fact.id)


def _stated(extraction: Extraction, product: int) -> list[SeverityFactor]:
    """The level in a field of the report raises the score, and lowers it only where nothing worse than usual is
    reported."""
    stated = extraction.stated_severity
    if stated is None or not is_believed(stated, extraction.facts):
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
