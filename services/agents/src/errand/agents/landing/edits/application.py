"""Edits carried out. Each touches what it names; the menus follow the sections."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import msgspec
from msgspec import Struct, structs

from errand.agents.landing.copywriting.words import Words
from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.lengths import expanded, shortened
from errand.agents.landing.edits.references import LISTS, entries, kind
from errand.agents.landing.edits.tones import rewritten
from errand.agents.landing.page import (
    Action,
    AnySection,
    Benefits,
    Contact,
    Cta,
    Custom,
    Faq,
    Features,
    Field,
    Footer,
    Hero,
    Image,
    Item,
    Member,
    Nav,
    Page,
    PricePlan,
    Pricing,
    Question,
    Quote,
    Section,
    Stat,
    Stats,
    Team,
    Testimonials,
)
from errand.agents.landing.repairs import distinct, in_order, target
from errand.agents.landing.variants import VARIANTS
from errand.common.conversion import convert
from errand.common.errors import Invalid

_MOST_LINKS = 7
_INPUT_TYPES = {
    "email": "email", "mail": "email", "phone": "tel", "tel": "tel", "telephone": "tel", "website": "url", "url": "url",
    "message": "textarea", "comment": "textarea", "notes": "textarea", "date": "date", "number": "number",
}  # fmt: skip
_FRAME = frozenset({"id", "variant"})


class EditImpossible(Invalid):
    """The page has nothing that the edit could be done to."""

    code = "edit_impossible"


def valid(page: Page) -> Page:
    """The page, if all its texts keep to their lengths; else raises EditImpossible."""
    try:
        convert(msgspec.to_builtins(page), Page)
    except msgspec.ValidationError as error:
        raise EditImpossible(f"The page cannot be like that: {error}.") from error
    return page


@singledispatch
def carry_out(edit: kinds.Edit, page: Page) -> Page:
    raise EditImpossible(f"{type(edit).__name__} is nothing that a page can do by itself.")


@carry_out.register
def _(edit: kinds.Declined, page: Page) -> Page:
    return page


@carry_out.register
def _(edit: kinds.RewriteSection, page: Page) -> Page:
    return _with(page, edit.section, lambda section: rewritten(section, edit.tone, page))


@carry_out.register
def _(edit: kinds.Shorten, page: Page) -> Page:
    whole = edit.section is None  # of the whole page, what menus and the small print say is not meant

    def change(section: AnySection) -> AnySection:
        return section if whole and isinstance(section, Nav | Footer) else shortened(section)

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.Expand, page: Page) -> Page:
    return _with(page, edit.section, lambda section: expanded(section, page))


@carry_out.register
def _(edit: kinds.ReplaceSection, page: Page) -> Page:
    return _with(page, edit.section.id, lambda _: edit.section)


@carry_out.register
def _(edit: kinds.RemoveSection, page: Page) -> Page:
    find(page, edit.section)
    gone = f"#{edit.section}"
    sections = [_without_link(section, gone) for section in page.sections if section.id != edit.section]
    return structs.replace(page, sections=sections)


@carry_out.register
def _(edit: kinds.AddSection, page: Page) -> Page:
    taken = {section.id for section in page.sections}
    section = structs.replace(edit.section, id=distinct(edit.section.id, taken))
    sections = list(page.sections)
    if isinstance(section, Nav):
        place = 0
    elif edit.after is not None and not isinstance(section, Footer):
        place = sections.index(find(page, edit.after)) + 1
    else:
        place = len(sections)
    sections.insert(place, section)
    return structs.replace(page, sections=_linked(in_order(sections), section, page))


@carry_out.register
def _(edit: kinds.Move, page: Page) -> Page:
    section = find(page, edit.section)
    if isinstance(section, Nav | Footer):
        raise EditImpossible("The navigation stays at the top and the footer at the end.")
    others = [other for other in page.sections if other is not section]
    place = page.sections.index(section)
    if edit.place in ("before", "after"):
        place = others.index(find(page, edit.target)) + (edit.place == "after")
    else:
        place = {"up": max(place - 1, 0), "down": place + 1, "top": 0, "bottom": len(others)}[edit.place]
    others.insert(place, section)
    sections = in_order(others)
    return structs.replace(page, sections=[_reordered(each, sections) for each in sections])


@carry_out.register
def _(edit: kinds.SetText, page: Page) -> Page:
    if edit.section is None:
        changed: Page = _set(page, edit.field, edit.text)
        return changed

    def change(section: AnySection) -> AnySection:
        if edit.item is None:
            new: AnySection = _set(section, edit.field, edit.text)
            return new
        changed = _set(_entry(section, edit.item), edit.field, edit.text)
        return _with_entries(section, [*entries(section)[: edit.item], changed, *entries(section)[edit.item + 1 :]])

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.SetAction, page: Page) -> Page:
    if edit.section is not None:
        return _with(page, edit.section, lambda section: _with_action(section, edit, page))
    call = main_call(page)
    if call is None:
        raise EditImpossible("The page has no button.")
    return structs.replace(page, sections=[_with_call(section, call, edit) for section in page.sections])


@carry_out.register
def _(edit: kinds.SetImage, page: Page) -> Page:
    image = Image(src=edit.src, alt=edit.alt) if edit.src else None

    def change(section: AnySection) -> AnySection:
        if not isinstance(section, Hero | Nav):
            raise EditImpossible("Only the hero and the navigation have an image of their own.")
        return structs.replace(section, **{"logo" if isinstance(section, Nav) else "image": image})

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.AddItem, page: Page) -> Page:
    return _with(page, edit.section, lambda section: added(section, edit))


@carry_out.register
def _(edit: kinds.RemoveItem, page: Page) -> Page:
    def change(section: AnySection) -> AnySection:
        gone = _entry(section, edit.item)
        return _with_entries(section, [entry for entry in entries(section) if entry is not gone])

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.SetRequired, page: Page) -> Page:
    def change(section: AnySection) -> AnySection:
        changed = structs.replace(_entry(section, edit.item), required=edit.required)
        return _with_entries(section, [*entries(section)[: edit.item], changed, *entries(section)[edit.item + 1 :]])

    if not isinstance(find(page, edit.section), Contact):
        raise EditImpossible("Only the fields of a form can be optional.")
    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.HighlightPlan, page: Page) -> Page:
    def change(section: AnySection) -> AnySection:
        chosen = _entry(section, edit.item)
        plans = [structs.replace(plan, highlighted=plan is chosen) for plan in entries(section)]
        return _with_entries(section, plans)

    if not isinstance(find(page, edit.section), Pricing):
        raise EditImpossible("Only a plan can stand out.")
    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.AddLink, page: Page) -> Page:
    def change(section: AnySection) -> AnySection:
        if not isinstance(section, Nav | Footer):
            raise EditImpossible("Only the navigation and the footer have a list of links.")
        return structs.replace(section, links=[*section.links, Action(label=edit.label, href=edit.href)])

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.SetLayout, page: Page) -> Page:
    def change(section: AnySection) -> AnySection:
        if edit.variant not in VARIANTS[kind(section)]:  # type: ignore[index]
            raise EditImpossible(f"“{edit.variant}” is no layout of the {section.id} section.")
        return structs.replace(section, variant=edit.variant)

    return _with(page, edit.section, change)


@carry_out.register
def _(edit: kinds.SetColour, page: Page) -> Page:
    palette = page.design.palette | {edit.role: edit.value}
    return structs.replace(page, design=structs.replace(page.design, palette=palette))


@carry_out.register
def _(edit: kinds.SetFont, page: Page) -> Page:
    return structs.replace(page, design=structs.replace(page.design, **{f"{edit.role}_font": edit.name}))


@carry_out.register(kinds.SetTheme | kinds.SetShape | kinds.SetDensity | kinds.SetMotion | kinds.SetTextSize)
def _(edit: Any, page: Page) -> Page:
    (field,) = edit.__struct_fields__
    return structs.replace(page, design=structs.replace(page.design, **{field: getattr(edit, field)}))


def find(page: Page, id_: str | None) -> AnySection:
    """Raises EditImpossible."""
    section = next((section for section in page.sections if section.id == id_), None)
    if section is None:
        raise EditImpossible(f"The page has no section “{id_}”.")
    return section


def main_call(page: Page) -> Action | None:
    """What the page wants its readers to do: the hero's button, else the first one."""
    buttons = [section.primary for section in page.sections if isinstance(section, Hero | Cta)]
    menus = [section.action for section in page.sections if isinstance(section, Nav)]
    return next((button for button in [*buttons, *menus] if button), None)


