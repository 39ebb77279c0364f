"""The words that briefs use, and what they stand for."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from msgspec import Struct

from errand.agents.landing.brief import Brief
from errand.agents.landing.page import SectionType

_MAX_READ = 4_000  # characters in which a wish is looked for


class Look(Struct, frozen=True):
    """How a tone looks. `fonts` are pairs for headings and text."""

    hues: list[int]
    chroma: float
    fonts: list[list[str]]
    shapes: list[Literal["sharp", "soft", "round"]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "words.toml").read_text())


def plain(text: str) -> str:
    """Words in lower case between single spaces: `Häufige_Fragen` and `haufige fragen` are the same."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", parted.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _mentions(text: str, words: list[str]) -> bool:
    padded = f" {plain(text[:_MAX_READ])} "
    return any(f" {plain(word)} " in padded for word in words)


def tone(brief: Brief) -> str:
    """The known tone that is named first; `plain` where none is asked for."""
    asked = f" {plain(brief.messaging.tone[:_MAX_READ])} "
    places = {
        name: min((asked.find(f" {plain(word)} ") for word in words if f" {plain(word)} " in asked), default=len(asked))
        for name, words in _table()["tones"].items()
    }
    first = min(places, key=lambda name: places[name])
    return first if places[first] < len(asked) else "plain"


def look(brief: Brief) -> Look:
    return Look(**_table()["looks"][tone(brief)])


def subject_hue(text: str) -> int | None:
    return next((int(hue) for hue, words in _table()["subjects"].items() if _mentions(text, words)), None)


def prefers(brief: Brief, layout: str) -> bool:
    return _mentions(brief.branding.layout_preference, _table()["layouts"][layout])


@cache
def section_names() -> dict[str, SectionType]:
    """The type of section that each plain name stands for."""
    return {plain(name): kind for kind, names in _table()["sections"].items() for name in names}
