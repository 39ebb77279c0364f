"""The analysis in two or three sentences."""

import re
from collections.abc import Sequence

from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.deadlines import due
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.polarity import is_ending
from errand.incidents.analysis.questions import TRANSLATE
from errand.incidents.analysis.reading import clause, lowered, one_sentence, shortened
from errand.incidents.analysis.report import Entities, Fact, Findings, Mention, Recommendation
from errand.incidents.analysis.state import denied, is_for_quiet, is_over, is_topic

#: The signals of what a check of the text's own numbers found.
FAULTS = ("edifact_fault", "check_digit_wrong", "imo_wrong")

_LONGEST = 600
_LONGEST_ACTION = 160
_STATED = 2
_QUOTED = 3
_NUMBER = re.compile(r"\w*[0-9]\w*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_DANGER = 4


def summarise(findings: Findings) -> str:
    """At most three sentences: what it is and about what, what the text says of it, and what comes first."""
    sentences = filter(None, [_headline(findings), _grounds(findings), _outlook(findings)])
    return shortened(" ".join(map(one_sentence, sentences)), _LONGEST)


def listed(items: Sequence[str], most: int) -> str:
    """`A, B and 3 more`; empty for no items."""
    shown = list(items[:most])
    rest = len(items) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def worst_facts(findings: Findings) -> list[Fact]:
    """What is asserted or over and has an impact, the worst first, each statement once; no mere topics.

    Of two that are as bad, the one that speaks for the incident's type comes first; what a check of codes found comes
    behind what is said, and how many are affected last.
    """

    def rank(fact: Fact) -> tuple[bool, bool, bool, bool, int, bool, bool]:
        signal = signals()[fact.signal]
        of_type = findings.classification.incident_type in signal.votes
        small = is_for_quiet([fact.signal]), fact.polarity == "resolved", not signal.votes, not signal.phrases
        return *small, -(signal.impact or 0), not of_type, "check digit" in fact.statement

    facts = findings.extraction.facts
    stated = [fact for fact in facts if fact.polarity != "negated" and not is_topic(fact)]
    weighty = [fact for fact in stated if signals()[fact.signal].impact]
    first: dict[str, Fact] = {}
    for fact in sorted(weighty, key=rank):
        first.setdefault(fact.statement, fact)
    return list(first.values())


def subjects(entities: Entities) -> str:
    """What the text is about by name, as `A, B and 3 more`."""
    kinds: tuple[tuple[Mention, ...], ...] = (
        entities.containers,
        entities.vessels,
        entities.edi_messages,
        entities.equipment,
        entities.dangerous_goods,
    )
    return listed([mention.value for kind in kinds for mention in kind[:2]], 4)


def _headline(findings: Findings) -> str:
    assessment, kind = findings.assessment, findings.classification.incident_type
    subject = subjects(findings.extraction.entities)
    about = f" about {subject}" if subject else ""
    stated = " and ".join(lowered(fact.statement) for fact in worst_facts(findings)[:_STATED])
    level = f"{assessment.severity.lower()} severity ({assessment.priority})"
    return f"{kind} incident of {level}{about}{': ' if stated else ''}{stated}."


def _grounds(findings: Findings) -> str:
    text, facts = findings.intake.text, findings.extraction.facts
    safe = [fact for fact in denied(facts) if signals()[fact.signal].impact == _DANGER]
    if is_over(facts):
        return f"It is reported as settled: {_clauses(text, [*_endings(facts), *safe])}."
    rests = {factor.fact for factor in findings.assessment.factors}
    said = _clauses(text, [*(fact for fact in facts if fact.id in rests), *safe])
    fault = _fault(findings)
    if not said:
        begins = f"The text begins “{clause(text, 0, 1)}”; nothing" if text else "Nothing"
        return f"{fault}." if fault else f"{begins} in it makes it more or less severe than usual."
    return f"The text says {said}{f'; {lowered(fault)}' if fault else ''}."


def _fault(findings: Findings) -> str:
    """What a check of the text's numbers found, unless the headline names those numbers already."""
    told = set(_NUMBER.findall(_headline(findings)))
    faults = (fact.statement for fact in findings.extraction.facts if fact.signal in FAULTS)
    return next((statement for statement in faults if not told.issuperset(_NUMBER.findall(statement))), "")


def _outlook(findings: Findings) -> str:
    if is_over(findings.extraction.facts):
        return ""
    if TRANSLATE in findings.advice.missing_information:
        return "It does not seem to be in English: have it translated before anything is ruled out."
    if findings.classification.confidence < UNSURE:
        return "It says too little to be sure of the type: the open questions come first."
    first = findings.advice.recommendations[:1]
    return _first_step(first[0]) if first else ""


def _first_step(first: Recommendation) -> str:
    action = shortened(_SENTENCE_END.split(first.action)[0], _LONGEST_ACTION).removesuffix(".")
    return f"First, {first.owner_role}, {due(first.due_within)}: {lowered(action)}."


def _clauses(text: str, facts: Sequence[Fact]) -> str:
    """What the text says around these facts, quoted, each once."""
    clauses = dict.fromkeys(clause(text, fact.start, fact.end) for fact in facts)
    told = [one for one in clauses if not any(one in other and one != other for other in clauses)]
    return listed([f"“{one}”" for one in told[:_QUOTED]], _QUOTED)


def _endings(facts: Sequence[Fact]) -> list[Fact]:
    stated = [fact for fact in facts if fact.polarity == "asserted" and is_ending(signals()[fact.signal])]
    return stated or [fact for fact in facts if fact.polarity == "resolved"]
