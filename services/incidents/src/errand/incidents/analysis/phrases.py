"""Finds the signals' phrases in words. The work is bounded by the words times the phrases that one word can begin."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from errand.incidents.analysis.knowledge import Signal, signal_table
from errand.incidents.analysis.words import Word, fold

_GAP = 4
_REACH = 8  # words in all that a gap may span: those with a digit, such as identifiers, do not count for _GAP
_MAX_PREFIX = 12
_TOKEN = re.compile(r"\S+")


class Element(NamedTuple):
    words: frozenset[str]
    prefixes: tuple[str, ...]
    loose: bool

    def accepts(self, word: str) -> bool:
        return word in self.words or word.startswith(self.prefixes)


class Phrase(NamedTuple):
    signal: Signal
    elements: tuple[Element, ...]
    closes: bool


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


def find_hits(words: Sequence[Word]) -> list[Hit]:
    """Every phrase in the words, by place; those inside a longer gapless phrase are left out."""
    hits = [hit for place in range(len(words)) for hit in _hits_at(words, place)]
    return list(_longest(sorted(hits, key=lambda hit: (hit.first, -hit.last, not hit.solid))))


def _hits_at(words: Sequence[Word], place: int) -> Iterator[Hit]:
    index = _index()
    word = words[place].text
    keys = {word, *(f"{word[:length]}*" for length in range(2, min(len(word), _MAX_PREFIX) + 1))}
    for key in sorted(keys & index.keys()):
        for phrase in index[key]:
            if places := _match(phrase, words, place):
                yield Hit(phrase.signal, places, not any(element.loose for element in phrase.elements))


def _match(phrase: Phrase, words: Sequence[Word], place: int) -> tuple[int, ...] | None:
    places = [place]
    for element in phrase.elements[1:]:
        found = next((i for i in _within_reach(words, places[-1], element) if element.accepts(words[i].text)), None)
        if found is None:
            return None
        places.append(found)
    return None if phrase.closes and not _closes(words, places[-1]) else tuple(places)


def _within_reach(words: Sequence[Word], place: int, element: Element) -> Iterator[int]:
    skipped = 0
    for i in range(place + 1, min(place + 2 + (_REACH if element.loose else 0), len(words))):
        if words[i].sentence != words[place].sentence or skipped > _GAP:
            return
        yield i
        skipped += words[i].text.isalpha()


def _closes(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else None
    return following is None or bool(following.pause) or following.sentence != words[place].sentence


def _longest(hits: list[Hit]) -> Iterator[Hit]:
    cover = (-1, -1)
    for hit in hits:
        span = (hit.first, hit.last)
        if hit.last <= cover[1] and span != cover:
            continue
        if hit.solid and hit.last > cover[1]:
            cover = span
        yield hit


@cache
def _index() -> dict[str, list[Phrase]]:
    """The phrases by each word, or `prefix*`, that can begin them."""
    index: dict[str, list[Phrase]] = defaultdict(list)
    for signal in signal_table().signal:
        for wording in signal.phrases:
            phrase = _parse(signal, wording)
            first = phrase.elements[0]
            for key in {*first.words, *(f"{prefix}*" for prefix in first.prefixes)}:
                index[key].append(phrase)
    return dict(index)


def _parse(signal: Signal, wording: str) -> Phrase:
    for name, words in signal_table().words.items():
        wording = wording.replace(f"<{name}>", "|".join(words))
    elements: list[Element] = []
    loose = False
    for token in _TOKEN.findall(wording):
        if token not in ("~", "$"):
            elements.append(_element(token, loose))
        loose = token == "~"
    return Phrase(signal, tuple(elements), wording.endswith("$"))


def _element(token: str, loose: bool) -> Element:
    choices = token.split("|")
    words = frozenset(fold(choice) for choice in choices if not choice.endswith("*"))
    return Element(words, tuple(choice[:-1] for choice in choices if choice.endswith("*")), loose)
