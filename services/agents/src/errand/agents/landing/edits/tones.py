"""Other words for the same facts, by rules: what people said, names and numbers stay as they are."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import structs

from errand.agents.landing.copywriting.words import Words
from errand.agents.landing.edits.lengths import shortened
from errand.agents.landing.edits.references import kind
from errand.agents.landing.edits.vocabulary import opposites, table
from errand.agents.landing.page import AnySection, Footer, Nav, Page
from errand.agents.landing.traversal import map_texts

# The tables hold English words.
LANGUAGE = "en"
_REWORDED = frozenset(
    {
        *("heading", "intro", "eyebrow", "label", "title", "text", "question", "answer", "points", "paragraphs"),
        *("indicators", "submit_label", "success"),
    }
)
_TONES = ("plain", "playful", "luxury", "technical", "bold", "formal", "friendly", "calm", "confident")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
_VOWELS = tuple("aeiou")
_SOUNDS_LIKE_VOWEL = ("hour", "honest")
_SOUNDS_LIKE_CONSONANT = ("use", "uni", "one", "eu")


def speaks(page: Page) -> bool:
    """Whether there are words for the page's language."""
    return page.language.lower().split("-")[0] == LANGUAGE


def rewritten(section: AnySection, tone: str, page: Page) -> AnySection:
    """The section in another tone; the same where nothing in it has another word."""
    rules: dict[str, Any] = table("tones")[tone]
    protected = page.name.lower()

    def change(field: str, text: str) -> str:
        return _reworded(text, tone, protected) if field in _REWORDED else text

    if isinstance(section, Footer):
        return section
    if isinstance(section, Nav):  # its links name sections, its button is the page's
        return structs.replace(section, action=section.action and map_texts(section.action, change))
    new = structs.replace(map_texts(section, change), **_framing(section, rules))
    if new == section and (frame := _added_frame(section, rules)):
        new = structs.replace(new, **frame)
    return shortened(new) if rules.get("shortens") else new


def _framing(section: AnySection, rules: dict[str, Any]) -> dict[str, str]:
    """The tone's own words for what the generator, or a tone, has put around the section."""
    type_ = kind(section)
    own = {"heading": "headings", "intro": "intros", "eyebrow": "eyebrows"}
    return {
        field: rules[name][type_]
        for field, name in own.items()
        if type_ in rules.get(name, {}) and _is_framing(getattr(section, field), name, type_)
    }


def _added_frame(section: AnySection, rules: dict[str, Any]) -> dict[str, str]:
    """What the tone puts where the section says nothing: an introduction, or else an eyebrow."""
    heading, intro, eyebrow = (rules.get(name, {}).get(kind(section)) for name in ("headings", "intros", "eyebrows"))
    if section.heading == heading or section.intro == intro or section.eyebrow == eyebrow:
        return {}  # it has the tone already
    if intro and not section.intro:
        return {"intro": intro}
    return {"eyebrow": eyebrow} if eyebrow and not section.eyebrow else {}


def _is_framing(text: str, name: str, type_: str) -> bool:
    """Whether the text is one that the generator, or a tone, put there and that says nothing of its own."""
    if not text:
        return False
    ours = [rules.get(name, {}).get(type_) for rules in map(table("tones").__getitem__, opposites())]
    if text in ours:
        return True
    return name == "headings" and (text in _headings(type_) or set(re.findall(r"\w+", text.lower())) <= _generic())


@cache
def _headings(type_: str) -> frozenset[str]:
    try:
        return frozenset(Words(LANGUAGE, tone).heading(type_) for tone in _TONES)
    except KeyError:
        return frozenset()


@cache
def _generic() -> frozenset[str]:
    """Words of headings that say no more than their section's type."""
    return frozenset(table("tones")["generic"])


def _reworded(text: str, tone: str, protected: str) -> str:
    """Outside of quotes; names, which are capitalised within a sentence, stay."""
    parts, end = [], 0
    for quoted in _QUOTED.finditer(text):
        parts += [_replaced(text[end : quoted.start()], tone, protected), quoted[0]]
        end = quoted.end()
    parts.append(_replaced(text[end:], tone, protected))
    return "".join(parts)


def _replaced(text: str, tone: str, protected: str) -> str:
    pattern, others = _substitutions(tone)
    kept = list(_occurrences(text.lower(), protected))

    def change(found: re.Match[str]) -> str:
        inside = any(start < found.end("phrase") and found.start("phrase") < end for start, end in kept)
        named = found["phrase"][0].isupper() and not _opens_sentence(text, found.start("phrase"))
        if inside or (named and not found["phrase"].isupper()):
            return found[0]
        return _fitted(found, others[found["phrase"].lower().replace("\u2019", "'")])

    new = pattern.sub(change, text)
    if new != text:
        new = _capitalised_like(text, re.sub(r" {2,}", " ", re.sub(r" +([,.;:!?])", r"\1", new)))
    return _exclaimed(new, table("tones")[tone].get("exclaims"))


def _fitted(found: re.Match[str], other: str) -> str:
    """The other phrase, with the article and the capital that go with it."""
    phrase, article = found["phrase"], found["article"] or ""
    if article and other:
        vowel = other.startswith(_VOWELS + _SOUNDS_LIKE_VOWEL) and not other.startswith(_SOUNDS_LIKE_CONSONANT)
        fitting = "an" if vowel else "a"
        article = (fitting.capitalize() if article[0].isupper() else fitting) + found["space"]
    if phrase.isupper() and len(phrase) > 1:
        return article + other.upper()
    return article + (other[:1].upper() + other[1:] if phrase[0].isupper() else other)


@cache
def _substitutions(tone: str) -> tuple[re.Pattern[str], dict[str, str]]:
    rules = table("tones")[tone]
    others: dict[str, str] = dict(rules["replace"])
    written_out: dict[str, str] = table("tones")["contractions"]
    if rules.get("contractions") == "written out":
        others = written_out | others
    elif rules.get("contractions") == "short":
        others = {long: short for short, long in written_out.items()} | others
    others = {phrase.lower(): other for phrase, other in others.items()}
    phrases = sorted(others, key=len, reverse=True)
    alternatives = "|".join(re.escape(phrase).replace("'", "['\u2019]") for phrase in phrases)
    pattern = rf"(?<![\w@./\u2019'-])(?:(?P<article>an?)(?P<space> ))?(?P<phrase>{alternatives})(?![\w@\u2019'/-]|\.\w)"
    return re.compile(pattern, re.IGNORECASE), others


def _occurrences(text: str, name: str) -> Iterator[tuple[int, int]]:
    start = text.find(name) if name else -1
    while start >= 0:
        yield start, start + len(name)
        start = text.find(name, start + len(name))


def _opens_sentence(text: str, place: int) -> bool:
    before = text[:place].rstrip(" (“\"'")
    return not before or before[-1] in ".!?:\n–—"


def _capitalised_like(old: str, new: str) -> str:
    new = new.lstrip(" ") if not old.startswith(" ") else new
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _exclaimed(text: str, exclaims: bool | None) -> str:
    return text.replace("!", ".") if exclaims is False else text
