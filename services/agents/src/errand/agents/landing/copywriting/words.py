"""What a page says besides its brief, in the brief's language."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from errand.agents.landing.planning.vocabulary import plain

_DEFAULT = "en"
_MAX_READ = 4_000  # characters in which an intent is looked for


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "words.toml").read_text())


class Words:
    """Of one language, else of English, and in one tone where the language has it."""

    def __init__(self, language: str, tone: str = "plain") -> None:
        self.is_native = language in _table()
        self.language = language if self.is_native else _DEFAULT
        self._own: dict[str, Any] = _table()[self.language]
        self._tone: dict[str, str] = self._own.get("tones", {}).get(tone, {})

    def __getitem__(self, key: str) -> str:
        return str(self._own.get(key) or _table()[_DEFAULT][key])

    def heading(self, kind: str) -> str:
        return str(self._tone.get(kind) or self._own["headings"].get(kind) or _table()[_DEFAULT]["headings"][kind])

    def link(self, kind: str) -> str:
        return str(self._own["nav"].get(kind, ""))

    def see(self, kind: str) -> str:
        """The label of a button that leads to the section; empty for one that none leads to."""
        given: str = self._own.get("see", {}).get(kind, "")
        return given or (self["see_more"].format(section=self.link(kind)) if self.link(kind) else "")

    def action(self, intent: str) -> str:
        return str(self._own["actions"][intent])


def intent_of(text: str) -> str | None:
    """What the text wants its readers to do, such as `waitlist`."""
    padded = f" {plain(text[:_MAX_READ])} "
    intents: dict[str, list[str]] = _table()["intents"]
    return next((name for name, words in intents.items() if any(f" {plain(w)} " in padded for w in words)), None)


def is_call(text: str) -> bool:
    """Whether the text begins like a button."""
    first = plain(text).split(" ", 1)[0]
    return first in _listed("verbs")


def is_time(word: str) -> bool:
    return plain(word) in _listed("times")


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(plain(word) for word in _table()[name]["words"])
