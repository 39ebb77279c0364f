"""Text as words with their places, for the phrases and for the search."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from errand.incidents.analysis.knowledge import language

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE_END = re.compile(r"[!?;\n\u3002\uff01\uff1f]|\.(?=\s)")
_PAUSE = re.compile(r"[,:()\[\]–—]| - ")


class Word(NamedTuple):
    """`text` is lower-case and singular; `pause` is the comma, colon, dash or bracket that stands before it, if any."""

    text: str
    start: int
    end: int
    sentence: int
    pause: str


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


def search_terms(text: str) -> dict[str, str]:
    """The stems a search compares, each with its first spelling; without identifiers and stop words."""
    terms: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = fold(match[0])
        if len(word) > 1 and word not in language().stopwords and word.isalpha():
            terms.setdefault(stem(word), match[0].lower())
    return terms


def stem(word: str) -> str:
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
