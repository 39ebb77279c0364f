"""Finds the signals' phrases in words. The work is bounded by the words times the phrases that one word can begin, each
of which is looked up and not searched for."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from errand.incidents.analysis.knowledge import Signal, language, signals, word_sets
from errand.incidents.analysis.words import Word, fold

_GAP = 4
_REACH = 8  # words in all that a gap may span: those with a digit, such as identifiers, do not count for _GAP
_MAX_PREFIX = 12
_INSTRUCTED = 12  # words that an instruction to the reader speaks for, after its own
_ADDRESSED = 6  # and before them
_DANGER = 4
_MANY = 20
_MAX_DIGITS = 4  # longer ones are references
_YEARS = range(2000, 2040)
_NUMBER = frozenset("#")
_TOKEN = re.compile(r"\S+")


class Element(NamedTuple):
    """`keys` are the words, `prefix*` and `#`, of which one must be among a word's own; see `_keys`."""

    keys: frozenset[str]
    loose: bool


class Phrase(NamedTuple):
    signal: Signal
    elements: tuple[Element, ...]
    closes: bool
    solid: bool


class Hit(NamedTuple):
    """`places` are the indexes of the words that the phrase's elements took."""

    signal: Signal
    places: tuple[int, ...]
    solid: bool

    @property
    def first(self) -> int:
        return self.places[0]

    @property
    def last(self) -> int:
        return self.places[-1]


class _Text(NamedTuple):
    """Where in the words each key and each set of keys stands; `letters` counts the words of letters before a place."""

    words: Sequence[Word]
    places: Mapping[str, list[int]]
    spots: dict[frozenset[str], list[int]]
    letters: Sequence[int]

    def spots_of(self, keys: frozenset[str]) -> list[int]:
        if keys not in self.spots:
            self.spots[keys] = sorted({place for key in keys & self.places.keys() for place in self.places[key]})
        return self.spots[keys]


def find_hits(words: Sequence[Word]) -> list[Hit]:
    """Every phrase in the words, by place; those inside a longer gapless phrase are left out, and those with a word of
    an idiom. Of what an instruction to the reader says only danger is believed."""
    hits = list(_hits(_index_text(words)))
    longest = list(_longest(sorted(hits, key=lambda hit: (hit.first, -hit.last, not hit.solid))))
    spoken_for = _instructed(longest, words)
    return [hit for hit in longest if hit.signal.impact == _DANGER or hit.first not in spoken_for or _instructs(hit)]


def _instructed(hits: Iterable[Hit], words: Sequence[Word]) -> set[int]:
    """The places of what an instruction to the reader speaks for, all in its sentence."""
    return {
        place
        for hit in hits
        if _instructs(hit)
        for place in range(max(hit.first - _ADDRESSED, 0), min(hit.last + 1 + _INSTRUCTED, len(words)))
        if words[place].sentence == words[hit.first].sentence
    }


def _instructs(hit: Hit) -> bool:
    return hit.signal.name == "instruction"


def _index_text(words: Sequence[Word]) -> _Text:
    keys = {text: _keys(text) for text in {word.text for word in words}}
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(words):
        for key in keys[word.text] - _NUMBER if _in_clock(words, place) else keys[word.text]:
            places[key].append(place)
    return _Text(words, places, {}, list(accumulate((word.text.isalpha() for word in words), initial=0)))


def _in_clock(words: Sequence[Word], place: int) -> bool:
    """Whether a colon joins the word to another, as in 04:20."""
    neighbours = pairwise(words[max(place - 1, 0) : place + 2])
    return any(after.pause == ":" and after.start == before.end + 1 for before, after in neighbours)


def _keys(word: str) -> frozenset[str]:
    prefixes = (f"{word[:length]}*" for length in range(2, min(len(word), _MAX_PREFIX) + 1))
    is_many = word.isdecimal() and len(word) <= _MAX_DIGITS and int(word) >= _MANY and int(word) not in _YEARS
    return frozenset((word, *prefixes, *(("#",) if is_many else ())))


def _hits(text: _Text) -> Iterator[Hit]:
    for key in sorted(text.places.keys() & _index().keys()):
        begins = frozenset(text.places[key])
        for phrase in _index()[key]:
            if all(text.spots_of(element.keys) for element in phrase.elements[1:]):
                for first in _begins_before(phrase, begins, text):
                    if places := _match(phrase, first, text):
                        yield Hit(phrase.signal, places, phrase.solid)


def _begins_before(phrase: Phrase, begins: frozenset[int], text: _Text) -> Iterable[int]:
    """Of the places that can begin the phrase, those right before its second word where the two are neighbours."""
    if len(phrase.elements) == 1 or phrase.elements[1].loose:
        return begins
    return begins.intersection(spot - 1 for spot in text.spots_of(phrase.elements[1].keys))


def _match(phrase: Phrase, first: int, text: _Text) -> tuple[int, ...] | None:
    places = [first]
    for element in phrase.elements[1:]:
        spots = text.spots_of(element.keys)
        following = bisect_right(spots, places[-1])
        if following == len(spots) or not _reaches(places[-1], spots[following], element, text):
            return None
        places.append(spots[following])
    return None if phrase.closes and not _closes(text.words, places[-1]) else tuple(places)


def _reaches(place: int, found: int, element: Element, text: _Text) -> bool:
    if found > place + 1 + (_REACH if element.loose else 0) or text.letters[found] - text.letters[place + 1] > _GAP:
        return False
    word = text.words[found]
    # A pause parts words that are to be neighbours; in "reefer, no customs" the negator speaks of what follows it.
    parted = bool(word.pause) and (not element.loose or word.text in language().negators)
    return word.sentence == text.words[place].sentence and not parted


def _closes(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else None
    return following is None or bool(following.pause) or following.sentence != words[place].sentence


def _longest(hits: list[Hit]) -> Iterator[Hit]:
    cover = (-1, -1)
    idioms = {place for hit in hits if hit.signal.name == "idiom" for place in hit.places}
    for hit in hits:
        span = (hit.first, hit.last)
        if hit.last <= cover[1] and span != cover:
            continue
        if hit.signal.name != "idiom" and not idioms.isdisjoint(hit.places):
            continue
        if hit.solid and hit.last > cover[1]:
            cover = span
        yield hit


@cache
def _index() -> dict[str, list[Phrase]]:
    """The phrases by each word, or `prefix*`, that can begin them."""
    index: dict[str, list[Phrase]] = defaultdict(list)
    for signal in signals().values():
        for wording in signal.phrases:
            phrase = _parse(signal, wording)
            for key in phrase.elements[0].keys:
                index[key].append(phrase)
    return dict(index)


def _parse(signal: Signal, wording: str) -> Phrase:
    for name, words in word_sets().items():
        wording = wording.replace(f"<{name}>", "|".join(words))
    elements: list[Element] = []
    loose = False
    for token in _TOKEN.findall(wording):
        if token not in ("~", "$"):
            elements.append(_element(token, loose))
        loose = token == "~"
    solid = not any(element.loose for element in elements)
    return Phrase(signal, tuple(elements), wording.endswith("$"), solid)


def _element(token: str, loose: bool) -> Element:
    return Element(frozenset(choice if choice.endswith("*") else fold(choice) for choice in token.split("|")), loose)
