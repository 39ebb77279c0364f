"""The analysis in two or three sentences."""

from collections.abc import Sequence

from errand.incidents.analysis.assessment import is_settled
from errand.incidents.analysis.classification import UNSURE
from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.report import Assessment, Classification, Entities, Extraction, Mention, Recommendation


def summarise(
    extraction: Extraction,
    classification: Classification,
    assessment: Assessment,
    recommendations: tuple[Recommendation, ...],
) -> str:
    return " ".join(
        [
            _headline(extraction, classification, assessment),
            _reason(extraction, assessment),
            _outlook(extraction, classification, assessment, recommendations),
        ]
    )


def listed(items: Sequence[str], most: int) -> str:
    """`A, B and 3 more`; empty for no items."""
    shown = list(items[:most])
    rest = len(items) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def _headline(extraction: Extraction, classification: Classification, assessment: Assessment) -> str:
    level = f"{assessment.severity.lower()} severity ({assessment.priority})"
    subject = _subject(extraction.entities)
    about = f" about {subject}" if subject else ""
    statements = " and ".join(_worst_statements(extraction))
    return f"{classification.incident_type} incident of {level}{about}{': ' if statements else ''}{statements}."


def _worst_statements(extraction: Extraction) -> list[str]:
    impacts = {
        fact.statement: signals()[fact.signal].impact or 0
        for fact in extraction.facts
        if fact.polarity == "asserted" and signals()[fact.signal].impact
    }
    worst = sorted(impacts, key=lambda statement: -impacts[statement])[:2]
    return [_lowered(statement) for statement in worst]


def _subject(entities: Entities) -> str:
    kinds: tuple[tuple[Mention, ...], ...] = (
        entities.containers,
        entities.vessels,
        entities.edi_messages,
        entities.equipment,
        entities.dangerous_goods,
    )
    return listed([mention.value for kind in kinds for mention in kind[:2]], 4)


def _reason(extraction: Extraction, assessment: Assessment) -> str:
    if is_settled(extraction.facts):
        return "The text reports it as settled."
    quotes = list(dict.fromkeys(f"“{factor.quote}”" for factor in assessment.factors if factor.quote))
    if quotes:
        return f"The severity rests on {listed(quotes, 3)}."
    return "Nothing in the text speaks for more or less than the usual severity."


def _outlook(
    extraction: Extraction,
    classification: Classification,
    assessment: Assessment,
    recommendations: tuple[Recommendation, ...],
) -> str:
    if classification.confidence < UNSURE and not is_settled(extraction.facts):
        return "The text says too little to be sure of the type: the open questions come first."
    fault = next((fact for fact in extraction.facts if fact.signal in ("check_digit_wrong", "edifact_fault")), None)
    if fault and assessment.severity in ("Low", "Medium"):
        return f"{fault.statement}."
    return f"Next: {recommendations[0].action}" if recommendations else ""


def _lowered(statement: str) -> str:
    return statement if statement[1:2].isupper() else statement[0].lower() + statement[1:]
