"""A user's message as a model reads it, and what its edits may do to the page."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from errand.agents.authoring.facts import Facts
from errand.agents.landing import edits
from errand.agents.landing.brief import Brief
from errand.agents.landing.edits import AnyEdit, kinds
from errand.agents.landing.page import Page, Testimonials
from errand.common.conversion import convert
from errand.common.errors import Invalid

# What rules do with words from a table is not asked of a model: it writes the section itself.
ModelEdit = (
    kinds.OfDesign | kinds.OfVersion | kinds.Declined | kinds.Move | kinds.AddSection | kinds.ReplaceSection
    | kinds.RemoveSection | kinds.SetText | kinds.SetAction | kinds.SetImage | kinds.AddItem | kinds.RemoveItem
    | kinds.SetLayout | kinds.SetRequired | kinds.HighlightPlan | kinds.AddLink
)  # fmt: skip

_ADDRESSES = frozenset({"href", "src", "video", "privacy_url", "favicon"})
_PICTURE = "image:"


class Reading(Struct, frozen=True, kw_only=True):
    """Edits, or a question back to the user; the other is empty."""

    edits: list[ModelEdit]
    question: Annotated[str, Meta(max_length=1000)] = ""


class Pictures:
    """Images that are written out in a page, by short names: a model has no use for their bytes."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def hidden(self, value: Any) -> Any:
        """Plain values, with names instead of images."""
        return _mapped(value, self._hide)

    def shown(self, reading: Reading) -> Reading:
        """With the images whose names it has."""
        images = {name: source for source, name in self._names.items()}
        return convert(_mapped(msgspec.to_builtins(reading), lambda text: images.get(text, text)), Reading)

    def _hide(self, text: str) -> str:
        if not text.startswith("data:"):
            return text
        return self._names.setdefault(text, f"{_PICTURE}{len(self._names) + 1}")


class Changes:
    """What a reading may change about a page. What it is judged by is the page that would come of it."""

    def __init__(self, message: str, page: Page, brief: Brief, pictures: Pictures) -> None:
        self._message = message
        self._page = page
        self._pictures = pictures
        self._facts = Facts(message, page, brief, language=page.language)
        self._known = set(_texts(msgspec.to_builtins(page))) | set(_texts(msgspec.to_builtins(brief)))

    def complaints(self, reading: Reading) -> Iterator[str]:
        if not reading.edits and not reading.question:
            yield "There are neither edits nor a question."
        try:
            changed = self._changed(self._pictures.shown(reading))
        except (Invalid, msgspec.ValidationError) as error:
            yield str(error)
            return
        yield from self._other_kinds(changed)
        yield from self._strange_addresses(changed)
        yield from self._strange_quotes(changed)
        new = [text for text in _texts(msgspec.to_builtins(changed), but=_ADDRESSES) if text not in self._known]
        yield from self._facts.unfounded("\n".join(new))

    def _changed(self, reading: Reading) -> Page:
        wanted: list[AnyEdit] = [edit for edit in reading.edits if not isinstance(edit, kinds.Restore | kinds.Redesign)]
        return convert(msgspec.to_builtins(edits.apply(self._page, wanted)), Page)

    def _other_kinds(self, changed: Page) -> Iterator[str]:
        before = {section.id: type(section) for section in self._page.sections}
        for section in changed.sections:
            if type(section) is not before.get(section.id, type(section)):
                yield f"The section `{section.id}` has to stay of its type."

    def _strange_addresses(self, changed: Page) -> Iterator[str]:
        anchors = {f"#{section.id}" for section in changed.sections}
        for address in _addresses(msgspec.to_builtins(changed)):
            if address not in self._known | anchors and address.removeprefix("mailto:") not in self._message:
                yield f"`{address[:200]}` is no address of the page, the brief or the message."

    def _strange_quotes(self, changed: Page) -> Iterator[str]:
        for quote in _quotes(changed) - _quotes(self._page):
            if quote not in self._message:
                yield f"Nobody has said “{quote[:200]}” in these words."


def _quotes(page: Page) -> set[str]:
    return {quote.text for section in page.sections if isinstance(section, Testimonials) for quote in section.items}


def _texts(value: Any, but: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every text, but those of the named fields."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item, but)
        case dict():
            for name, item in value.items():
                if name not in but:
                    yield from _texts(item, but)


def _addresses(value: Any) -> Iterator[str]:
    match value:
        case list():
            for item in value:
                yield from _addresses(item)
        case dict():
            for name, item in value.items():
                if name in _ADDRESSES and isinstance(item, str):
                    yield item
                yield from _addresses(item)


def _mapped(value: Any, change: Any) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_mapped(item, change) for item in value]
        case dict():
            return {name: _mapped(item, change) for name, item in value.items()}
        case _:
            return value
