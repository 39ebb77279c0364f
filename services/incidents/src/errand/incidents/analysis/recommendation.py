"""The sixth stage: what to do, whom to call, and what is still to be asked."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.deadlines import minutes_left, sooner
from errand.incidents.analysis.escalation import plan_escalation
from errand.incidents.analysis.impact import estimate_impact
from errand.incidents.analysis.knowledge import fill, signals
from errand.incidents.analysis.playbook import playbook
from errand.incidents.analysis.questions import TRANSLATE, open_questions
from errand.incidents.analysis.reading import alike, shortened
from errand.incidents.analysis.report import (
    Advice,
    Assessment,
    Classification,
    ContainerNumber,
    Entities,
    Extraction,
    Fact,
    Intake,
    Mention,
    Phase,
    Recommendation,
    RunbookMatch,
    RunbookStep,
    SimilarIncident,
)
from errand.incidents.analysis.state import dangers, going_on, hazards, is_over, is_quiet
from errand.incidents.analysis.summary import listed

_PHASES: tuple[Phase, ...] = ("contain", "diagnose", "fix", "verify", "communicate", "prevent")
_AFTERWARDS: tuple[Phase, ...] = ("verify", "prevent")
# Of the time to a deadline; what prevents the next one does not wait for this one's.
_SHARES: dict[Phase, float] = {"contain": 0.25, "communicate": 0.25, "diagnose": 0.5, "fix": 0.75, "verify": 1.0}
_MOST = 12
_MOST_FAULTS = 3
_ALIKE = 0.75
_CLOSE_SCORE = 4.0
# Of the names that two incidents share: the first kinds are the same thing, and the others see many incidents.
_SAME = frozenset({"container", "booking", "ticket"})
_LIKE = frozenset({"vessel", "voyage", "imo", "equipment"})
_TELLING_SCORE = 10.0  # below it, words alone call for no plan of eight steps
_LONGEST_QUOTE = 80
_LONGEST_RESOLUTION = 300
_ACKNOWLEDGEMENTS = ("APERAK", "CONTRL", "997", "999")  # they speak about another message
_SUBJECTS = {
    "container": ("containers", "the container"),
    "vessel": ("vessels", "the vessel"),
    "message": ("edi_messages", "message"),
    "position": ("yard_positions", "the area concerned"),
    "equipment": ("equipment", "the machine"),
    "goods": ("dangerous_goods", "the goods"),
    "error": ("error_codes", "the error"),
}


class _Proposal(NamedTuple):
    phase: Phase
    owner: str
    action: str
    rationale: str
    sop: str | None = None


_NOTE = "Note it for the shifts and desks that it touches, and answer what is asked."
_CLOSE = "Confirm with the reporter that it is settled, then close the incident."
_TELL = "Tell those who were told of it that it is over, and since when."


def recommend(
    intake: Intake,
    extraction: Extraction,
    matches: tuple[RunbookMatch, ...],
    similar: tuple[SimilarIncident, ...],
    classification: Classification,
    assessment: Assessment,
) -> Advice:
    questions = open_questions(intake, extraction, classification)
    if is_over(extraction.facts):
        proposals = [*_closing(extraction), *_runbook_proposals(extraction, matches, classification)]
    else:
        proposals = _proposals(extraction, matches, similar, classification, questions)
    return Advice(
        recommendations=_recommendations(proposals, extraction, assessment),
        missing_information=questions,
        impact=estimate_impact(intake, extraction),
        escalation=plan_escalation(extraction, classification, assessment),
    )


def _proposals(
    extraction: Extraction,
    matches: tuple[RunbookMatch, ...],
    similar: tuple[SimilarIncident, ...],
    classification: Classification,
    questions: tuple[str, ...],
) -> list[_Proposal]:
    """The weightier first, for only so many are kept: what contains, then what the text itself shows to be wrong."""
    steps = list(_runbook_proposals(extraction, matches, classification))
    proposals = [step for step in steps if step.phase == "contain"]
    proposals += _fault_proposals(extraction.entities)
    proposals += _past_proposals(similar, extraction.facts, classification)
    if classification.confidence < UNSURE or TRANSLATE in questions:
        proposals.append(_clarification(questions))
    elif not steps:
        proposals.append(_examination(extraction, classification))
    return proposals + [step for step in steps if step.phase != "contain"]


def _recommendations(
    proposals: Iterable[_Proposal], extraction: Extraction, assessment: Assessment
) -> tuple[Recommendation, ...]:
    left = minutes_left(extraction)
    kept = _without_doubles(proposals)[:_MOST]
    return tuple(
        Recommendation(
            id=f"R{number}",
            action=proposal.action,
            phase=proposal.phase,
            owner_role=proposal.owner,
            due_within=_due(proposal.phase, assessment, left),
            rationale=proposal.rationale,
            sop_reference=proposal.sop,
        )
        for number, proposal in enumerate(sorted(kept, key=lambda proposal: _PHASES.index(proposal.phase)), 1)
    )


def _due(phase: Phase, assessment: Assessment, left: int | None) -> str:
    usual = playbook().due[phase][assessment.priority]
    return sooner(usual, left, _SHARES[phase]) if phase in _SHARES else usual


def _without_doubles(proposals: Iterable[_Proposal]) -> list[_Proposal]:
    kept: list[_Proposal] = []
    for proposal in proposals:
        if not any(other.phase == proposal.phase and alike(other.action, proposal.action, _ALIKE) for other in kept):
            kept.append(proposal)
    return kept


# -- What the text itself shows to be wrong --------------------------------------------------------------------------
def _fault_proposals(entities: Entities) -> Iterator[_Proposal]:
    doubtful = [container for container in entities.containers if not container.valid]
    for container in doubtful[:_MOST_FAULTS]:
        rationale = f"The check digit (ISO 6346) of “{container.value}”"
        yield _Proposal("diagnose", "Container control", _verify_number(container), rationale)
    for imo in [imo for imo in entities.imo_numbers if not imo.valid][:_MOST_FAULTS]:
        action = f"Verify the IMO number: the last digit of {imo.value} should be {imo.expected}."
        yield _Proposal("diagnose", "Vessel planner", action, f"IMO number check digit of “{imo.value}”")
    told = [fault for fault in entities.edifact_faults if fault.value != "check_digit"]  # those are verified already
    for fault in told[:_MOST_FAULTS]:
        action = f"Have the sender explain or correct this: {fault.meaning}."
        yield _Proposal("diagnose", "EDI desk", action, "Found in the pasted EDIFACT message")


def _verify_number(container: ContainerNumber) -> str:
    if not container.value[4:].isdigit() or not container.value[:4].isalpha():
        return f"Read the number again: {container.value} is no container number, {container.suggestion} may be meant."
    if container.check_digit is None:
        return f"Complete the container number: the check digit of {container.value} is {container.expected}."
    swaps = f", or {' or '.join(container.alternatives)} if two digits were swapped" if container.alternatives else ""
    return (
        f"Verify the container number: the check digit of {container.value} should be {container.expected}. "
        f"Try {container.suggestion}{swaps}."
    )


# -- Runbooks --------------------------------------------------------------------------------------------------------
def _runbook_proposals(
    extraction: Extraction, matches: tuple[RunbookMatch, ...], classification: Classification
) -> Iterator[_Proposal]:
    """All steps of the main runbook, and what the others that apply contain first."""
    called = _called(extraction.facts, matches)
    main = _main(called, extraction.facts, classification) or _worded(matches, extraction.facts, classification)
    phases = _AFTERWARDS if is_over(extraction.facts) else _PHASES
    for match in matches:
        for step in match.steps:
            if step.phase in phases and (match is main or (match in called and step.phase == "contain")):
                yield _step(step, match, extraction)


def _called(facts: Sequence[Fact], matches: Sequence[RunbookMatch]) -> list[RunbookMatch]:
    """Those that a fact calls for: a danger to life before all else, and no words that call for a better one."""
    stated = [fact for fact in facts if fact.polarity != "negated"]
    calling = stated if is_over(facts) else dangers(facts) or going_on(facts)
    called: list[RunbookMatch] = []
    told: list[Fact] = []
    for match in matches:
        own = [fact for fact in calling if fact.id in match.facts]
        if any(not _is_within(fact, told) for fact in own):
            called.append(match)
        told += own
    return called


def _is_within(fact: Fact, others: Sequence[Fact]) -> bool:
    return any(
        other.id != fact.id and other.start <= fact.start and fact.end <= other.end and other.signal != fact.signal
        for other in others
    )


def _main(called: Sequence[RunbookMatch], facts: Sequence[Fact], classification: Classification) -> RunbookMatch | None:
    """The best of those that a hazard calls for, of those that are of the incident's type, or of them all."""
    hazardous = {fact.id for fact in dangers(facts) or hazards(facts)}
    of_hazard = [match for match in called if not hazardous.isdisjoint(match.facts)]
    of_type = [match for match in called if match.type == classification.incident_type]
    return next(iter([*of_hazard, *of_type, *called]), None)


