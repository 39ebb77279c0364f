"""Drafts of what to tell colleagues and customers: plain text for a person to read over and send."""

from collections.abc import Iterator, Sequence

from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.deadlines import AT_ONCE, due, minutes_left, sooner
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.playbook import Letter, playbook
from errand.incidents.analysis.reading import clause, lowered, shortened
from errand.incidents.analysis.report import (
    Communications,
    Entities,
    Escalation,
    Fact,
    Findings,
    Message,
    Recommendation,
)
from errand.incidents.analysis.state import dangers, denied, is_for_quiet, is_over, is_topic
from errand.incidents.analysis.summary import FAULTS, listed, subjects, worst_facts

_MOST_KNOWN = 8
_MOST_ACTIONS = 8
_MOST_NAMED = 5
_MOST_FAULTS = 3
_LONGEST_SUBJECT = 120
_UPDATE = 0.5  # of the time to a deadline


def draft_communications(findings: Findings, summary: str, reference: str | None = None) -> Communications:
    """The drafts; the internal one names the reference, if there is one."""
    return Communications(internal=_internal(findings, summary, reference), customer=_customer(findings))


# -- For colleagues --------------------------------------------------------------------------------------------------
def _internal(findings: Findings, summary: str, reference: str | None) -> Message:
    text, facts, advice = findings.intake.text, findings.extraction.facts, findings.advice
    sections = [
        summary,
        _list("What we know", _told(text, _known(findings))),
        _list("What the report denies", _told(text, [fact for fact in denied(facts) if signals()[fact.signal].impact])),
        _list("Times that the report names", (due.value for due in findings.extraction.entities.due_times)),
        _list("What is to be done", _tasks(advice.recommendations)),
        _list("What we do not know yet", _unknown(findings)),
        _list("Who is called", _calls(advice.escalation)),
        _goal(findings),
        f"Reference: run {reference}" if reference else "",
    ]
    return Message(subject=_internal_subject(findings), body="\n\n".join(filter(None, sections)))


def _internal_subject(findings: Findings) -> str:
    facts, assessment = findings.extraction.facts, findings.assessment
    worst = next((fact.statement for fact in worst_facts(findings)), findings.classification.incident_type)
    named = subjects(findings.extraction.entities)
    state = "settled as reported, " if is_over(facts) else ""
    about = f": {named}" if named else ""
    return shortened(f"[{assessment.priority}, {state}{assessment.severity}] {worst}{about}", _LONGEST_SUBJECT)


def _known(findings: Findings) -> list[Fact]:
    """The weighty facts first, then what else bears on the case; not what only tells the topic."""
    facts, worst = findings.extraction.facts, worst_facts(findings)
    faults = [fact for fact in facts if fact.signal in FAULTS and fact not in worst][:_MOST_FAULTS]
    return [*worst, *(fact for fact in facts if _bears(fact) and fact not in worst), *faults][:_MOST_KNOWN]


def _bears(fact: Fact) -> bool:
    signal = signals()[fact.signal]
    return fact.polarity != "negated" and bool(signal.urgency or signal.modifier) and not is_topic(fact)


def _told(text: str, facts: Sequence[Fact]) -> Iterator[str]:
    """What the text says, quoted once for all that it states with the same words."""
    statements: dict[str, list[str]] = {}
    for fact in facts:
        over = " (reported as over)" if fact.polarity == "resolved" else ""
        statements.setdefault(clause(text, fact.start, fact.end), []).append(f"{fact.statement}{over}")
    for quote, (first, *others) in statements.items():
        yield f"{'; '.join([first, *map(lowered, others)])}: “{quote}”"


def _goal(findings: Findings) -> str:
    facts = findings.extraction.facts
    if is_over(facts):
        return ""
    if dangers(facts):
        return "Goal: nobody in danger. Work begins again when the area has been released, not by the clock."
    return f"Goal: settled within {_within(findings.advice.escalation.resolve_within)}."