def added(section: AnySection, entry: kinds.AddItem) -> AnySection:
    """The section with one entry more."""
    if isinstance(section, Custom) and not entry.title:
        return structs.replace(section, paragraphs=[*section.paragraphs, entry.text])
    if type(section) not in LISTS:
        raise EditImpossible(f"The {section.id} section has no list to add to.")
    return _with_entries(section, [*entries(section), _ENTRIES[type(section)](entry)])


_ENTRIES: dict[type[Section], Callable[[kinds.AddItem], Struct]] = {
    Features: lambda entry: Item(title=entry.title, text=entry.text),
    Benefits: lambda entry: Item(title=entry.title, text=entry.text),
    Custom: lambda entry: Item(title=entry.title, text=entry.text),
    Stats: lambda entry: Stat(value=entry.title, label=entry.text),
    Testimonials: lambda entry: Quote(text=entry.text, name=entry.name, role=entry.role),
    Pricing: lambda entry: PricePlan(name=entry.title, price=entry.price, period=entry.period, text=entry.text),
    Team: lambda entry: Member(name=entry.title or entry.name, role=entry.role, text=entry.text),
    Faq: lambda entry: Question(question=entry.title, answer=entry.text),
    Contact: lambda entry: field(entry.title),
}


def field(label: str) -> Field:
    """An input whose type its label tells."""
    parts = label.lower().split()
    name = "-".join("".join(filter(lambda c: c.isascii() and c.isalnum(), part)) for part in parts).strip("-")
    type_ = next((_INPUT_TYPES[part] for part in parts if part in _INPUT_TYPES), "text")
    safe = name if name[:1].isalpha() else f"field-{name}".rstrip("-")
    return Field(name=safe[:64], label=label[:1].upper() + label[1:], type=type_)  # type: ignore[arg-type]


