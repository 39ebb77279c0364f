"""Possible causes, each only as confident as the facts that speak for it."""

from typing import Literal

from msgspec.structs import replace

from errand.incidents.analysis.knowledge import Cause, playbook
from errand.incidents.analysis.report import Fact, Hypothesis, IncidentType

_PER_FACT = 0.3
_MOST_CONFIDENT = 0.8  # rules alone do not prove a cause
_REFUTED = 0.05
_MOST = 5


def propose_hypotheses(facts: tuple[Fact, ...], incident_type: IncidentType) -> tuple[Hypothesis, ...]:
    """The causes known for this type, the likeliest first."""
    weighed = [_weigh(cause, facts) for cause in playbook().cause if incident_type in cause.types]
    likeliest = sorted(weighed, key=lambda hypothesis: -hypothesis.confidence)[:_MOST]
    return tuple(replace(hypothesis, id=f"H{number}") for number, hypothesis in enumerate(likeliest, 1))


def _weigh(cause: Cause, facts: tuple[Fact, ...]) -> Hypothesis:
    spoken = [fact for fact in facts if fact.signal in cause.signals]
    evidence_for = tuple(fact.id for fact in spoken if fact.polarity != "negated")
    evidence_against = tuple(fact.id for fact in spoken if fact.polarity == "negated")
    status, confidence = _verdict(cause.prior, len(evidence_for), len(evidence_against))
    return Hypothesis(
        id=cause.cause,
        cause=cause.cause,
        confidence=confidence,
        status=status,
        evidence_for=evidence_for,
        evidence_against=evidence_against,
        next_check=cause.next_check,
    )


def _verdict(prior: float, spoken_for: int, against: int) -> tuple[Literal["proposed", "supported", "refuted"], float]:
    if spoken_for:
        return "supported", round(min(prior + _PER_FACT * spoken_for, _MOST_CONFIDENT), 2)
    return ("refuted", _REFUTED) if against else ("proposed", prior)
