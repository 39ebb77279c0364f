"""Possible causes, each only as confident as the facts that speak for it."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.playbook import Cause, playbook
from errand.incidents.analysis.reading import Reading, alike, lowered, read, shortened, stems, wanted
from errand.incidents.analysis.report import (
    MOST_WITHOUT_EVIDENCE,
    Extraction,
    Fact,
    Findings,
    Hypothesis,
    SimilarIncident,
)
from errand.incidents.analysis.state import dangers, denied, going_on, is_over, is_quiet

_FIRST_FACT = 0.25
_FURTHER_FACT = 0.1
_MOST_CONFIDENT = 0.8  # rules alone do not prove a cause
_REFUTED = 0.05
_HINTED = 0.05  # what a term is worth of which no fact speaks
_UNEXPLAINED_SHARE = 0.5  # of the prior of a cause whose trouble the text does not state
_NEAR_SHARE = 0.8  # of that prior where at least one of its terms is there, or it explains anything
_FEW = 3
_MOST = 5
_FAULTY_MESSAGE = 0.7
_FAULTY_NUMBER = 0.5
_SHARED_SUBJECT, _SHARED_WORDS = 0.3, 0.2
_ALIKE = 0.6
_LONGEST = 200
_ASKING = frozenset({"informational", "request"})
# What a mistyped number may be behind; it warms no cargo and breaks no machine.
_NUMBER_TROUBLES = frozenset(
    {
        "container_missing", "container_misplaced", "container_duplicate", "container_status", "gate_refused",
        "wrong_delivery", "ocr_misread", "customs_hold", "delivery_order", "document_problem", "weight_problem",
        "message_rejected", "edifact_fault", "portal_fault", "screen_fault", "api_payload", "vessel_missed",
    }
)  # fmt: skip
_STATED = re.compile(
    r"\b(?:due to|because of|caused by|as a result of|root cause(?: is| was)?:?) "
    r"(?!(?:an? )?(?:unknown|unclear)|(?:be|sail|depart|arrive|berth|load|start|close|open|expire|leave|go|unit)\b)"
    r"([^.,;:()!?\n]{4,120})",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|n't|never|possibly|maybe|if) ?$", re.IGNORECASE)


def propose_hypotheses(findings: Findings) -> tuple[Hypothesis, ...]:
    """At most five, the likeliest first; what the text rules out stands last."""
    text, facts = findings.intake.text, findings.extraction.facts
    reading = read(text, facts)
    own = [*_stated(text, facts), *_faults(findings.extraction)]
    known = _known(findings, reading)
    ranking = sorted(_without_doubles([*own, *known]), key=lambda hypothesis: -hypothesis.confidence)
    best = _best(list(_with_similar(ranking, findings)))
    return tuple(replace(hypothesis, id=f"H{number}") for number, hypothesis in enumerate(best, 1))


def _best(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    refuted = [hypothesis for hypothesis in hypotheses if hypothesis.status == "refuted"][:1]
    others = sorted((h for h in hypotheses if h.status != "refuted"), key=lambda hypothesis: -hypothesis.confidence)
    return [*others[: _MOST - len(refuted)], *refuted]


def _without_doubles(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    kept: list[Hypothesis] = []
    for hypothesis in hypotheses:
        if not any(alike(hypothesis.cause, other.cause, _ALIKE) for other in kept):
            kept.append(hypothesis)
    return kept


# -- Causes of the playbook ------------------------------------------------------------------------------------------
def _known(findings: Findings, reading: Reading) -> list[Hypothesis]:
    facts = findings.extraction.facts
    weighed = [(cause, _weigh(cause, facts, reading)) for cause in _candidates(findings)]
    relevant = [hypothesis for _, hypothesis in weighed if hypothesis]
    if relevant or is_quiet(facts) or is_over(facts):
        return relevant
    near = [cause for cause, _ in weighed if _is_near(cause, reading) and _ASKING.isdisjoint(cause.explains)]
    if not near or findings.classification.confidence < UNSURE:  # of a guess one cause is as near as any other
        near = [cause for cause in playbook().cause if not cause.explains and not cause.terms]
    return [_unexplained(cause) for cause in sorted(near, key=lambda cause: -cause.prior)[:_FEW]]


def _candidates(findings: Findings) -> list[Cause]:
    """The causes of the type; of a danger to life those of the danger, and of any trouble none of mere questions."""
    facts = findings.extraction.facts
    if endangering := {fact.signal for fact in dangers(facts)}:
        return [cause for cause in playbook().cause if not endangering.isdisjoint(cause.explains)]
    troubled = any((signals()[fact.signal].impact or 0) > 1 for fact in facts)
    of_type = [cause for cause in playbook().cause if findings.classification.incident_type in cause.types]
    return [cause for cause in of_type if not troubled or _ASKING.isdisjoint(cause.explains)]


def _weigh(cause: Cause, facts: Sequence[Fact], reading: Reading) -> Hypothesis | None:
    """None for a cause of something that the text does not speak of."""
    explained = [fact for fact in facts if fact.signal in cause.explains]
    if not explained:
        return None
    going_on = [fact for fact in explained if fact.polarity != "negated"]
    against = [fact for fact in denied(facts) if fact.signal in cause.explains]
    terms = wanted(cause.terms)
    evidence = [fact for fact in going_on if any(term <= reading.sentence(fact) for term in terms)]
    evidence += [
        fact for fact in facts if fact.signal in cause.signals and fact.polarity != "negated" and fact not in evidence
    ]
    if not going_on:
        return _hypothesis(cause, _REFUTED, against=against)
    if evidence:
        raised = cause.prior + _FIRST_FACT + _FURTHER_FACT * (len(evidence) - 1)
        return _hypothesis(cause, min(raised, _MOST_CONFIDENT), evidence, against)
    hinted = any(term <= reading.said for term in terms)
    prior = cause.prior * (_UNEXPLAINED_SHARE if against else 1)
    return _hypothesis(cause, min(prior + _HINTED * hinted, MOST_WITHOUT_EVIDENCE), against=against)


def _unexplained(cause: Cause) -> Hypothesis:
    """One of the type's causes, though the text states nothing that it would explain."""
    return _hypothesis(cause, cause.prior * _NEAR_SHARE)