def _with(page: Page, id_: str | None, change: Callable[[AnySection], AnySection]) -> Page:
    """The page with one section changed, or with all of them."""
    if id_ is not None:
        find(page, id_)
    new = [change(section) if id_ in (None, section.id) else section for section in page.sections]
    return structs.replace(page, sections=[a if a == b else b for a, b in zip(page.sections, new, strict=True)])


def _set(value: Any, name: str, text: str) -> Any:
    if not isinstance(getattr(value, name, None), str) or name in _FRAME:
        raise EditImpossible(f"There is no text “{name}” there.")
    return structs.replace(value, **{name: text})


def _entry(section: AnySection, item: int) -> Any:
    if not 0 <= item < len(entries(section)):
        raise EditImpossible(f"The {section.id} section has {len(entries(section))} entries.")
    return entries(section)[item]


def _with_entries(section: AnySection, new: list[Any]) -> AnySection:
    return structs.replace(section, **{LISTS[type(section)][0]: new})


def _with_action(section: AnySection, edit: kinds.SetAction, page: Page) -> AnySection:
    if isinstance(section, Contact) and edit.label is not None:
        return structs.replace(section, submit_label=edit.label)
    name = "action" if isinstance(section, Nav) else edit.which
    if not hasattr(section, name):
        raise EditImpossible(f"The {section.id} section has no button.")
    return structs.replace(section, **{name: _changed(getattr(section, name), edit, target(page, but=section.id))})


def _changed(old: Action | None, edit: kinds.SetAction, otherwise: str | None) -> Action | None:
    if edit.label is None and edit.href is None:
        return None
    label = edit.label or (old.label if old else None)
    href = edit.href or (old.href if old else otherwise)
    if not label or not href:
        raise EditImpossible("A button needs a label and something that it leads to.")
    return Action(label=label, href=href, event=old.event if old else None)


def _with_call(section: AnySection, call: Action, edit: kinds.SetAction) -> AnySection:
    """The section with the page's main call changed, where it has it."""
    names = [name for name in ("primary", "action") if getattr(section, name, None) is not None]
    same = {name: getattr(section, name) for name in names if _is_same_call(getattr(section, name), call)}
    changed = {name: _changed(old, edit, None) for name, old in same.items()}
    return structs.replace(section, **changed) if changed else section


def _is_same_call(action: Action, call: Action) -> bool:
    return action.label == call.label


def _without_link(section: AnySection, href: str) -> AnySection:
    if not isinstance(section, Nav | Footer) or not any(link.href == href for link in section.links):
        return section
    return structs.replace(section, links=[link for link in section.links if link.href != href])


def _linked(sections: list[AnySection], new: AnySection, page: Page) -> list[AnySection]:
    """With a link to the new section in the menu, where there is room and a word for it."""
    label = Words(page.language).link(kind(new)) or (new.heading if isinstance(new, Custom) else "")
    link = Action(label=label, href=f"#{new.id}")

    def with_link(section: AnySection) -> AnySection:
        if not isinstance(section, Nav) or section is new or not label or len(section.links) >= _MOST_LINKS:
            return section
        return _reordered(structs.replace(section, links=[*section.links, link]), sections)

    return [with_link(section) for section in sections]


def _reordered(section: AnySection, sections: list[AnySection]) -> AnySection:
    """The menu's links to sections in the order of the sections; its other links keep their places."""
    if not isinstance(section, Nav):
        return section
    places = {f"#{other.id}": place for place, other in enumerate(sections)}
    inner = iter(sorted((link for link in section.links if link.href in places), key=lambda link: places[link.href]))
    links = [next(inner) if link.href in places else link for link in section.links]
    return section if links == section.links else structs.replace(section, links=links)
