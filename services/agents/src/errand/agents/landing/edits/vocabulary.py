"""The words that messages are read by: typed views of the files in `data`, each read once, on first use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

TOKEN = re.compile(
    r"\ue000\d+\ue001"  # what somebody has quoted, see `message`
    r"|\#[\w-]+|\d+(?:[.,]\d+)*%?|\w+(?:['\u2019]\w+)*|\n|[^\w\s]"
)


def words(text: str) -> list[str]:
    return [found[0].lower().replace("\u2019", "'") for found in TOKEN.finditer(text)]


class Match(NamedTuple):
    """The words `start` to `end`, not including, say `value`."""

    start: int
    end: int
    value: str


class Lexicon:
    """Phrases and what they say. Looking them up takes time in proportion to the text."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], str]] = {}
        self._add(phrases)

    def with_phrases(self, phrases: Mapping[str, str]) -> "Lexicon":
        """These phrases besides its own, which they outdo."""
        extended = Lexicon({})
        extended._by_first = dict(self._by_first)
        extended._add(phrases)
        return extended

    def _add(self, phrases: Mapping[str, str]) -> None:
        for phrase, value in phrases.items():
            parts = tuple(words(phrase))
            known = self._by_first.get(parts[0], {}) | {parts: value}
            self._by_first[parts[0]] = dict(sorted(known.items(), key=lambda entry: -len(entry[0])))

    def find(self, text: Sequence[str]) -> Iterator[Match]:
        """The longest phrases, from left to right."""
        end = 0
        for place, word in enumerate(text):
            if word in self._by_first and place >= end and (match := self.at(text, place)):
                yield match
                end = match.end

    def at(self, text: Sequence[str], place: int) -> Match | None:
        beginning = self._by_first.get(text[place])
        if beginning is None:
            return None
        for parts, value in beginning.items():
            if tuple(text[place : place + len(parts)]) == parts:
                return Match(place, place + len(parts), value)
        return None


@cache
def lexicon(name: str) -> Lexicon:
    """A table of the vocabulary, or one of its lists, whose phrases say themselves."""
    vocabulary = table("vocabulary")
    if name in vocabulary["lists"]:
        return Lexicon({phrase: phrase for phrase in vocabulary["lists"][name]})
    return _inverse(table("colours") if name == "colour names" else vocabulary[name])


@cache
def opposites() -> dict[str, str]:
    opposites: dict[str, str] = table("vocabulary")["opposites"]
    return opposites


@cache
def table(name: str) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.toml.decode(files(__package__).joinpath("data", f"{name}.toml").read_bytes())
    return content


def _inverse(phrases: Mapping[str, Sequence[str]]) -> Lexicon:
    return Lexicon({phrase: value for value, entries in phrases.items() for phrase in entries})
