"""Edits in sentences, for the job's events and the chat's reply."""

from functools import singledispatch

from errand.agents.landing.edits import kinds
from errand.agents.landing.edits.references import kind

_SIZES = {"small": "smaller", "large": "larger"}
_PLACES = {"up": "up", "down": "down", "top": "to the top", "bottom": "to the end"}


@singledispatch
def describe(edit: kinds.Edit) -> str:
    """What the edit has done, in one sentence."""
    raise TypeError(f"not an edit: {edit!r}")


@singledispatch
def describe_unchanged(edit: kinds.Edit) -> str:
    """What to say where the page was like that already."""
    return "That is so already, nothing had to change."


def _called(id_: str | None) -> str:
    return "the page" if id_ is None else f"the {'FAQ' if id_ == 'faq' else id_.replace('-', ' ')} section"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79].rstrip() + "…"


@describe.register
def _(edit: kinds.RewriteSection) -> str:
    article = "an" if edit.tone[0] in "aeiou" else "a"
    words = f"{article} {edit.tone} tone" if edit.tone != "concise" else "fewer words"
    return f"Rewrote {_called(edit.section)} in {words}."


@describe_unchanged.register
def _(edit: kinds.RewriteSection) -> str:
    return f"Found nothing more in {_called(edit.section)} to put in other words; send the new text to change it."


@describe.register
def _(edit: kinds.Shorten) -> str:
    return f"Shortened {_called(edit.section)}."


@describe_unchanged.register
def _(edit: kinds.Shorten) -> str:
    return f"{_capital(_called(edit.section))} is as short as it can be without losing what it says."


@describe.register
def _(edit: kinds.Expand) -> str:
    return f"Expanded {_called(edit.section)} with what the page says elsewhere."


@describe_unchanged.register
def _(edit: kinds.Expand) -> str:
    return f"The page says nothing more that could go into {_called(edit.section)}."


@describe.register
def _(edit: kinds.Move) -> str:
    where = f"{edit.place} {_called(edit.target)}" if edit.target else _PLACES.get(edit.place, edit.place)
    return f"Moved {_called(edit.section)} {where}."


@describe_unchanged.register
def _(edit: kinds.Move) -> str:
    return f"{_capital(_called(edit.section))} is there already."


@describe.register
def _(edit: kinds.AddSection) -> str:
    name = {"faq": "FAQ", "cta": "call-to-action"}.get(kind(edit.section), kind(edit.section))
    return f"Added {'an' if name[0] in 'aeiouF' else 'a'} {name} section."


@describe.register
def _(edit: kinds.ReplaceSection) -> str:
    return f"Wrote {_called(edit.section.id)} anew."


@describe.register
def _(edit: kinds.RemoveSection) -> str:
    return f"Removed {_called(edit.section)}."


@describe.register
def _(edit: kinds.SetText) -> str:
    what = edit.field.replace("_", " ")
    if not edit.text:
        return f"Removed the {what} of {_called(edit.section)}."
    entry = f" of entry {edit.item + 1}" if edit.item is not None else ""
    return f"Changed the {what}{entry} of {_called(edit.section)} to “{_short(edit.text)}”."


@describe.register
def _(edit: kinds.SetAction) -> str:
    where = f" of {_called(edit.section)}" if edit.section else ""
    if edit.label is None and edit.href is None:
        return f"Removed the {edit.which} button{where}."
    said = [f"it says “{_short(edit.label)}”"] if edit.label else []
    leads = [f"it leads to {_short(edit.href)}"] if edit.href else []
    return f"Changed the {edit.which} button{where}: {' and '.join(said + leads)}."


@describe.register
def _(edit: kinds.SetImage) -> str:
    return f"{'Set' if edit.src else 'Removed'} the image of {_called(edit.section)}."


@describe.register
def _(edit: kinds.AddItem) -> str:
    return f"Added “{_short(edit.title or edit.text)}” to {_called(edit.section)}."


@describe.register
def _(edit: kinds.RemoveItem) -> str:
    return f"Removed entry {edit.item + 1} of {_called(edit.section)}."


@describe.register
def _(edit: kinds.SetRequired) -> str:
    return f"Made field {edit.item + 1} of {_called(edit.section)} {'required' if edit.required else 'optional'}."


@describe.register
def _(edit: kinds.HighlightPlan) -> str:
    return f"Highlighted plan {edit.item + 1} of {_called(edit.section)}."


@describe.register
def _(edit: kinds.AddLink) -> str:
    return f"Added the link “{_short(edit.label)}” to {_called(edit.section)}."


@describe.register
def _(edit: kinds.SetTextSize) -> str:
    return (
        "Set the text to its usual size." if edit.text_size == "regular" else f"Made the text {_SIZES[edit.text_size]}."
    )


@describe_unchanged.register
def _(edit: kinds.SetTextSize) -> str:
    return "The text has that size already."


@describe.register
def _(edit: kinds.SetLayout) -> str:
    return f"Laid {_called(edit.section)} out as {edit.variant}."


@describe.register
def _(edit: kinds.SetTheme) -> str:
    return (
        "Follows the reader's light or dark theme now."
        if edit.theme == "auto"
        else f"Switched to the {edit.theme} theme."
    )


@describe_unchanged.register
def _(edit: kinds.SetTheme) -> str:
    return f"The theme is {edit.theme} already."


@describe.register
def _(edit: kinds.SetColour) -> str:
    return f"Set the {edit.role} colour to {edit.value}; shades are adjusted where text would be hard to read."


@describe.register
def _(edit: kinds.SetFont) -> str:
    return f"Set the {edit.role} font to {_short(edit.name)}."


@describe_unchanged.register
def _(edit: kinds.SetFont) -> str:
    return f"The {edit.role} font is {_short(edit.name)} already."


@describe.register
def _(edit: kinds.SetShape) -> str:
    return f"Made the corners {edit.shape}."


@describe.register
def _(edit: kinds.SetDensity) -> str:
    return f"Made the spacing {edit.density}."


@describe.register
def _(edit: kinds.SetMotion) -> str:
    return "Removed the animations." if edit.motion == "none" else f"Set the animations to {edit.motion}."


@describe.register
def _(edit: kinds.Restore) -> str:
    return "Restored the version before." if edit.version is None else f"Restored version {edit.version}."


@describe.register
def _(edit: kinds.Redesign) -> str:
    return "Designed the page anew from its brief."


@describe.register
def _(edit: kinds.Declined) -> str:
    return edit.reason


@describe_unchanged.register
def _declined(edit: kinds.Declined) -> str:
    return edit.reason
