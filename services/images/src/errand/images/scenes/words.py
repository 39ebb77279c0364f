"""What a text says, as far as it can be recognised."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+")
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])")
_WORD = r"(?:(?!(?:and|at|but|for|in|just|no|on|only|or|nor|under|with|without)\b)[^\W_]+)"
_PHRASE = rf"{_WORD}(?:[ \-]{_WORD}){{0,3}}"
_MARKER = r"(?:no|minus|(?:don't|do not) (?:use|show|include|draw))"
# After these, "and" goes on with what is not wanted.
_FAR_MARKER = r"(?:without|avoid|avoiding|exclude|excluding|free of)"
_NEGATED = re.compile(
    rf"\b{_MARKER} (?:any )?({_PHRASE}(?:, ?{_PHRASE})*,? n?or {_PHRASE}|{_PHRASE})"
    rf"|\b{_FAR_MARKER} (?:any )?({_PHRASE}(?:, ?{_PHRASE})*,? (?:n?or|and) {_PHRASE}|{_PHRASE})"
    rf"|({_WORD})-free\b"
)
_IRREGULAR = {"leaves": "leaf", "shelves": "shelf", "news": "news", "series": "series", "analyses": "analysis"}


class Request(NamedTuple):
    """`wanted` and `unwanted` are normalised texts."""

    wanted: str
    unwanted: str


def normalised(text: str) -> str:
    """Equal for texts that differ in spaces, case or the way their characters are encoded."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def request(prompt: str, style: str, negative_prompt: str) -> Request:
    """What is negated in the prompt or the style is moved to what is unwanted."""
    text = f"{normalised(prompt)} . {normalised(style)}".replace("\u2019", "'")
    negated = ["".join(groups) for groups in _NEGATED.findall(text)]
    unwanted = re.sub(rf"\b(?:{_MARKER}|{_FAR_MARKER}) ", " ", normalised(negative_prompt))
    return Request(_NEGATED.sub(" . ", text), " . ".join([unwanted, *negated]))


class Words:
    """A text to look for phrases in; singular and plural are the same."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = f" {key(text)} "

    def __contains__(self, phrase: str) -> bool:
        """`phrase` is a `key`."""
        return f" {phrase} " in self._tokens

    def position(self, phrase: str) -> int:
        """Where it stands first; -1: nowhere."""
        return self._tokens.find(f" {phrase} ")

    def without(self, phrases: Iterable[str]) -> "Words":
        """With these blotted out, so that "sky blue" is no "blue"."""
        left = self._tokens
        for phrase in phrases:
            left = left.replace(f" {phrase} ", " . ")
        return Words(left)

    def hex_colours(self) -> list[str]:
        return [_long(found) for found in _HEX.findall(self.text)]


def key(text: str) -> str:
    return " ".join(_singular(token) for token in _TOKEN.findall(text.casefold()))


def _singular(token: str) -> str:
    if token in _IRREGULAR:
        return _IRREGULAR[token]
    if len(token) < 4 or not token.endswith("s") or token.endswith(("ss", "us", "is")):
        return token
    if token.endswith("ies"):
        return token[:-3] + "y"
    return token[:-2] if token.endswith(("sses", "xes", "ches", "shes")) else token[:-1]


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