def _worded(
    matches: Sequence[RunbookMatch], facts: Sequence[Fact], classification: Classification
) -> RunbookMatch | None:
    """What words alone call for: nothing of another type, and nothing where the type is a guess or nothing is wrong."""
    if classification.confidence < UNSURE or is_over(facts) or is_quiet(facts):
        return None
    of_type = (match for match in matches if match.type == classification.incident_type)
    return next((match for match in of_type if match.own or match.score >= _TELLING_SCORE), None)


def _step(step: RunbookStep, match: RunbookMatch, extraction: Extraction) -> _Proposal:
    quotes = [fact.quote for fact in extraction.facts if fact.id in match.facts] or match.matched_terms
    said = listed([f"“{shortened(quote, _LONGEST_QUOTE)}”" for quote in dict.fromkeys(quotes)], 3)
    action = fill(step.action, _subjects(extraction.entities))
    return _Proposal(step.phase, step.owner_role, action, f"{match.title}: the text says {said}", match.id)


def _subjects(entities: Entities) -> dict[str, str]:
    named = {}
    for name, (kind, general) in _SUBJECTS.items():
        mentions: tuple[Mention, ...] = getattr(entities, kind)
        named[name] = listed([m.value for m in mentions if m.value not in _ACKNOWLEDGEMENTS], 2) or general
    if not entities.containers and any(quantity.count > 1 for quantity in entities.quantities):
        named["container"] = "the boxes concerned"
    return named


