"""The words of a page apart from its facts: what a model may write anew.

A model gets the words of the rules' page and gives words back. Links, images, prices, statistics, people and what they
said never pass through it, and what `branding.sectionData` holds is used as it is.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from errand.agents.authoring.facts import Facts
from errand.agents.landing.brief import Brief
from errand.agents.landing.page import (
    Action,
    AnySection,
    Benefits,
    Contact,
    Cta,
    Faq,
    Features,
    Hero,
    Id,
    Item,
    Nav,
    Page,
    Pricing,
    Question,
    Stats,
    Team,
    Testimonials,
)

_OPEN = (Hero, Features, Benefits, Stats, Testimonials, Pricing, Team, Faq, Cta, Contact)
#: So many questions more than the rules have may be answered.
_MORE_QUESTIONS = 4

Short = Annotated[str, Meta(max_length=300)]
Paragraph = Annotated[str, Meta(max_length=1500)]


class ItemWords(Struct, frozen=True, kw_only=True):
    """A feature or benefit and what is said of it; in a faq, a question and its answer."""

    title: Short
    text: Paragraph


class SectionWords(Struct, frozen=True, kw_only=True):
    """`points` are a hero's. Labels are those of buttons, empty where there is none."""

    id: Id
    eyebrow: Annotated[str, Meta(max_length=80)] = ""
    heading: Annotated[str, Meta(max_length=160)] = ""
    intro: Paragraph = ""
    points: list[Short] = []
    items: list[ItemWords] = []
    primary_label: Annotated[str, Meta(max_length=60)] = ""
    secondary_label: Annotated[str, Meta(max_length=60)] = ""


class Words(Struct, frozen=True, kw_only=True):
    """A page's. `title` and `description` are for search engines."""

    title: Annotated[str, Meta(min_length=1, max_length=60)]
    description: Annotated[str, Meta(max_length=160)]
    sections: list[SectionWords]


def words_of(page: Page, brief: Brief) -> Words:
    """What the page says where it may be said otherwise."""
    held = _verbatim(brief)
    sections = [_section_words(section) for section in page.sections if _is_open(section, held)]
    return Words(title=page.title, description=page.description, sections=sections)


def reworded(page: Page, words: Words) -> Page:
    """The page with these words, all else as it was."""
    by_id = {section.id: section for section in words.sections}
    sections = [_reworded(section, by_id[section.id]) if section.id in by_id else section for section in page.sections]
    labels: dict[str, str] = {}
    for old, new in zip(_labels_of(page.sections), _labels_of(sections), strict=True):
        labels.setdefault(old, new)
    sections = [_following(section, labels) for section in sections]
    return replace(page, title=words.title, description=words.description, sections=sections)


class Wording:
    """The words of a page that may be said otherwise, `given`, and what is wrong with others in their place."""

    def __init__(self, page: Page, brief: Brief) -> None:
        self.given = words_of(page, brief)
        self._facts = Facts(brief, page, language=page.language)
        self._kinds = {section.id: type(section) for section in page.sections}
        self._sections = {section.id: section for section in self.given.sections}
        links = (brief.conversion.primary_cta, brief.conversion.secondary_cta)
        self._chosen_labels = {link.label for link in links if link}

    def complaints(self, words: Words) -> Iterator[str]:
        """Everything, for the model to mend."""
        present = [section.id for section in words.sections]
        yield from (f"The section `{own}` is missing." for own in self._sections if own not in present)
        yield from (f"The section `{own}` is there twice." for own in self._sections if present.count(own) > 1)
        yield from self._facts.unfounded(f"{words.title}\n{words.description}")
        for section in words.sections:
            yield from (f"Section `{section.id}`: {complaint}" for complaint in self.complaints_of(section))

    def complaints_of(self, words: SectionWords) -> Iterator[str]:
        given = self._sections.get(words.id)
        if given is None:
            yield "There is no such section."
            return
        for name in ("heading", "primary_label", "secondary_label"):
            old, new = getattr(given, name), getattr(words, name)
            if bool(old) != bool(new):
                yield f"`{name}` has to be {'given' if old else 'empty'}."
            elif old != new and old in self._chosen_labels:
                yield f"`{name}` has to be “{old}”, which the client has chosen."
        more = _MORE_QUESTIONS if self._kinds[words.id] is Faq else 0
        if not len(given.items) <= len(words.items) <= len(given.items) + more:
            yield f"`items` has to have {len(given.items)} entries, one for each of those given."
        yield from self._facts.unfounded("\n".join(_lines(msgspec.to_builtins(words))))

    def usable(self, words: Words) -> tuple[Words, dict[str, list[str]]]:
        """The words, as given where they were wrong, and what was wrong by section: "" is the page's head."""
        faults: dict[str, list[str]] = {}
        chosen = {section.id: section for section in words.sections if section.id in self._sections}
        for own, section in self._sections.items():
            complaints = list(self.complaints_of(chosen[own])) if own in chosen else ["It is missing."]
            if complaints:
                faults[own] = complaints
                chosen[own] = section
        head = words
        if complaints := list(self._facts.unfounded(f"{words.title}\n{words.description}")):
            faults[""] = complaints
            head = self.given
        return replace(head, sections=[chosen[own] for own in self._sections]), faults


