"""How the matter stands, as the text has it: over, quiet, or a danger to life."""

import re
from collections.abc import Sequence

from errand.incidents.analysis.knowledge import signals
from errand.incidents.analysis.playbook import playbook
from errand.incidents.analysis.polarity import is_ending
from errand.incidents.analysis.report import Fact

_QUIET = frozenset({"informational", "courtesy", "whole_question", "test", "planned", "exercise", "cosmetic"})
_GRAVE, _WORST = 3, 4
_REMARK = re.compile(
    r"(?:no (?:action|follow|further|more)|nothing (?:more|else|further|needed)|only|ticket for)\b", re.IGNORECASE
)


def is_over(facts: Sequence[Fact]) -> bool:
    """Whether something has ended and nothing goes on. That no action is needed ends nothing."""
    ended = any(fact.polarity == "resolved" for fact in facts) or bool(_endings(facts))
    return ended and not _is_only_noted(facts) and not any(_is_open(fact) for fact in facts)


def is_quiet(facts: Sequence[Fact]) -> bool:
    """Whether it is a question, a test, planned work or a blemish, and nothing worse."""
    stated = [fact for fact in facts if fact.polarity != "negated"]
    troubles = [fact for fact in stated if fact.polarity == "asserted" and (signals()[fact.signal].impact or 0) > 1]
    return not troubles and any(fact.signal in _QUIET for fact in stated)


def is_for_quiet(names: Sequence[str]) -> bool:
    return bool(names) and _QUIET.issuperset(names)


def is_topic(fact: Fact) -> bool:
    """Whether it says what the text is about, and nothing of it."""
    return fact.statement.startswith("The text is about")


def going_on(facts: Sequence[Fact]) -> list[Fact]:
    """What the text states and does not report as over."""
    noted = _is_only_noted(facts)
    return [fact for fact in facts if fact.polarity == "asserted" or (noted and fact.polarity == "resolved")]


def hazards(facts: Sequence[Fact]) -> list[Fact]:
    """What goes on, touches safety and is graver than usual."""
    names = playbook().areas["safety"]
    return [fact for fact in going_on(facts) if fact.signal in names and (signals()[fact.signal].impact or 0) >= _GRAVE]


def dangers(facts: Sequence[Fact]) -> list[Fact]:
    """What goes on and endangers life."""
    return [fact for fact in hazards(facts) if signals()[fact.signal].impact == _WORST]


def denied(facts: Sequence[Fact]) -> list[Fact]:
    """What the text denies and nowhere states."""
    stated = {fact.signal for fact in facts if fact.polarity != "negated"}
    return [fact for fact in facts if fact.polarity == "negated" and fact.signal not in stated]


def _endings(facts: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.polarity == "asserted" and is_ending(signals()[fact.signal])]


def _is_only_noted(facts: Sequence[Fact]) -> bool:
    endings = _endings(facts)
    return bool(endings) and all(_REMARK.match(fact.quote) for fact in endings)


def _is_open(fact: Fact) -> bool:
    """What a check of numbers found does not keep a matter open, and nor does a remark."""
    signal = signals()[fact.signal]
    weighs = bool(signal.impact or signal.urgency) and bool(signal.phrases)
    return fact.polarity == "asserted" and weighs and fact.signal not in _QUIET and not is_ending(signal)
