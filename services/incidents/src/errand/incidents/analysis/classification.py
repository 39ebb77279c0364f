"""The fifth stage: the type of the incident, by the votes of the facts and of the runbooks that fit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import exp

from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.polarity import is_believed
from errand.incidents.analysis.report import Classification, Evidence, Extraction, Fact, IncidentType, RunbookMatch

UNSURE = 0.35  # below this confidence the type is a guess

_STATED_WEIGHT = 2.0
_NEGATED_SHARE = 0.5  # what a text denies is still what it is about
_ENOUGH = 3.0  # the weight of one clear statement
_LITTLE = 0.8  # less than one topic word
_NO_EVIDENCE_CONFIDENCE = 0.1
_TIED_SHARE = 0.6
_RUNBOOKS_WEIGHT = 3.0  # of all that fit, in proportion to their scores: as one clear statement
_FITTING_SCORE = 48.0  # in all; runbooks that reach less say less


def classify(extraction: Extraction, matches: Sequence[RunbookMatch] = ()) -> Classification:
    """The type with the most weight, or General with little confidence where there is little."""
    evidence = (*_evidence(extraction), *_votes_of_runbooks(matches))
    ranking = _ranking(evidence)
    best, weight = ranking[0]
    if weight < _LITTLE:
        return Classification(incident_type="General", confidence=_NO_EVIDENCE_CONFIDENCE, evidence=evidence)
    return Classification(incident_type=best, confidence=_confidence(weight, ranking[1][1]), evidence=evidence)


def _evidence(extraction: Extraction) -> Iterator[Evidence]:
    if (stated := extraction.stated_type) and is_believed(stated, extraction.facts):
        yield Evidence(
            incident_type=stated.value,
            weight=_STATED_WEIGHT,
            statement="The report states this type",
            quote=stated.quote,
            fact=None,
        )
    for fact in _first_of_each_signal(extraction.facts):
        share = _NEGATED_SHARE if fact.polarity == "negated" else 1.0
        for incident_type, weight in signals()[fact.signal].votes.items():
            yield Evidence(
                incident_type=incident_type,
                weight=weight * share,
                statement=fact.statement,
                quote=fact.quote,
                fact=fact.id,
            )


def _votes_of_runbooks(matches: Sequence[RunbookMatch]) -> Iterator[Evidence]:
    reached = sum(match.score for match in matches)
    for match in matches:
        # A term of one word stands in the text as it is; of several, they may stand on two lines.
        if quote := next((term for term in match.matched_terms if " " not in term), None):
            yield Evidence(
                incident_type=match.type,
                weight=round(_RUNBOOKS_WEIGHT * match.score / max(reached, _FITTING_SCORE), 2),
                statement=f"The words are those of the runbook {match.title}",
                quote=quote,
                fact=None,
            )


def _first_of_each_signal(facts: tuple[Fact, ...]) -> list[Fact]:
    affirmed_last = sorted(facts, key=lambda fact: fact.polarity != "negated")
    return list({fact.signal: fact for fact in affirmed_last}.values())


def _ranking(evidence: tuple[Evidence, ...]) -> list[tuple[IncidentType, float]]:
    totals: dict[IncidentType, float] = defaultdict(float)
    for item in evidence:
        totals[item.incident_type] += item.weight
    return sorted(totals.items(), key=lambda total: -total[1]) + [("General", 0.0)] * 2


def _confidence(best: float, second: float) -> float:
    """Rises with the amount of evidence and with its lead over the next type; 1 is never reached."""
    amount = 1 - exp(-best / _ENOUGH)
    margin = (best - second) / best
    return round(amount * (_TIED_SHARE + (1 - _TIED_SHARE) * margin), 2)
