"""Whether the text asserts what a phrase says, denies it, or reports it as over.

Every doubt is settled towards "asserted": reading a fire that is not there costs less than missing one that is.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from errand.incidents.analysis.knowledge import Signal, language
from errand.incidents.analysis.phrases import Hit
from errand.incidents.analysis.report import Polarity
from errand.incidents.analysis.words import Word

_SCOPE = 5
_DANGER = 4


class _Context(NamedTuple):
    """How many contrasts and pauses stand before each word, so that a stretch of words is judged in one step."""

    words: Sequence[Word]
    contrasts: Sequence[int]
    pauses: Sequence[int]


def polarities(hits: Sequence[Hit], words: Sequence[Word]) -> list[Polarity]:
    """One for each hit, in order. An ending that is only hoped for, or that did not last, is denied."""
    stated = [_stated(hit, words) for hit in hits]
    relapse = max((hit.first for hit in hits if hit.signal.name == "persisting"), default=-1)
    for place, hit in enumerate(hits):
        if is_ending(hit.signal) and (hit.first < relapse or _unreal(hit, words)):
            stated[place] = "negated"
    endings = [hit for hit, said in zip(hits, stated, strict=True) if is_ending(hit.signal) and said == "asserted"]
    settled = _settled(hits, endings, words)
    return ["resolved" if over and said == "asserted" else said for over, said in zip(settled, stated, strict=True)]


def is_ending(signal: Signal) -> bool:
    return signal.name in ("resolved", "all_clear")


def _stated(hit: Hit, words: Sequence[Word]) -> Polarity:
    negator = _negator(hit, words)
    if negator is None:
        return "asserted"
    after = [word.text for word in words[hit.last + 1 : hit.last + 3]]
    over = (
        words[negator + 1].text == "longer" or after[:1] == ["anymore"] or after in (["any", "more"], ["any", "longer"])
    )
    return "resolved" if over else "negated"


def _negator(hit: Hit, words: Sequence[Word]) -> int | None:
    """The word that denies the hit: the nearest before it, or between its own, that nothing cuts off from it."""
    for place in range(hit.last - 1, max(hit.first - _SCOPE, 0) - 1, -1):
        if words[place].sentence != words[hit.first].sentence:
            return None
        if words[place + 1].pause and not _listed(words, place + 1):
            return None
        if place in hit.places:
            continue
        if _negates(words, place):
            return place
        if place < hit.first and words[place].text in language().boundaries:
            return place - 1 if place and _negates(words, place - 1) else None
    return None


def _negates(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1].text
    denies = words[place].text in language().negators
    return denies and following not in language().no_negation and not following[0].isdigit()


def _listed(words: Sequence[Word], place: int) -> bool:
    """Whether the pause before a word separates the items of a list, as in "no fire, smoke or leak"."""
    return any(word.text in ("or", "nor") for word in words[place + 1 : place + 3])


def _unreal(hit: Hit, words: Sequence[Word]) -> bool:
    for place in range(hit.last - 1, max(hit.first - _SCOPE, 0) - 1, -1):
        if words[place].sentence != words[hit.first].sentence or words[place + 1].pause:
            return False
        if words[place].text in language().unreal:
            return True
    return False


def _settled(hits: Sequence[Hit], endings: Sequence[Hit], words: Sequence[Word]) -> list[bool]:
    context = _Context(
        words,
        list(accumulate(word.text in language().contrasts for word in words)),
        list(accumulate(word.pause not in ("", ":") or word.text == "and" for word in words)),
    )
    clear = [ending for ending in endings if ending.signal.name == "all_clear"]
    return [
        _can_end(hit.signal)
        and any(_settles(end, hit, context) for end in _around(hit, clear if hit.signal.impact == _DANGER else endings))
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
