"""What a text claims that its sources do not say: numbers, names, quotations and addresses.

A model is told to make nothing up; this is how it is found out. It knows words, not meanings: a sentence without any of
the four passes. German writes all nouns with a capital, so that names cannot be told there.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_NUMBER = re.compile(r"[$€£¥]?\d[\d.,]*(?:\s?(?:%|[kKmMbBxX]\b)|\+)?")
_GROUPS = re.compile(r"[.,](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")  # noqa: RUF001
_QUOTATION = re.compile(r"[\"“„«]([^\"“”„«»]{3,})[\"”“»]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.\w+")
# After these a capital begins a sentence, or something like one.
_STARTERS = frozenset('.!?:;…•–—(["“„«/|')
_DATA = re.compile(r"^(?:data:|https?:|#[0-9a-fA-F]{3,8}$)")
_COUNTS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "twelve": "12", "dozen": "12", "dozens": "12", "hundred": "100", "hundreds": "100",
    "thousand": "1000", "thousands": "1000", "million": "1000000", "millions": "1000000", "billion": "1000000000",
    "billions": "1000000000", "double": "2x", "triple": "3x", "half": "50%",
}  # fmt: skip
_NOUNS_HAVE_CAPITALS = {"de"}


class Facts:
    """What a page may say: the texts of `sources`, which are structs or plain values."""

    def __init__(self, *sources: object, language: str = "en") -> None:
        texts = [text for source in sources for text in _texts(msgspec.to_builtins(source)) if not _DATA.match(text)]
        self._text = _plain("\n".join(texts))
        self._numbers = set(_numbers(self._text))
        self._words = {_stem(word) for word in _WORD.findall(self._text)}
        self._names = language.split("-")[0] not in _NOUNS_HAVE_CAPITALS

    def unfounded(self, text: str) -> Iterator[str]:
        """Sentences about what the sources do not say."""
        if numbers := [number for number in _numbers(text) if number not in self._numbers]:
            yield f"These numbers are not in the brief: {_listed(numbers)}."
        if words := list(self._counts(text)):
            yield f"These amounts are not in the brief: {_listed(words)}."
        if names := list(self._strangers(text)):
            yield f"These look like names that are not in the brief (headings are in sentence case): {_listed(names)}."
        if quotes := [quote for quote in _QUOTATION.findall(text) if _plain(quote).strip() not in self._text]:
            yield f"These quotations are not in the brief: {_listed(quotes)}."
        if addresses := [found for found in _ADDRESS.findall(text) if found.lower() not in self._text]:
            yield f"These addresses are not in the brief: {_listed(addresses)}."

    def _counts(self, text: str) -> Iterator[str]:
        for word in _WORD.findall(text):
            number = _COUNTS.get(word.lower())
            if number and word.lower() not in self._words and number not in self._numbers:
                yield word

    def _strangers(self, text: str) -> Iterator[str]:
        """Words with a capital in the middle of a sentence, or with several anywhere."""
        for match in _WORD.finditer(text if self._names else ""):
            word = match[0]
            inner = any(letter.isupper() for letter in word[1:])
            named = inner or (word[0].isupper() and not _begins(text, match.start()))
            if named and _stem(word) not in self._words and word[:2].lower() not in ("i", "i'", "i’"):  # noqa: RUF001
                yield word


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)


def _begins(text: str, place: int) -> bool:
    """Whether a sentence or a line begins there."""
    before = text[:place].rstrip()
    return not before or before[-1] in _STARTERS or "\n" in text[len(before) : place]


def _numbers(text: str) -> list[str]:
    """As they are compared: `1,200` is `1200`, and `98 %` is `98%`."""
    plain = (_GROUPS.sub("", found.replace(" ", "").rstrip(".,")) for found in _NUMBER.findall(text))
    return [number.replace(",", ".").lower() for number in plain]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def _stem(word: str) -> str:
    """Without the ending of a plural or of possession."""
    lower = word.casefold().replace("’", "'")  # noqa: RUF001
    return lower.partition("'")[0].removesuffix("s") or lower


def _listed(found: list[str]) -> str:
    return ", ".join(dict.fromkeys(text[:60] for text in found[:10]))
