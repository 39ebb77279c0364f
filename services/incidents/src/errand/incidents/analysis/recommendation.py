"""The sixth stage: what to do, why it may have happened, and what is still to be asked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from errand.incidents.analysis.assessment import is_settled
from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.hypotheses import propose_hypotheses
from errand.incidents.analysis.knowledge import playbook
from errand.incidents.analysis.report import (
    Advice,
    Assessment,
    Classification,
    ContainerNumber,
    Entities,
    Extraction,
    Mention,
    Phase,
    Priority,
    ProcedureMatch,
    ProcedureStep,
    Recommendation,
)
from errand.incidents.analysis.summary import listed, summarise

_PHASES: tuple[Phase, ...] = ("contain", "diagnose", "fix", "verify", "communicate", "prevent")
_AFTERWARDS: tuple[Phase, ...] = ("verify", "communicate", "prevent")
_MOST_QUESTIONS = 5
_MOST_FAULTS = 3
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


_CLOSING = _Proposal(
    "verify",
    "Service desk",
    "Confirm with the reporter that it is settled, then close the incident.",
    "Reported as over",
)


def recommend(
    extraction: Extraction,
    matches: tuple[ProcedureMatch, ...],
    classification: Classification,
    assessment: Assessment,
) -> Advice:
    questions = _questions(extraction, classification)
    proposals = [
        *_fault_proposals(extraction.entities),
        *_procedure_proposals(extraction, matches, classification),
    ]
    if is_settled(extraction.facts):
        proposals.append(_CLOSING)
    elif classification.confidence < UNSURE:
        proposals.append(_clarification(questions))
    elif not matches:
        proposals.append(_examination(classification))
    recommendations = _recommendations(proposals, assessment.priority)
    return Advice(
        summary=summarise(extraction, classification, assessment, recommendations),
        recommendations=recommendations,
        hypotheses=propose_hypotheses(extraction.facts, classification.incident_type),
        missing_information=questions,
    )


def _recommendations(proposals: list[_Proposal], priority: Priority) -> tuple[Recommendation, ...]:
    ordered = sorted(proposals, key=lambda proposal: _PHASES.index(proposal.phase))
    return tuple(
        Recommendation(
            id=f"R{number}",
            action=proposal.action,
            phase=proposal.phase,
            owner_role=proposal.owner,
            due_within=playbook().due[proposal.phase][priority],
            rationale=proposal.rationale,
            sop_ref=proposal.sop,
        )
        for number, proposal in enumerate(ordered, 1)
    )


def _fault_proposals(entities: Entities) -> Iterator[_Proposal]:
    doubtful = [container for container in entities.containers if not container.valid]
    for container in doubtful[:_MOST_FAULTS]:
        yield _Proposal("diagnose", "Container control", _verify_number(container), "ISO 6346 check digit")
    for imo in [imo for imo in entities.imo_numbers if not imo.valid][:_MOST_FAULTS]:
        action = f"Verify the IMO number: the last digit of {imo.value} should be {imo.expected}."
        yield _Proposal("diagnose", "Vessel planner", action, "IMO number check digit")
    for fault in entities.edifact_faults[:_MOST_FAULTS]:
        action = f"Have the sender explain or correct this: {fault.meaning}."
        yield _Proposal("diagnose", "EDI desk", action, "Found in the pasted EDIFACT message")


def _verify_number(container: ContainerNumber) -> str:
    if container.check_digit is None:
        return f"Complete the container number: the check digit of {container.value} is {container.expected}."
    swaps = f", or {' or '.join(container.alternatives)} if two digits were swapped" if container.alternatives else ""
    return (
        f"Verify the container number: the check digit of {container.value} should be {container.expected}. "
        f"Try {container.suggestion}{swaps}."
    )


def _procedure_proposals(
    extraction: Extraction, matches: tuple[ProcedureMatch, ...], classification: Classification
) -> Iterator[_Proposal]:
    """All steps of the main procedure, and what the others that apply contain first."""
    asserted = {fact.id for fact in extraction.facts if fact.polarity == "asserted"}
    called = [match for match in matches if not asserted.isdisjoint(match.facts)]
    # A type that is a guess calls for no procedure that the facts do not call for.
    main = _main(called or matches, classification) if called or classification.confidence >= UNSURE else None
    phases = _AFTERWARDS if is_settled(extraction.facts) else _PHASES
    subjects = _subjects(extraction.entities)
    for match in matches:
        for step in match.steps:
            if step.phase in phases and (match is main or (match in called and step.phase == "contain")):
                yield _step(step, match, subjects)


def _main(matches: Sequence[ProcedureMatch], classification: Classification) -> ProcedureMatch | None:
    """The best match of the incident's type, or else the best of all."""
    of_type = (match for match in matches if match.type == classification.incident_type)
    return next(of_type, next(iter(matches), None))


def _step(step: ProcedureStep, match: ProcedureMatch, subjects: dict[str, str]) -> _Proposal:
    terms = listed([f"“{term}”" for term in match.matched_terms], 3)
    rationale = f"{match.title}: the text says {terms}"
    return _Proposal(step.phase, step.owner_role, step.action.format_map(subjects), rationale, match.id)


def _subjects(entities: Entities) -> dict[str, str]:
    named = {}
    for name, (kind, general) in _SUBJECTS.items():
        mentions: tuple[Mention, ...] = getattr(entities, kind)
        named[name] = listed([m.value for m in mentions if m.value not in _ACKNOWLEDGEMENTS], 2) or general
    return named


def _clarification(questions: tuple[str, ...]) -> _Proposal:
    action = f"Ask the reporter: {' '.join(questions[:3])}"
    return _Proposal("diagnose", "Service desk", action, "The text says too little to be sure")


def _examination(classification: Classification) -> _Proposal:
    rationale = f"The text is about {classification.incident_type}, and no procedure fits it"
    desk = playbook().desks[classification.incident_type]
    return _Proposal("diagnose", desk, "Examine the case together with the reporter.", rationale)


def _questions(extraction: Extraction, classification: Classification) -> tuple[str, ...]:
    settled = is_settled(extraction.facts)
    kinds = {classification.incident_type}
    if classification.confidence < UNSURE:
        kinds.add("General")
    unanswered = (
        question.ask
        for question in playbook().question
        if question.settled == settled
        and (not question.types or not kinds.isdisjoint(question.types))
        and not any(getattr(extraction.entities, kind) for kind in question.answered_by)
    )
    return tuple(unanswered)[:_MOST_QUESTIONS]
