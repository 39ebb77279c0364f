"""The words that a plan is made by, from the package's data."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from errand.images.scenes.words import Words, key

Lexicon = Mapping[str, tuple[str, ...]]


class Subject(Struct, frozen=True):
    """What a prompt says when it means a motif: `things` are plainly to be seen, `topics` are what it stands for."""

    things: tuple[str, ...]
    topics: tuple[str, ...]

    def is_seen_in(self, words: Words) -> bool:
        return any(phrase in words for phrase in self.things)

    def score(self, words: Words) -> int:
        """Longer phrases say more."""
        return sum(
            weight * (1 + phrase.count(" "))
            for phrases, weight in ((self.things, 5), (self.topics, 2))
            for phrase in phrases
            if phrase in words
        )


class Vocabulary(Struct, frozen=True):
    subjects: Mapping[str, Subject]
    moods: Lexicon
    clear_moods: frozenset[str]
    tones: Lexicon
    colours: Mapping[str, str]
    treatments: Lexicon
    without: Lexicon
    hints: Lexicon


@cache
def vocabulary() -> Vocabulary:
    moods, treatments = load("moods"), load("treatments")
    without = treatments.pop("without")
    return Vocabulary(
        subjects={
            name: Subject(_keys(entry["things"]), _keys(entry["topics"])) for name, entry in load("motifs").items()
        },
        moods=_lexicon(moods["moods"]),
        clear_moods=frozenset(moods["clear"]),
        tones=_lexicon(moods["tones"]),
        colours={key(name): colour for name, colour in load("colours").items()},
        treatments=_lexicon(treatments),
        without=_lexicon(without),
        hints=_lexicon(load("hints")),
    )


def load(name: str) -> dict[str, Any]:
    """The data file of this name."""
    return tomllib.loads((files("errand.images.scenes") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def named(lexicon: Lexicon, words: Words) -> list[str]:
    """The entries that the words speak of, in the lexicon's order."""
    return [name for name, phrases in lexicon.items() if any(phrase in words for phrase in phrases)]


def _lexicon(entries: Mapping[str, Sequence[str]]) -> Lexicon:
    return {name: _keys(phrases) for name, phrases in entries.items()}


def _keys(phrases: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key(phrase) for phrase in phrases))
