"""A section with less text, or with more of what the page says elsewhere."""

import re
from collections.abc import Iterator

from msgspec import structs

from errand.agents.landing.page import AnySection, Contact, Custom, Features, Footer, Hero, Nav, Page
from errand.agents.landing.traversal import map_texts

_LONG = frozenset({"intro", "text", "answer", "paragraphs"})
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”\u2019)]))\s+(?=[^\sa-z])")
# A sentence may end before one of these; what comes before it has to stand for itself.
_CLAUSE = re.compile(r"\s+[–—]\s+|;\s+|,\s+(?=(?:which|so|while|whether|including|such as|without|and|but|with|for)\s)")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "z.b.",
    "bzw.",
    "dr.",
    "mr.",
    "mrs.",
    "ms.",
    "no.",
    "nr.",
    "inc.",
    "ltd.",
    "vs.",
    "approx.",
)
_FEWEST_WORDS = 4
_MOST_POINTS = 3
_LONG_HEADING = 60
_ENOUGH_TEXT = 400


def shortened(section: AnySection) -> AnySection:
    """Every text cut to about half of its sentences, or at a clause; quotes of people, and legal sentences, stay."""
    new = map_texts(section, lambda field, text: _cut(text) if field in _LONG else text)
    if len(new.heading) > _LONG_HEADING:
        new = structs.replace(new, heading=_until_clause(new.heading))
    if isinstance(new, Hero) and len(new.points) > _MOST_POINTS:
        new = structs.replace(new, points=new.points[:_MOST_POINTS])
    if isinstance(new, Custom) and len(new.paragraphs) > 1:
        new = structs.replace(new, paragraphs=new.paragraphs[: (len(new.paragraphs) + 1) // 2])
    return new


def expanded(section: AnySection, page: Page) -> AnySection:
    """With a sentence that the page has elsewhere, or a hero with the titles of the features; else the same."""
    if isinstance(section, Nav | Footer | Contact):
        return section
    said = _said(section)
    if isinstance(section, Hero) and not section.points:
        titles = [item.title for other in page.sections if isinstance(other, Features) for item in other.items]
        if points := [title for title in titles if title.lower() not in said][:_MOST_POINTS]:
            return structs.replace(section, points=points)
    if len(section.intro) > _ENOUGH_TEXT:
        return section
    sentence = next((text for text in _elsewhere(section, page) if text.lower().rstrip(".!") not in said), None)
    return section if sentence is None else structs.replace(section, intro=f"{_ended(section.intro)}{sentence}")


def _said(section: AnySection) -> str:
    texts: list[str] = []
    map_texts(section, lambda _, text: texts.append(text) or text)  # type: ignore[func-returns-value]
    return "\n".join(texts).lower()


def _elsewhere(section: AnySection, page: Page) -> Iterator[str]:
    """What the page says of its whole subject: the description, then what opens and closes it."""
    yield from sentences(page.description)
    for other in page.sections:
        if other.id != section.id and not isinstance(other, Nav | Footer | Contact):
            yield from sentences(other.intro)


def _ended(text: str) -> str:
    return "" if not text else text.rstrip() + (" " if text.rstrip()[-1] in ".!?" else ". ")


def sentences(text: str) -> list[str]:
    parts: list[str] = []
    for part in _SENTENCE_END.split(text.strip()):
        if parts and parts[-1].lower().split(" ")[-1] in _ABBREVIATIONS:
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return parts


def _cut(text: str) -> str:
    """The first half of the sentences; of a single one, what stands before its last clause."""
    parts = sentences(text)
    if len(parts) < 2:
        return _until_clause(text)
    kept = len(parts) // 2
    while len(" ".join(parts[:kept]).split()) < _FEWEST_WORDS and kept < len(parts):
        kept += 1
    return " ".join(parts[:kept])


def _until_clause(text: str) -> str:
    """Up to the last clause before which there is enough to stand for itself."""
    ends = (found.start() for found in reversed([*_CLAUSE.finditer(text)]))
    end = next(ends, 0)
    if len(text[:end].split()) < _FEWEST_WORDS:
        return text
    return text[:end].rstrip(" ,") + ("." if text.rstrip().endswith(".") else "")
