"""Whether the text asserts what a phrase says, denies it, or reports it as over.

Every doubt is settled towards "asserted": reading a fire that is not there costs less than missing one that is.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, takewhile
from typing import NamedTuple

from errand.incidents.analysis.knowledge import Signal, language
from errand.incidents.analysis.phrases import Hit
from errand.incidents.analysis.report import Fact, Polarity, StatedSeverity, StatedType
from errand.incidents.analysis.words import Word

_SCOPE = 5
_ENDING_SCOPE = 3  # "what we could not find last night turned up"
_STOP = 3
_DANGER = 4
_ELSEWHERE = ("only_one", "workaround")  # "the other lanes run again", "entered by hand and released"


class _Context(NamedTuple):
    """How many contrasts and pauses stand before each word, so that a stretch of words is judged in one step."""

    words: Sequence[Word]
    contrasts: Sequence[int]
    pauses: Sequence[int]


def polarities(hits: Sequence[Hit], words: Sequence[Word]) -> list[Polarity]:
    """One for each hit, in order. An ending that is only hoped for, or that did not last, is denied."""
    stated = _exercised(hits, [_stated(hit, words) for hit in hits])
    relapse = max((_relapse(hit, words) for hit in hits), default=-1)
    closing = _closing(words)
    elsewhere = {place for hit in hits if hit.signal.name in _ELSEWHERE for place in range(hit.first, hit.last + 1)}
    for place, hit in enumerate(hits):
        passing = (hit.signal.name == "eased" and hit.first < closing) or hit.first in elsewhere
        if is_ending(hit.signal) and (hit.first < relapse or passing or _unreal(hit, words)):
            stated[place] = "negated"
    endings = [hit for hit, said in zip(hits, stated, strict=True) if is_ending(hit.signal) and said == "asserted"]
    settled = _settled(hits, endings, words)
    return ["resolved" if over and said == "asserted" else said for over, said in zip(settled, stated, strict=True)]


def is_believed(stated: StatedSeverity | StatedType, facts: Iterable[Fact]) -> bool:
    """Whether a report states its label in a field (`Severity: High`), and not after an instruction to the reader."""
    instructions = (fact.start for fact in facts if fact.signal == "instruction")
    return not {":", "="}.isdisjoint(stated.quote) and stated.start < min(instructions, default=stated.start + 1)


def _relapse(hit: Hit, words: Sequence[Word]) -> int:
    """The word up to which no ending has lasted: what comes and goes has none."""
    return {"persisting": hit.first, "recurring": len(words)}.get(hit.signal.name, -1)


def _exercised(hits: Sequence[Hit], stated: list[Polarity]) -> list[Polarity]:
    """Where an exercise is announced, the dangers are played, and none of them is real."""
    said = {hit.signal.name for hit, polarity in zip(hits, stated, strict=True) if polarity == "asserted"}
    if "exercise" not in said or "real_danger" in said:
        return stated
    return ["negated" if hit.signal.impact == _DANGER else polarity for hit, polarity in zip(hits, stated, strict=True)]


def is_ending(signal: Signal) -> bool:
    return signal.name in ("resolved", "eased", "closed", "all_clear")


def _stated(hit: Hit, words: Sequence[Word]) -> Polarity:
    negator = _negator(hit, words)
    if _is_false(hit, words):
        return "negated"
    if negator is None:
        return "asserted"
    after = [word.text for word in words[hit.last + 1 : hit.last + 3]]
    over = (
        words[negator + 1].text == "longer" or after[:1] == ["anymore"] or after in (["any", "more"], ["any", "longer"])
    )
    return "resolved" if over else "negated"


def _negator(hit: Hit, words: Sequence[Word]) -> int | None:
    """The word that denies the hit: the nearest before it, or between its own, that nothing cuts off from it."""
    cut_off = False
    scope = _ENDING_SCOPE if is_ending(hit.signal) else _SCOPE
    for place in range(hit.last - 1, max(hit.first - scope, 0) - 1, -1):
        paused = bool(words[place + 1].pause) and not _listed(words, place + 1)
        cut_off = paused or (cut_off and place + 1 not in hit.places)
        if words[place].sentence != words[hit.first].sentence or (cut_off and place < hit.first):
            return None
        if cut_off or place in hit.places:
            continue
        if _negates(words, place):
            return place
        if place < hit.first and words[place].text in language().boundaries:
            return place - 1 if place and _negates(words, place - 1) else None
    return None


def _is_false(hit: Hit, words: Sequence[Word]) -> bool:
    """Whether the words name a field that says no: `"leaking": false`, "Injuries: none"."""
    value = words[hit.last + 1] if hit.last + 1 < len(words) else None
    return value is not None and value.pause == ":" and value.text in language().negative_values


def _negates(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1].text
    # "all plugged, 0 alarms", but "disk 0 failed" and "errors: 0 fire in bay 4".
    counted = words[place].text in ("0", "zero") and words[place].pause not in ("", ":")
    denies = counted or words[place].text in language().negators
    return denies and following not in language().no_negation and not following[0].isdigit()


def _listed(words: Sequence[Word], place: int) -> bool:
    """Whether the pause before a word separates the items of a list, as in "no fire, smoke or leak"."""
    return any(word.text in ("or", "nor") for word in words[place + 1 : place + 3])


def _unreal(hit: Hit, words: Sequence[Word]) -> bool:
    if any(word.text in language().not_yet for word in words[hit.last + 1 : hit.last + 2]):
        return True
    for place in range(hit.last - 1, max(hit.first - _SCOPE, 0) - 1, -1):
        if words[place].sentence != words[hit.first].sentence or words[place + 1].pause:
            return False
        if place not in hit.places and words[place].text in language().unreal:
            return True
    return False


def _closing(words: Sequence[Word]) -> int:
    """Where the last two sentences begin, within which an ending in passing counts; the end where they wait for
    something."""
    closing = list(takewhile(lambda word: word.sentence >= words[-1].sentence - 1, reversed(words)))
    waits = any(word.text in language().unsettled for word in closing)
    return len(words) if waits else len(words) - len(closing)


def _settled(hits: Sequence[Hit], endings: Sequence[Hit], words: Sequence[Word]) -> list[bool]:
    context = _Context(
        words,
        list(accumulate(word.text in language().contrasts for word in words)),
        list(accumulate(word.pause not in ("", ":") or word.text == "and" for word in words)),
    )
    if any(ending.signal.name == "closed" for ending in endings):
        return [_can_end(hit.signal) for hit in hits]
    # A danger is over where that is said of it, a stop where something is clearly over and not in passing.
    all_clear = [ending for ending in endings if ending.signal.name == "all_clear"]
    clear = [ending for ending in endings if ending.signal.name != "eased"]
    by_impact = {_STOP: clear, _DANGER: all_clear}
    return [
        _can_end(hit.signal)
        and any(_settles(end, hit, context) for end in _around(hit, by_impact.get(hit.signal.impact or 0, endings)))
        for hit in hits
    ]


def _can_end(signal: Signal) -> bool:
    return signal.impact is not None or signal.urgency is not None or bool(signal.votes)


def _around(hit: Hit, endings: Sequence[Hit]) -> Iterator[Hit]:
    """The nearest ending on each side, and the last of all: where none of them settles the hit, no other does."""
    after = bisect_left(endings, hit.first, key=lambda ending: ending.first)
    return (endings[place] for place in {after - 1, after, len(endings) - 1} if 0 <= place < len(endings))


def _settles(ending: Hit, hit: Hit, context: _Context) -> bool:
    """An ending settles what its own sentence says up to a contrast, and what the sentences before it say."""
    if context.words[hit.last].sentence != context.words[ending.first].sentence:
        return hit.last < ending.first
    left, right = min(hit.last, ending.last), max(hit.first, ending.first)
    if context.contrasts[right] > context.contrasts[left]:
        return False
    return hit.first <= ending.first or context.pauses[right] == context.pauses[left]
