"""Whom to call, and when to call the next."""

from collections.abc import Iterator

from errand.incidents.analysis.deadlines import minutes_left, sooner
from errand.incidents.analysis.playbook import Contact, playbook
from errand.incidents.analysis.report import Assessment, Classification, Escalation, EscalationStep, Extraction

_MOST = 9
_RESPOND = 1 / 8  # of the time that is left
_NEXT = 1 / 2


def plan_escalation(extraction: Extraction, classification: Classification, assessment: Assessment) -> Escalation:
    plan = playbook().escalation[assessment.priority]
    left = minutes_left(extraction)
    first = plan.lead or playbook().desks[classification.incident_type]
    steps = [*_called(extraction, classification, assessment), *plan.path]
    timed = [
        EscalationStep(after=sooner(step.after, left, _NEXT), role=step.role, action=step.action) for step in steps
    ]
    return Escalation(
        contact_role=first,
        respond_within=sooner(plan.respond_within, left, _RESPOND),
        resolve_within=sooner(plan.resolve_within, left),
        path=tuple(sorted(timed, key=lambda step: playbook().steps[step.after])[:_MOST]),
    )


def _called(extraction: Extraction, classification: Classification, assessment: Assessment) -> Iterator[EscalationStep]:
    stated = {fact.signal for fact in extraction.facts if fact.polarity != "negated"}
    for contact in playbook().contact:
        after = contact.after.get(assessment.priority)
        if after and _concerns(contact, classification, stated):
            yield EscalationStep(after=after, role=contact.role, action=contact.action)


def _concerns(contact: Contact, classification: Classification, stated: set[str]) -> bool:
    of_type = not contact.types or classification.incident_type in contact.types
    return of_type and (not contact.signals or not stated.isdisjoint(contact.signals))
