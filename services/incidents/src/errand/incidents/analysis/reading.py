"""A text as sentences of stems, so that one can ask what else the sentence of a fact says."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from errand.incidents.analysis.report import Fact
from errand.incidents.analysis.words import search_terms, split_words, stem

# A segment of a pasted message is a clause, too.
_BREAK = re.compile(r"[.!?;,:](?=\s)|[\n()]| - |'(?=[A-Z]{3}\+|$)")
_FULL_STOP = re.compile(r"[.!?]+(?=[\"”')]?\s+[A-Z“\"])")


class Reading(NamedTuple):
    """`starts` has the first character of every word and `places` its sentence; `said` is all that is not denied."""

    starts: Sequence[int]
    places: Sequence[int]
    sentences: dict[int, set[str]]
    said: set[str]

    def sentence(self, fact: Fact) -> set[str]:
        word = bisect_right(self.starts, fact.start) - 1
        return self.sentences[self.places[word]] if word >= 0 else set()


def read(text: str, facts: Iterable[Fact]) -> Reading:
    words = list(split_words(text))
    sentences: dict[int, set[str]] = defaultdict(set)
    for word in words:
        sentences[word.sentence].add(stem(word.text))
    denied = {term for fact in facts if fact.polarity == "negated" for term in stems(fact.quote)}
    said = set().union(*sentences.values()) - denied
    return Reading([word.start for word in words], [word.sentence for word in words], sentences, said)


@cache
def wanted(terms: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The stems of each term."""
    return tuple(frozenset(stems(term)) for term in terms)


def stems(text: str) -> set[str]:
    return {stem(word.text) for word in split_words(text)}


def alike(one: str, other: str, share: float) -> bool:
    """Whether that share of the shorter text's words stands in the other too."""
    left, right = _compared(one), _compared(other)
    return bool(left and right) and len(left & right) >= share * min(len(left), len(right))


@lru_cache(maxsize=1024)
def _compared(text: str) -> frozenset[str]:
    return frozenset(search_terms(text))


def shortened(text: str, most: int) -> str:
    """One line of at most so many characters, cut after a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0].rstrip(',;:')}…"


def one_sentence(text: str) -> str:
    """The text with no full stop but the last."""
    return f"{_FULL_STOP.sub(';', text.rstrip('. '))}."


def lowered(statement: str) -> str:
    """As it stands within a sentence: an abbreviation or a number keeps its capitals."""
    return statement if statement[1:2].isupper() else statement[:1].lower() + statement[1:]


def clause(text: str, start: int, end: int, most: int = 120) -> str:
    """What stands between the marks around a span, in one line; less of it where that is too long."""
    reach = max(most - (end - start), 0) // 2
    left = _BREAK.split(text[max(start - reach, 0) : start])
    if len(left) == 1 and start > reach:  # cut off, perhaps within a word
        left = [left[0].partition(" ")[2]]
    reach = max(most - (end - start) - len(left[-1]), 0)
    right = [""] if text[start:end].endswith("'") else _BREAK.split(text[end : end + reach])
    if len(right) == 1 and end + reach < len(text):
        right = [right[0].rpartition(" ")[0]]
    return shortened(f"{left[-1]}{text[start:end]}{right[0]}", most).rstrip(" .'")