def _calls(escalation: Escalation) -> Iterator[str]:
    yield f"{escalation.contact_role} first, to respond {due(escalation.respond_within)}"
    for step in escalation.path:
        yield f"{step.role}, {step.after if step.after in AT_ONCE else f'after {step.after}'}: {step.action}"


def _tasks(recommendations: Sequence[Recommendation]) -> Iterator[str]:
    for item in recommendations[:_MOST_ACTIONS]:
        yield f"{item.owner_role}, {due(item.due_within)}: {' '.join(item.action.split())}"


def _unknown(findings: Findings) -> Iterator[str]:
    if findings.classification.confidence < UNSURE:
        yield "Whether this is the right type of incident: the report says too little."
    if not is_over(findings.extraction.facts):
        yield "The cause: what is written about it is a guess until it has been checked."
    yield from findings.advice.missing_information


def _list(title: str, items: Iterator[str]) -> str:
    lines = [f"- {item}" for item in items]
    return "\n".join([f"{title}:", *lines]) if lines else ""


# -- For customers ---------------------------------------------------------------------------------------------------
def _customer(findings: Findings) -> Message:
    letter, severity = _letter(findings), findings.assessment.severity
    settled = is_over(findings.extraction.facts)
    affected = "" if letter.discreet else _affected(findings.extraction.entities)
    matter = f"{letter.matter} ({affected})" if affected else letter.matter
    paragraphs = _settled_paragraphs(matter) if settled else _open_paragraphs(findings, letter, matter)
    notice = "Settled, as reported to us" if settled else playbook().notices[severity]
    body = "\n\n".join(["Dear customer,", *filter(None, paragraphs), "Kind regards\nCustomer service"])
    return Message(subject=f"{notice}: {letter.matter}", body=body)


def _settled_paragraphs(matter: str) -> list[str]:
    return [
        f"A report about {matter} has reached us, and it says that the matter is settled.",
        "We are confirming this, and write to you again only if something remains to be done.",
        "Please let us know if you see it differently.",
    ]


def _open_paragraphs(findings: Findings, letter: Letter, matter: str) -> list[str]:
    severity, priority = findings.assessment.severity, findings.assessment.priority
    update = sooner(playbook().escalation[priority].update_within, minutes_left(findings.extraction), _UPDATE)
    return [
        f"{playbook().openings[severity]} It is about {matter}.",
        letter.next,
        letter.ask,
        f"We aim to write to you again within {_within(update)}, and earlier if there is news.",
    ]


def _letter(findings: Findings) -> Letter:
    """The first that fits; the worst fact decides before those beside it."""
    kind = findings.classification.incident_type
    facts = findings.extraction.facts
    over = is_over(facts)  # then a remark such as "for information" is not what it was about
    told = {fact.signal for fact in facts if fact.polarity != "negated"}
    stated = {name for name in told if not over or not is_for_quiet([name])}
    return next(
        letter
        for letter in playbook().letter
        if (not letter.types or kind in letter.types) and (not letter.signals or not stated.isdisjoint(letter.signals))
    )


def _affected(entities: Entities) -> str:
    ships = [vessel.value for vessel in entities.vessels]
    vessels = f"vessel{'s' if len(ships) > 1 else ''} {listed(ships, _MOST_NAMED)}" if ships else ""
    return "; ".join(filter(None, [_boxes(entities), vessels]))


def _boxes(entities: Entities) -> str:
    boxes = [box.value for box in entities.containers]
    doubtful = [box.value for box in entities.containers[:_MOST_NAMED] if not box.valid]
    named = f"container{'s' if len(boxes) > 1 else ''} {listed(boxes, _MOST_NAMED)}" if boxes else ""
    if not doubtful:
        return named
    number = f"number{'s' if len(doubtful) > 1 else ''}"
    of_which = "" if doubtful == boxes else f" of {listed(doubtful, _MOST_NAMED)}"
    return f"{named}, {number}{of_which} to be confirmed"


def _within(step: str) -> str:
    return "the hour" if step in AT_ONCE else step
