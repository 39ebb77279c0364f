"""Wishes about single entries that are called by their names, about fields of the form, and about the footer."""

import re
from collections.abc import Iterator
from typing import Any

from errand.agents.landing.copywriting.texts import capital
from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.scene import Scene, Wish, opening, verb
from errand.agents.landing.edits.reading.texts import correction
from errand.agents.landing.edits.references import entries, name_of, named_entries, position, section_of
from errand.agents.landing.edits.vocabulary import lexicon, words
from errand.agents.landing.page import AnySection, Footer, Pricing
from errand.agents.landing.rendering import addresses

PRICE = re.compile(r"[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥]|USD|EUR|GBP|CHF)|\bfree\b", re.IGNORECASE)
_FILLERS = frozenset({"bit", "part", "thing", "item", "card", "about", "called", "entry", "line", "point", "all"})
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_ADDRESSES = ("http:", "https:", "mailto:", "tel:", "#")
_NO_LABEL = frozenset(
    {"link", "links", "to", "in", "into", "section", "with", "called", "please", ":", "at", "for", "and"}
)


def read_entries(clause: Clause, scene: Scene) -> list[Wish]:
    wanted = verb(clause)
    if wanted == "add":
        return _in_footer(clause, scene)
    if wanted == "remove":
        return [] if clause.quotes else _removed(clause, scene)
    return _needed(clause, scene) or _highlighted(clause, scene) or _priced(clause, scene)


def _needed(clause: Clause, scene: Scene) -> list[Wish]:
    need, form = clause.first("needs"), section_of(scene.page, "contact")
    if need is None or form is None:
        return []
    names = [label for label in entries(form) if _lower(label.label) & set(clause.words)]
    place = entries(form).index(names[0]) if names else position(clause, form)
    if place is None and scene.before and form in scene.before and clause.says("pronouns"):
        place = len(entries(form)) - 1  # the one that was added just now
    if place is None:
        options = [f"Make the {field.label} field {need}." for field in entries(form)][:6]
        return [kinds.Clarification(message=f"Which field should be {need}?", options=options)]
    return [kinds.SetRequired(section=form.id, item=place, required=need == "required")]


def _lower(label: str) -> set[str]:
    return {word for word in label.lower().split() if len(word) > 2}


def _highlighted(clause: Clause, scene: Scene) -> list[Wish]:
    section = section_of(scene.page, "pricing")
    if section is None or not clause.says("highlights") or clause.says("colours"):
        return []
    plans = [place for named, place in named_entries(clause, scene.page) if named is section]
    return [kinds.HighlightPlan(section=section.id, item=plans[0])] if len(plans) == 1 else []


def _priced(clause: Clause, scene: Scene) -> list[Wish]:
    """“Make the Growth plan $249”, “Monthly should cost 65”: a number alone keeps the currency."""
    section, costs = section_of(scene.page, "pricing"), clause.says("costs")
    if not isinstance(section, Pricing) or clause.quotes or not (costs or verb(clause) == "change"):
        return []
    plans = [place for named, place in named_entries(clause, scene.page) if named is section]
    said = PRICE.search(clause.text())
    number = _NUMBER.search(clause.text()) if costs and not said else None
    if len(plans) != 1 or not (said or number):
        return []
    old = section.plans[plans[0]].price
    new = re.sub(r"(?<=[$€£¥])\s", "", said[0]) if said else _NUMBER.sub(number[0] if number else "", old, count=1)
    return [kinds.SetText(section=section.id, field="price", text=new.strip(" .,"), item=plans[0])] if new else []


def _removed(clause: Clause, scene: Scene) -> list[Wish]:
    """“Remove Yuki”, “delete implants from the services”."""
    mentions = scene.mentions(clause)
    if any(mention.entry or mention.preposition not in ("from", "in", "of") for mention in mentions):
        return []
    found = [
        named
        for named in named_entries(clause, scene.page)
        if _is_object(clause, name_of(entries(named[0])[named[1]], named[0]))
    ]
    within = {mention.section.id for mention in mentions if mention.section}
    found = [(section, place) for section, place in found if not within or section.id in within]
    sections = {section.id for section, _ in found}
    if len(sections) != 1:
        return []
    return [_without(section, place) for section, place in sorted(found, key=lambda entry: -entry[1])]


def _is_object(clause: Clause, name: str) -> bool:
    """Whether nothing but fillers stands before the name: not so in “remove the spotlight on Growth”."""
    parts = set(words(name))
    start = next((place for place, word in enumerate(clause.words) if word in parts), 0)
    known: Any = lexicon("verbs").at(clause.words, opening(clause))
    between = range(known.end if known else 0, start)
    return all(
        clause.words[place] in _FILLERS or lexicon("determiners").at(clause.words, place) is not None
        for place in between
    )


def _without(section: AnySection, place: int) -> Wish:
    if len(entries(section)) > 1:
        return kinds.RemoveItem(section=section.id, item=place)
    return kinds.RemoveSection(section=section.id)


def _in_footer(clause: Clause, scene: Scene) -> list[Wish]:
    footer = next((m.section for m in scene.mentions(clause) if isinstance(m.section, Footer) and m.preposition), None)
    if footer is None or not clause.quotes:
        return []
    links = [text for _, text in clause.quotes if text.startswith(_ADDRESSES)]
    texts = [text for _, text in clause.quotes if text not in links]
    if not links:
        text = "\n".join([footer.text, *texts] if footer.text else texts)
        return [kinds.SetText(section=footer.id, field="text", text=text)]
    label = texts[0] if texts else capital(" ".join(_label(clause)))
    if addresses.link(links[0]) is None or not label:
        return [kinds.Clarification(message="What should the link be called?", options=_EXAMPLE)]
    return [kinds.AddLink(section=footer.id, label=label, href=links[0])]


_EXAMPLE = ['Add a link "Terms" to https://… in the footer']


def _label(clause: Clause) -> Iterator[str]:
    """“privacy policy” of “add a privacy policy link in the footer”."""
    skipped: Any = lexicon("verbs").at(clause.words, opening(clause))
    for place in range(skipped.end if skipped else 0, len(clause.words)):
        word = clause.words[place]
        known = any(lexicon(name).at(clause.words, place) for name in ("determiners", "politeness"))
        if not known and word not in _NO_LABEL and word != "footer" and clause.quote(place) is None:
            yield clause.original[place]


def replaced(clause: Clause, scene: Scene) -> list[Wish]:
    """“Change the 4.8 stars to 4.9 stars”: words that stand on the page, for others."""
    if verb(clause) != "change" or "to" not in clause.words or clause.quotes:
        return []
    to = clause.words.index("to")
    first = opening(clause) + 1
    while first < to and lexicon("determiners").at(clause.words, first):
        first += 1
    old, new = clause.text(first, to), clause.text(to + 1)
    found = correction(old, new, scene) if len(old) > 1 and new else None
    return [] if found is None or isinstance(found, kinds.Clarification) else [found]
