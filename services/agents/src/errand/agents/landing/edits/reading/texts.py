"""Wishes that bring their own words or addresses: texts, buttons, images."""

from typing import Any

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.message import Clause
from errand.agents.landing.edits.reading.design import is_colour
from errand.agents.landing.edits.reading.scene import Scene, Wish, absent, verb
from errand.agents.landing.edits.references import LISTS, Mention, entries, kind, position, section_of
from errand.agents.landing.edits.vocabulary import Match
from errand.agents.landing.page import AnySection
from errand.agents.landing.rendering import addresses
from errand.agents.landing.traversal import COPY_FIELDS, field_of, strings

_ADDRESSES = ("http:", "https:", "mailto:", "tel:", "data:", "#")
_OF_PAGE = {"page_title": "title", "page_description": "description", "name": "name"}
_OF_TYPE = {"submit_label": "contact", "success": "contact", "consent": "contact", "text": "footer", "price": "pricing"}
_OF_ANY = ("heading", "intro", "eyebrow")
_ADDED = ("intro", "eyebrow", "consent", "success", "submit_label", "page_description")
_OF_ENTRY = {"question": "question", "answer": "answer", "price": "price"}


def read_texts(clause: Clause, scene: Scene) -> list[Wish]:
    if not clause.quotes or verb(clause) in ("remove", "move", "swap"):
        return []
    said = [text for _, text in clause.quotes if not is_colour(text)]
    texts = [text for text in said if not text.startswith(_ADDRESSES)]
    links = [text for text in said if text.startswith(_ADDRESSES)]
    if links and (clause.says("images") or clause.says("logos")):
        return [_image(links[0], texts, clause, scene)]
    if not _field(clause) and (clause.says("actions") or (links and clause.says("links_to"))):
        return [_action(clause, scene, texts, links)]
    if not texts or (verb(clause) == "add" and _field(clause) not in _ADDED):
        return []
    if len(texts) > 1 and not _field(clause):
        return [correction(texts[0], texts[1], scene)]
    return [_text(clause, scene, texts[-1])]


def _image(address: str, texts: list[str], clause: Clause, scene: Scene) -> Wish:
    section = section_of(scene.page, "nav" if clause.says("logos") else "hero")
    if section is None:
        return absent("nav" if clause.says("logos") else "hero")
    if addresses.picture(address) is None:
        return kinds.Clarification(message="An image needs an https address.")
    return kinds.SetImage(section=section.id, src=address, alt=texts[0] if texts else "")


def _action(clause: Clause, scene: Scene, texts: list[str], links: list[str]) -> Wish:
    which: Any = next(iter(sorted((match.value for match in clause.find("actions")), reverse=True)), "primary")
    named = [mention for mention in _beside(clause, scene, "actions") if not mention.entry]
    if named and named[0].section is None:
        return absent(named[0].type)
    section = named[0].section if named else None
    if section is None and (verb(clause) == "add" or which == "secondary"):
        section = section_of(scene.page, "hero")
    if section and verb(clause) == "add" and getattr(section, "primary", None):
        which = "secondary"
    href = next(iter(links), None)
    if href and addresses.link(href) is None:
        return kinds.Clarification(message="A button can lead to an https address, to a section, to mailto: or tel:.")
    label = texts[-1] if texts else None
    return kinds.SetAction(section=section.id if section else None, which=which, label=label, href=href)


def correction(old: str, new: str, scene: Scene) -> Wish:
    """The first text of the page that has the old words, with the new ones."""
    for section in scene.page.sections:
        for path, text in strings(section, ""):
            if old in text and field_of(path) in COPY_FIELDS and path.count(".") == 1 and "[" not in path:
                return kinds.SetText(section=section.id, field=field_of(path), text=text.replace(old, new))
        for place, entry in enumerate(entries(section)):
            for path, text in strings(entry, ""):
                if old in text and field_of(path) in COPY_FIELDS and path.count(".") == 1 and "[" not in path:
                    changed = text.replace(old, new)
                    return kinds.SetText(section=section.id, field=field_of(path), text=changed, item=place)
    return kinds.Clarification(message=f"“{old[:80]}” does not stand on this page.")


def _text(clause: Clause, scene: Scene, text: str) -> Wish:
    field = _field(clause)
    if field in _OF_PAGE:
        return kinds.SetText(section=None, field=_OF_PAGE[field], text=text)
    named = _beside(clause, scene, "fields")
    if not named and field is None:
        return kinds.Clarification(
            message=f"Where should “{text[:80]}” go?",
            options=[f'Change the headline to "{text[:80]}"', f'Change the intro of the hero to "{text[:80]}"'],
        )
    type_ = named[0].type if named else _OF_TYPE.get(field or "", "faq" if field in ("question", "answer") else "hero")
    section = named[0].section if named else section_of(scene.page, type_)
    if not named and field in _OF_ANY and scene.before:
        section = scene.before[0]
    if section is None:
        return absent(type_)
    if (named and named[0].entry) or field in _OF_ENTRY:
        return _entry_text(clause, section, field, text)
    return _section_text(section, field or "heading", text)


def _section_text(section: AnySection, field: str, text: str) -> Wish:
    if field == "heading" and kind(section) == "footer":
        field = "text"
    if not isinstance(getattr(section, field, None), str):
        return kinds.Clarification(message=f"The {section.id} section has no such text.")
    return kinds.SetText(section=section.id, field=field, text=text)


def _entry_text(clause: Clause, section: AnySection, field: str | None, text: str) -> Wish:
    place = position(clause._replace(held=["" if held == text else held for held in clause.held]), section)
    if place is None and len(entries(section)) == 1:
        place = 0
    if place is None or not entries(section):
        names = [getattr(entry, LISTS[type(section)][1]) for entry in entries(section)] if entries(section) else []
        return kinds.Clarification(message=f"Which entry of the {section.id} section is meant?", options=names[:8])
    entry = entries(section)[place]
    wanted = {"heading": LISTS[type(section)][1], "intro": "text", None: LISTS[type(section)][1]}.get(field, field)
    if kind(section) == "testimonials" and field is None:
        wanted = "text"
    if not isinstance(getattr(entry, wanted or "", None), str):
        return kinds.Clarification(message=f"The entries of the {section.id} section have no such text.")
    return kinds.SetText(section=section.id, field=wanted or "", text=text, item=place)


def _field(clause: Clause) -> str | None:
    """The most specific field that the clause names."""
    fields = clause.find("fields")
    return (
        max(fields, key=lambda match: (match.end - match.start, match.value not in ("heading", "intro"))).value
        if fields
        else None
    )


def _beside(clause: Clause, scene: Scene, name: str) -> list[Mention]:
    """The sections that are named apart from the field or button: “headline” is the hero's only by itself."""
    taken = clause.find(name)
    mentions = [mention for mention in scene.mentions(clause) if not any(_overlap(mention, match) for match in taken)]
    return sorted(mentions, key=lambda mention: mention.entry)[::-1] if name == "fields" else mentions


def _overlap(mention: Mention, match: Match) -> bool:
    return mention.start < match.end and match.start < mention.end
