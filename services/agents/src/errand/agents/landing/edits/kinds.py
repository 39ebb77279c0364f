"""What a message may change about a page: read from it by rules, or filled in by a model."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from errand.agents.landing.page import AnySection, Id, Line, Text, Url
from errand.agents.landing.page import Theme as ThemeName

Tone = Literal[
    "enterprise", "friendly", "playful", "formal", "bold", "concise", "technical", "luxury", "urgent", "simple",
    "confident",
]  # fmt: skip
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
ColourRole = Literal["primary", "secondary", "accent", "neutral", "background", "text"]
Place = Literal["before", "after", "up", "down", "top", "bottom"]


class Edit(Struct, frozen=True, kw_only=True, tag_field="edit"):
    """`section` is the id of a section on the page; where it may be null, null means the whole page."""


class RewriteSection(Edit, frozen=True, kw_only=True):
    """Other words, the same facts; what people said stays word by word."""

    section: Id | None
    tone: Tone


class Shorten(Edit, frozen=True, kw_only=True):
    section: Id | None


class Expand(Edit, frozen=True, kw_only=True):
    """More words, of what the page says elsewhere."""

    section: Id


class Move(Edit, frozen=True, kw_only=True):
    """`target` is the id of the section to be before or after."""

    section: Id
    place: Place
    target: Id | None = None


class AddSection(Edit, frozen=True, kw_only=True):
    """`after` is the id of the section before it; without one it goes before the footer."""

    section: AnySection
    after: Id | None = None


class ReplaceSection(Edit, frozen=True, kw_only=True):
    """The section with this id, written anew."""

    section: AnySection


class RemoveSection(Edit, frozen=True, kw_only=True):
    section: Id


class SetText(Edit, frozen=True, kw_only=True):
    """`field` as the page calls it: `heading`, `intro`, `eyebrow`, `text`, …; without a section `name`, `title` or
    `description`. `item` is the position in the section's list, from 0, whose field is meant.
    """

    section: Id | None
    field: Line
    text: Text
    item: int | None = None


class SetAction(Edit, frozen=True, kw_only=True):
    """A button or link of a section; without a section, the page's main call wherever it stands."""

    section: Id | None
    which: Literal["primary", "secondary"] = "primary"
    label: Line | None = None
    href: Url | None = None


class SetImage(Edit, frozen=True, kw_only=True):
    """The hero's image or the navigation's logo; no `src` takes it away."""

    section: Id
    src: Url | None
    alt: Line = ""


class AddItem(Edit, frozen=True, kw_only=True):
    """`title` is a feature's title, a question, a statistic's value, a plan's, member's or field's name; `text` what is
    said of it: description, answer, label. A quote has `text`, `name` and `role`. Some sections have only `text`.
    """

    section: Id
    title: Line = ""
    text: Text = ""
    name: Line = ""
    role: Line = ""
    price: Line = ""
    period: Line = ""


class RemoveItem(Edit, frozen=True, kw_only=True):
    """`item` is its position in the section's list, from 0."""

    section: Id
    item: int


class SetRequired(Edit, frozen=True, kw_only=True):
    """Whether a field of the form has to be filled in; `item` is its position, from 0."""

    section: Id
    item: int
    required: bool


class HighlightPlan(Edit, frozen=True, kw_only=True):
    """The one plan that stands out; `item` is its position, from 0."""

    section: Id
    item: int


class AddLink(Edit, frozen=True, kw_only=True):
    """One link more in the navigation or the footer."""

    section: Id
    label: Line
    href: Url


class SetLayout(Edit, frozen=True, kw_only=True):
    section: Id
    variant: Line


class SetTheme(Edit, frozen=True, kw_only=True):
    theme: ThemeName


class SetColour(Edit, frozen=True, kw_only=True):
    role: ColourRole
    value: Colour


class SetFont(Edit, frozen=True, kw_only=True):
    role: Literal["heading", "body"]
    name: Line


class SetShape(Edit, frozen=True, kw_only=True):
    shape: Literal["sharp", "soft", "round"]


class SetDensity(Edit, frozen=True, kw_only=True):
    density: Literal["compact", "regular", "airy"]


class SetTextSize(Edit, frozen=True, kw_only=True):
    text_size: Literal["small", "regular", "large"]


class SetMotion(Edit, frozen=True, kw_only=True):
    motion: Literal["none", "subtle", "scroll"]


class Restore(Edit, frozen=True, kw_only=True):
    """An earlier version of the page; without a number, the one before this."""

    version: int | None = None


class Redesign(Edit, frozen=True, kw_only=True):
    """The page made anew from its brief."""


class Declined(Edit, frozen=True, kw_only=True):
    """A part of the message that nothing was done about, and why, in a sentence to the user."""

    reason: Text


OfDesign = SetTheme | SetColour | SetFont | SetShape | SetDensity | SetMotion | SetTextSize
OfSection = (
    RewriteSection | Shorten | Expand | Move | AddSection | ReplaceSection | RemoveSection | SetText | SetAction
    | SetImage | AddItem | RemoveItem | SetLayout | SetRequired | HighlightPlan
    | AddLink
)  # fmt: skip
OfVersion = Restore | Redesign
AnyEdit = OfDesign | OfSection | OfVersion | Declined


class Clarification(Struct, frozen=True, kw_only=True):
    """What was not understood or is missing; `options` are messages that would work."""

    message: str
    options: list[str] = []
