"""Text as words with their places, for the phrases; and as the terms that a search compares.

A term is a stem, and the same one for all the wordings that the vocabulary takes for one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from errand.incidents.analysis.knowledge import language, vocabulary

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE_END = re.compile(r"[!?;\n\u3002\uff01\uff1f]|\.(?=\s)")
_ENDINGS = ("ations", "ation", "ated", "ate", "ing", "ed", "ion", "ment", "al", "ly", "e", "y")
_LONGEST_WORD = 30  # of longer ones, which are encoded data or no words at all, the rest does not count
_PAUSE = re.compile(r"[,:()\[\]–—]| - ")


class Word(NamedTuple):
    """`text` is lower-case and singular; `pause` is the comma, colon, dash or bracket that stands before it, if any."""

    text: str
    start: int
    end: int
    sentence: int
    pause: str


class Wording(NamedTuple):
    """Words that stand for the terms, by their stems; `rest` are those behind the first."""

    rest: tuple[str, ...]
    terms: tuple[str, ...]


def split_words(text: str) -> Iterator[Word]:
    sentence = 0
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        sentence += bool(_SENTENCE_END.search(gap))
        pause = _PAUSE.search(gap)
        yield Word(fold(match[0]), match.start(), match.end(), sentence, pause[0] if pause else "")
        end = match.end()


def fold(word: str) -> str:
    """Lower case, without a plural or possessive ending."""
    word = word.lower().replace("\u2019", "'").removesuffix("'s")
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word.removesuffix("s")


def stem(word: str) -> str:
    """What the forms of a word have in common, as far as a search needs it: "delivery" is as good as "delivered"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word.removesuffix(ending)
            break
    return word[:-1] if word[-2:-1] == word[-1:] else word


def search_terms(text: str) -> dict[str, str]:
    """The terms of a text, each with its first spelling; without identifiers and words that say nothing."""
    words = list(_WORD.finditer(text))
    terms, ends = _read([word[0] for word in words])
    spellings: dict[str, str] = {}
    for place, found in enumerate(terms):
        for term in found:
            if term not in spellings:
                spelling = text[words[place].start() : words[ends.get(place, place)].end()]
                spellings[term] = " ".join(spelling.split())
    return spellings


def count_terms(text: str) -> Counter[str]:
    return Counter(chain.from_iterable(_read(_WORD.findall(text))[0]))


def _read(words: Sequence[str]) -> tuple[list[tuple[str, ...]], dict[int, int]]:
    """The terms that begin at each word, and where the wordings end that have more words than one."""
    stems = [_stem(word[:_LONGEST_WORD]) for word in words]
    terms = [_meaning(stem) for stem in stems]
    longer = _longer_wordings()
    ends: dict[int, int] = {}
    end = -1
    for place in [place for place, stem in enumerate(stems) if stem in longer]:
        if place > end and (wording := _wording_at(stems, place)):
            end = ends[place] = place + len(wording.rest)
            terms[place : end + 1] = [wording.terms, *[()] * len(wording.rest)]
    return terms, ends


def _wording_at(stems: Sequence[str], place: int) -> Wording | None:
    for wording in _longer_wordings()[stems[place]]:
        if tuple(stems[place + 1 : place + 1 + len(wording.rest)]) == wording.rest:
            return wording
    return None


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    return stem(fold(word))


@lru_cache(maxsize=1 << 14)
def _meaning(stem: str) -> tuple[str, ...]:
    """What a word says alone, if anything."""
    if wording := next((wording for wording in _wordings().get(stem, ()) if not wording.rest), None):
        return wording.terms
    return (stem,) if stem.isalpha() and len(stem) > 1 and stem not in _ignored() else ()


@cache
def _ignored() -> frozenset[str]:
    return frozenset(_stem(word) for word in language().stopwords | vocabulary().ignored)


@cache
def _wordings() -> dict[str, list[Wording]]:
    """By the stem that begins them."""
    found: dict[str, list[Wording]] = defaultdict(list)
    for meaning, wordings in vocabulary().synonyms.items():
        terms = _stems(meaning)
        for wording in (meaning, *wordings):
            first, *rest = _stems(wording)
            found[first].append(Wording(tuple(rest), terms))
    return dict(found)


@cache
def _longer_wordings() -> dict[str, list[Wording]]:
    """Those of several words, the longest first."""
    longer = {first: [wording for wording in wordings if wording.rest] for first, wordings in _wordings().items()}
    return {first: sorted(found, key=lambda wording: -len(wording.rest)) for first, found in longer.items() if found}


def _stems(wording: str) -> tuple[str, ...]:
    return tuple(_stem(match[0]) for match in _WORD.finditer(wording))
