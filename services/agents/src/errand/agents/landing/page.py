"""A landing page as data: what it says and how it looks.

Whoever writes a page, rules or a model, fills these structs with plain text; only `rendering` makes HTML of them.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Line = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=20_000)]
Url = Annotated[str, Meta(max_length=200_000, description="https, `#section`, mailto, tel, or a data URI of an image")]


class Action(Struct, frozen=True, kw_only=True):
    """A button or link. `event` is the name that tracking gets when it is used."""

    label: Line
    href: Url
    event: Line | None = None


class Image(Struct, frozen=True, kw_only=True):
    src: Url
    alt: Line = ""


class Item(Struct, frozen=True, kw_only=True):
    """A feature, or a benefit."""

    title: Line
    text: Text = ""
    image: Image | None = None


class Stat(Struct, frozen=True, kw_only=True):
    value: Line
    label: Line


class Quote(Struct, frozen=True, kw_only=True):
    """What somebody has said, word by word."""

    text: Text
    name: Line = ""
    role: Line = ""
    image: Image | None = None


class PricePlan(Struct, frozen=True, kw_only=True):
    name: Line
    price: Line = ""
    period: Line = ""
    text: Text = ""
    points: list[Line] = []
    action: Action | None = None
    highlighted: bool = False


class Member(Struct, frozen=True, kw_only=True):
    name: Line
    role: Line = ""
    text: Text = ""
    image: Image | None = None


class Question(Struct, frozen=True, kw_only=True):
    question: Line
    answer: Text


class Field(Struct, frozen=True, kw_only=True):
    """An input of the contact form; `options` make it a choice."""

    name: Id
    label: Line
    type: Literal["text", "email", "tel", "url", "number", "date", "textarea", "select", "checkbox"] = "text"
    required: bool = False
    options: list[Line] = []


class Section(Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """What every section has. `id` is its anchor, unique on the page; `variant` one of its type's layouts."""

    id: Id
    variant: Line = ""
    eyebrow: Line = ""
    heading: Line = ""
    intro: Text = ""


class Nav(Section, frozen=True, kw_only=True):
    logo: Image | None = None
    links: list[Action] = []
    action: Action | None = None


class Hero(Section, frozen=True, kw_only=True):
    points: list[Line] = []
    primary: Action | None = None
    secondary: Action | None = None
    image: Image | None = None
    video: Url | None = None


class Features(Section, frozen=True, kw_only=True):
    items: list[Item] = []


class Benefits(Section, frozen=True, kw_only=True):
    items: list[Item] = []


class Stats(Section, frozen=True, kw_only=True):
    items: list[Stat] = []


class Testimonials(Section, frozen=True, kw_only=True):
    items: list[Quote] = []
    indicators: list[Line] = []


class Pricing(Section, frozen=True, kw_only=True):
    plans: list[PricePlan] = []


class Team(Section, frozen=True, kw_only=True):
    members: list[Member] = []


class Faq(Section, frozen=True, kw_only=True):
    items: list[Question] = []


class Cta(Section, frozen=True, kw_only=True):
    primary: Action | None = None
    secondary: Action | None = None


class Contact(Section, frozen=True, kw_only=True):
    """A form. `consent` is the sentence that has to be agreed to; without one nothing is asked."""

    fields: list[Field] = []
    submit_label: Line = "Send"
    success: Line = "Thank you. We have received your details."
    consent: Text = ""
    privacy_url: Url | None = None
    event: Line | None = None


class Custom(Section, frozen=True, kw_only=True):
    """Whatever else the brief has: paragraphs, and items."""

    paragraphs: list[Text] = []
    items: list[Item] = []


class Footer(Section, frozen=True, kw_only=True):
    text: Text = ""
    links: list[Action] = []


AnySection = (
    Nav | Hero | Features | Benefits | Stats | Testimonials | Pricing | Team | Faq | Cta | Contact | Custom | Footer
)

SectionType = Literal[
    "nav", "hero", "features", "benefits", "stats", "testimonials", "pricing", "team", "faq", "cta", "contact",
    "custom", "footer",
]  # fmt: skip
Theme = Literal["light", "dark", "auto"]


class Design(Struct, frozen=True, kw_only=True):
    """How a page looks. `tokens` computes colours, sizes and fonts from it.

    `palette` maps roles (`primary`, `accent`, `neutral`, `background`, `text`, …) to colours as CSS writes them;
    contrast is not its business. `auto` follows the reader's system.
    """

    theme: Theme = "light"
    palette: dict[str, Line] = {}
    heading_font: Line = ""
    body_font: Line = ""
    shape: Literal["sharp", "soft", "round"] = "soft"
    density: Literal["compact", "regular", "airy"] = "regular"
    motion: Literal["none", "subtle", "scroll"] = "subtle"
    text_size: Literal["small", "regular", "large"] = "regular"


class Page(Struct, frozen=True, kw_only=True):
    """`sections` in their order, the navigation first and the footer last.

    `name` is the product's, `title` and `description` are for search engines, `image` is for previews of links.
    `events` are the names that tracking knows.
    """

    name: Line
    title: Line
    description: Line = ""
    language: Annotated[str, Meta(pattern=r"^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    keywords: list[Line] = []
    design: Design = Design()
    sections: list[AnySection] = []
    events: list[Line] = []
    favicon: Url | None = None
    image: Url | None = None


class File(Struct, frozen=True, kw_only=True):
    """A file of a published page. `path` is relative to the page's address."""

    path: str
    content: bytes
    content_type: str


Files = dict[str, File]