def _is_near(cause: Cause, reading: Reading) -> bool:
    return not cause.explains or any(term <= reading.said for term in wanted(cause.terms))


def _hypothesis(
    cause: Cause, confidence: float, evidence: Sequence[Fact] = (), against: Sequence[Fact] = ()
) -> Hypothesis:
    return Hypothesis(
        id=cause.cause,
        cause=cause.cause,
        confidence=round(confidence, 2),
        status="supported" if evidence else "refuted" if confidence == _REFUTED else "proposed",
        evidence_for=tuple(fact.id for fact in evidence),
        evidence_against=tuple(dict.fromkeys(fact.id for fact in against)),
        next_check=cause.next_check,
    )


# -- Causes that the text itself gives -------------------------------------------------------------------------------
def _stated(text: str, facts: Sequence[Fact]) -> Iterator[Hypothesis]:
    for match in _STATED.finditer(text):
        if _NOT.search(text, max(match.start() - 12, 0), match.start()):
            continue
        inside = [fact for fact in facts if match.start(1) <= fact.start < match.end(1) and fact.polarity != "negated"]
        yield Hypothesis(
            id="stated",
            cause=f"The report gives a cause itself: “{match[1].strip()}”.",
            confidence=0.65 if inside else MOST_WITHOUT_EVIDENCE,
            status="supported" if inside else "proposed",
            evidence_for=tuple(fact.id for fact in inside),
            evidence_against=(),
            next_check="Ask the reporter how that was established, and look for it in the log or on the spot.",
        )
        return