def _verbatim(brief: Brief) -> set[type[Any]]:
    """The types of section whose every word is the client's."""
    data = brief.branding.section_data
    given: dict[type[Any], bool] = {
        Faq: bool(data.faq.items),
        Pricing: bool(data.pricing.items),
        Stats: bool(data.stats.items),
        Team: bool(data.team.items),
        Testimonials: bool(data.testimonials.items),
    }
    return {kind for kind, is_given in given.items() if is_given}


def _is_open(section: AnySection, held: set[type[Any]]) -> bool:
    return isinstance(section, _OPEN) and type(section) not in held


def _section_words(section: AnySection) -> SectionWords:
    words = SectionWords(id=section.id, eyebrow=section.eyebrow, heading=section.heading, intro=section.intro)
    match section:
        case Features() | Benefits():
            return replace(words, items=[ItemWords(title=item.title, text=item.text) for item in section.items])
        case Faq():
            return replace(words, items=[ItemWords(title=item.question, text=item.answer) for item in section.items])
        case Hero():
            return replace(words, points=section.points, **_labels(section))
        case Cta():
            return replace(words, **_labels(section))
    return words


def _labels(section: Hero | Cta) -> dict[str, str]:
    primary, secondary = section.primary, section.secondary
    return {
        "primary_label": primary.label if primary else "",
        "secondary_label": secondary.label if secondary else "",
    }


def _reworded(section: AnySection, words: SectionWords) -> AnySection:
    section = replace(section, eyebrow=words.eyebrow, heading=words.heading, intro=words.intro)
    match section:
        case Features() | Benefits():
            return replace(section, items=[_item(*pair) for pair in zip(section.items, words.items, strict=True)])
        case Faq():
            return replace(section, items=[Question(question=item.title, answer=item.text) for item in words.items])
        case Hero():
            return replace(section, points=words.points, **_relabelled(section, words))
        case Cta():
            return replace(section, **_relabelled(section, words))
    return section


def _labels_of(sections: list[AnySection]) -> list[str]:
    buttons = [section.primary for section in sections if isinstance(section, Hero | Cta)]
    return [button.label for button in buttons if button]


def _following(section: AnySection, labels: dict[str, str]) -> AnySection:
    """The button in the navigation says what the one says that it was a copy of."""
    if not isinstance(section, Nav) or section.action is None or section.action.label not in labels:
        return section
    return replace(section, action=replace(section.action, label=labels[section.action.label]))


def _item(item: Item, words: ItemWords) -> Item:
    return replace(item, title=words.title, text=words.text)


def _relabelled(section: Hero | Cta, words: SectionWords) -> dict[str, Action | None]:
    return {
        "primary": section.primary and replace(section.primary, label=words.primary_label),
        "secondary": section.secondary and replace(section.secondary, label=words.secondary_label),
    }


def _lines(value: Any) -> Iterator[str]:
    """Every text but the id."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _lines(item)
        case dict():
            for name, item in value.items():
                if name != "id":
                    yield from _lines(item)
