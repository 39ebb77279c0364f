"""How soon: a deadline that the text names makes the playbook's times shorter."""

from errand.incidents.analysis.playbook import playbook
from errand.incidents.analysis.report import Deadline, Extraction
from errand.incidents.analysis.state import is_over

AT_ONCE = ("immediately", "at once")


def minutes_left(extraction: Extraction) -> int | None:
    """To the nearest deadline that is neither denied nor over; null where there is none."""
    if is_over(extraction.facts):
        return None
    return min(
        (deadline.minutes for deadline in extraction.entities.deadlines if _counts(deadline, extraction)), default=None
    )


def sooner(step: str, minutes: int | None, share: float = 1.0) -> str:
    """The step itself, or the last one before that share of the minutes has gone by."""
    steps = playbook().steps
    if minutes is None or steps[step] <= minutes * share:
        return step
    return max((name for name, length in steps.items() if length <= minutes * share), key=lambda name: steps[name])


def due(step: str) -> str:
    """The step as it stands in a sentence."""
    return step if step in AT_ONCE else f"within {step}"


def _counts(deadline: Deadline, extraction: Extraction) -> bool:
    return not any(
        fact.signal == "deadline_near"
        and fact.polarity != "asserted"
        and fact.start < deadline.end
        and deadline.start < fact.end
        for fact in extraction.facts
    )