def _faults(extraction: Extraction) -> Iterator[Hypothesis]:
    found = {
        name: [fact for fact in extraction.facts if fact.signal == name]
        for name in ("edifact_fault", "check_digit_wrong", "imo_wrong")
    }
    if faults := sorted(found["edifact_fault"], key=lambda fault: "check digit" in fault.statement):
        check = "Compare the pasted message with what the sender's system logged, beginning with that segment."
        yield _fault(f"The message itself is at fault: {lowered(faults[0].statement)}.", _FAULTY_MESSAGE, faults, check)
    if (wrong := found["check_digit_wrong"]) and _may_be_behind(extraction.facts):
        suggested = next((box.suggestion for box in extraction.entities.containers if box.suggestion), None)
        search = f"Search for {suggested}, and read" if suggested else "Read"
        check = f"{search} the number off the box or its documents."
        yield _fault(
            f"A container number was mistyped or misread: {lowered(wrong[0].statement)}.", _FAULTY_NUMBER, wrong, check
        )
    if wrong := found["imo_wrong"]:
        check = "Look the ship up by its name in the register, and compare the number."
        yield _fault(f"The ship's number was mistyped: {lowered(wrong[0].statement)}.", _FAULTY_NUMBER, wrong, check)


def _may_be_behind(facts: Sequence[Fact]) -> bool:
    """Whether a mistyped container number may explain what the text states, if it states anything."""
    troubles = {fact.signal for fact in going_on(facts) if signals()[fact.signal].impact}
    return not troubles or not troubles.isdisjoint(_NUMBER_TROUBLES)


def _fault(cause: str, confidence: float, facts: Sequence[Fact], check: str) -> Hypothesis:
    return Hypothesis(
        id="fault",
        cause=cause,
        confidence=confidence,
        status="supported",
        evidence_for=tuple(fact.id for fact in facts),
        evidence_against=(),
        next_check=check,
    )


# -- Causes of similar incidents -------------------------------------------------------------------------------------
def _with_similar(hypotheses: Sequence[Hypothesis], findings: Findings) -> Iterator[Hypothesis]:
    """A cause that a similar incident had too says so; one that only the similar incident had is added."""
    sources: dict[str, str] = {}
    for match in findings.similar:
        double = next((h for h in hypotheses if match.cause and alike(match.cause, h.cause, _ALIKE)), None)
        if double:
            sources.setdefault(double.cause, match.id)
        elif match.cause and _is_comparable(match, findings):
            yield _from_similar(match, match.cause, findings)
    for hypothesis in hypotheses:
        yield replace(hypothesis, source=sources.get(hypothesis.cause))


def _is_comparable(match: SimilarIncident, findings: Findings) -> bool:
    facts = findings.extraction.facts
    of_type = match.incident_type == findings.classification.incident_type
    sure = findings.classification.confidence >= UNSURE
    return ((of_type and sure) or bool(match.shared_entities)) and not is_quiet(facts) and not is_over(facts)


def _from_similar(match: SimilarIncident, cause: str, findings: Findings) -> Hypothesis:
    said = stems(cause)
    evidence = [
        fact
        for fact in findings.extraction.facts
        if fact.polarity != "negated" and 2 <= len(stems(fact.quote) & said) == len(stems(fact.quote))
    ]
    of_type = match.incident_type == findings.classification.incident_type
    prior = (_SHARED_SUBJECT if match.shared_entities else _SHARED_WORDS) * (1 if of_type else _UNEXPLAINED_SHARE)
    helped = f" There it helped: {shortened(match.resolution, _LONGEST)}" if match.resolution else ""
    return Hypothesis(
        id=match.id,
        cause=shortened(cause, _LONGEST),
        confidence=round(prior + _FIRST_FACT * bool(evidence), 2),
        status="supported" if evidence else "proposed",
        evidence_for=tuple(fact.id for fact in evidence),
        evidence_against=(),
        next_check=f"Compare with {match.id} ({shortened(match.title, _LONGEST)}): is it the same here?{helped}",
        source=match.id,
    )