# -- The rest --------------------------------------------------------------------------------------------------------
def _past_proposals(
    similar: Sequence[SimilarIncident], facts: Sequence[Fact], classification: Classification
) -> Iterator[_Proposal]:
    """What helped in the closest incident of the same type. In danger to life those on site decide, not the past."""
    if dangers(facts) or is_quiet(facts):
        return
    close = (match for match in similar if match.resolution and _is_close(match, facts, classification))
    for match in [*close][:1]:
        helped = shortened(match.resolution or "", _LONGEST_RESOLUTION)
        action = f"It helped in {match.id}; see first whether it fits here: “{helped}”"
        names = {item.lower(): item for item in (*match.matched_terms, *_values(match))}
        shared = listed([f"“{item}”" for item in names.values()], 4)
        rationale = f"Similar to {match.id}, {shortened(match.title, _LONGEST_QUOTE)}: both name {shared}"
        yield _Proposal("fix", playbook().desks[classification.incident_type], action, rationale)


def _is_close(match: SimilarIncident, facts: Sequence[Fact], classification: Classification) -> bool:
    """Whether it is of the type and about the same thing, or has the same trouble with a like one or in many words."""
    kinds = {name.partition(":")[0] for name in match.shared_entities}
    troubles = {
        fact.quote for fact in going_on(facts) if signals()[fact.signal].impact and signals()[fact.signal].votes
    }
    same_trouble = not troubles.isdisjoint(match.matched_terms)
    like = not _LIKE.isdisjoint(kinds) or match.score >= _CLOSE_SCORE
    return match.incident_type == classification.incident_type and (
        not _SAME.isdisjoint(kinds) or (same_trouble and like)
    )


def _values(match: SimilarIncident) -> list[str]:
    return [name.partition(":")[2] for name in match.shared_entities]


def _closing(extraction: Extraction) -> Iterator[_Proposal]:
    over = next(
        (fact.quote for fact in reversed(extraction.facts) if fact.signal in ("resolved", "eased", "all_clear")), None
    )
    rationale = f"Reported as over: “{over}”" if over else "Reported as over"
    yield _Proposal("verify", "Service desk", _CLOSE, rationale)
    yield _Proposal("communicate", "Service desk", _TELL, rationale)


def _clarification(questions: tuple[str, ...]) -> _Proposal:
    action = f"Ask the reporter: {' '.join(questions[:3])}"
    return _Proposal("diagnose", "Service desk", action, "The text says too little to be sure")


def _examination(extraction: Extraction, classification: Classification) -> _Proposal:
    if is_quiet(extraction.facts):
        return _Proposal("communicate", playbook().desks[classification.incident_type], _NOTE, "Nothing is wrong by it")
    rationale = f"The text is about {classification.incident_type}, and no runbook fits it"
    desk = playbook().desks[classification.incident_type]
    return _Proposal("diagnose", desk, "Examine the case together with the reporter.", rationale)
