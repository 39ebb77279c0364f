"""What of the page a clause speaks of: its sections, and entries of their lists."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.vocabulary import Lexicon, lexicon, table, words
from errand.agents.landing.page import (
    AnySection,
    Benefits,
    Contact,
    Custom,
    Faq,
    Features,
    Page,
    Pricing,
    Section,
    Stats,
    Team,
    Testimonials,
)

# The list that a section is about, and what its entries are known by.
LISTS: dict[type[Section], tuple[str, str]] = {
    Features: ("items", "title"),
    Benefits: ("items", "title"),
    Stats: ("items", "value"),
    Testimonials: ("items", "name"),
    Pricing: ("plans", "name"),
    Team: ("members", "name"),
    Faq: ("items", "question"),
    Contact: ("fields", "label"),
    Custom: ("items", "title"),
}
_MAX_NAME_WORDS = 6
_SHORTEST_NAME = 3


class Mention(NamedTuple):
    """A section, or with `entry` one entry of its list. `section` is None where the page has none of that type.

    `preposition` stands before it: “above” in “above the pricing”.
    """

    start: int
    end: int
    type: str
    entry: bool
    preposition: str | None
    section: AnySection | None


def kind(section: Section) -> str:
    return type(section).__name__.lower()


def section_of(page: Page, type_: str) -> AnySection | None:
    return next((section for section in page.sections if kind(section) == type_), None)


def mentions(clause: Clause, page: Page) -> list[Mention]:
    found = []
    for start, end, value in _names(page).find(clause.words):
        how, _, name = value.partition(":")
        section = _by_id(page, name) if how == "id" else section_of(page, name)
        type_ = kind(section) if how == "id" and section else name
        found.append(Mention(start, end, type_, how == "item", _preposition(clause.words, start), section))
    return found


def entries(section: AnySection) -> list[Any]:
    if type(section) not in LISTS:
        return []
    found: list[Any] = getattr(section, LISTS[type(section)][0])
    return found


def name_of(entry: Any, section: AnySection) -> str:
    name: str = getattr(entry, LISTS[type(section)][1])
    return name


def position(clause: Clause, section: AnySection) -> int | None:
    """Which entry is meant: by its place, its name, or what it says in quotes."""
    count = len(entries(section))
    quotes = [text.lower() for _, text in clause.quotes]
    for place, entry in enumerate(entries(section)):
        name = name_of(entry, section).lower()
        if name in quotes or any(text in str(entry).lower() for text in quotes if len(text) > _SHORTEST_NAME):
            return place
        if _is_named(clause.words, name, by_part=isinstance(section, Testimonials | Team)):
            return place
    ordinal = clause.first("ordinals")
    number = int(ordinal) if ordinal else _number(clause.words)
    if number is None or not -count <= number <= count or number == 0:
        return None
    return number - 1 if number > 0 else count + number


def named_entries(clause: Clause, page: Page) -> list[tuple[AnySection, int]]:
    """The entries that the clause has the names of, with their places; people by a part of theirs too.

    A name that stands for a type of section is none.
    """
    return [
        (section, place)
        for section in page.sections
        if not isinstance(section, Contact)
        for place, entry in enumerate(entries(section))
        if not any(_types().find(words(name := name_of(entry, section))))
        and _is_named(clause.words, name.lower(), by_part=isinstance(section, Testimonials | Team))
    ]


def _names(page: Page) -> Lexicon:
    names = {f"#{section.id}": f"id:{section.id}" for section in page.sections}
    for section in page.sections:
        own = [section.heading.lower()] + ([section.id.replace("-", " ")] if isinstance(section, Custom) else [])
        if section_of(page, kind(section)) is not section:
            own = [section.id.replace("-", " ")]
        names |= {name: f"id:{section.id}" for name in own if _may_name(name, section)}
    return _types().with_phrases(names)


def _may_name(name: str, section: AnySection) -> bool:
    """A heading of one word, such as “Pricing”, says no more than the type does."""
    parts = words(name)
    return 0 < len(parts) <= _MAX_NAME_WORDS and (isinstance(section, Custom) or len(parts) > 1 or name == section.id)


@cache
def _types() -> Lexicon:
    """The names of types of sections, and of their entries."""
    tables = (("item", "items"), ("type", "sections"))
    return Lexicon(
        {
            phrase: f"{how}:{type_}"
            for how, name in tables
            for type_, phrases in table("vocabulary")[name].items()
            for phrase in phrases
        }
    )


def _by_id(page: Page, id_: str) -> AnySection | None:
    return next((section for section in page.sections if section.id == id_), None)


def _preposition(text: Sequence[str], place: int) -> str | None:
    determiners, prepositions = lexicon("determiners"), lexicon("prepositions")
    while place > 0 and determiners.at(text, place - 1):
        place -= 1
    for length in (3, 2, 1):
        match = prepositions.at(text, place - length) if place >= length else None
        if match and match.end == place:
            return match.value
    return None


def _is_named(text: Sequence[str], name: str, by_part: bool) -> bool:
    """Whether the words have the name; of people, whether they have a part of it."""
    parts = tuple(words(name))
    if not parts or len(name) < _SHORTEST_NAME:
        return False
    whole = any(tuple(text[place : place + len(parts)]) == parts for place in range(len(text)))
    return whole or (by_part and any(part in text for part in parts if len(part) > _SHORTEST_NAME))


def _number(text: Sequence[str]) -> int | None:
    """3 in “question 3” or “question #3”."""
    return next((int(number) for word in text if (number := word.lstrip("#")).isdigit() and len(number) < 3), None)
