"""The shapes that clients send things in, by their place in the payload."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from errand.agents.landing.brief.fonts import parse_fonts

_LEAST_WORDS, _SHORT, _SHORT_LINE = 3, 40, 80


def _same(value: Any) -> Any:
    return value


class Shape(Struct, frozen=True, kw_only=True):
    """`text` is the field that a bare string stands for; `also` has the other names of fields."""

    text: str = ""
    also: Mapping[str, tuple[str, ...]] = {}
    before: Callable[[Any], Any] = _same

    def normalise(self, value: Any) -> Any:
        value = self.before(value)
        return {self.text: value} if self.text and isinstance(value, str) else value

    def rename(self, value: Any) -> Any:
        value = self.normalise(value)
        names = self.names(value) if isinstance(value, dict) else {}
        return {name: value[given] for name, given in names.items()} if names else value

    def names(self, value: Mapping[str, Any]) -> dict[str, str]:
        """The canonical name of each field of `value`, with the name that it was sent under."""
        chosen: dict[str, str] = {}
        for name, others in self.also.items():
            given = next((other for other in (name, *others) if other in value), None)
            if given is not None:
                chosen[name] = given
        aliases = {other for others in self.also.values() for other in others}
        return chosen | {name: name for name in value if name not in aliases and name not in chosen}


def _listed(value: Any) -> Any:
    """One thing where a list belongs is a list of one; nothing is none."""
    if value == "":
        return []
    return [value] if isinstance(value, str | dict) else value


def _lines(value: Any) -> Any:
    """A string where a list of words belongs may be a list already, by its lines or commas."""
    if not isinstance(value, str):
        return value
    return [part.strip(" -•\t") for part in value.replace(",", "\n").split("\n") if part.strip(" -•\t")]


def _entries(value: Any) -> Any:
    """Several things in one string: on lines of their own, between semicolons, or short ones between commas."""
    if not isinstance(value, str):
        return _listed(value)
    parts = [part.strip(" -•*\t") for part in re.split(r"[\n;•]", value)]
    words = [part.strip() for part in value.split(",")]
    if len(parts) == 1 and len(words) >= _LEAST_WORDS and all(0 < len(word) <= _SHORT for word in words):
        parts = words
    return [part for part in parts if part]


def _text(value: Any) -> Any:
    """Numbers where text belongs: a price of 29."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return str(int(value)) if float(value).is_integer() else str(value)


def _joined(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value


def _content(value: Any) -> Any:
    """A section's content: a bare list is its items; a mapping without any of the known fields is one item."""
    if not isinstance(value, dict):
        return {"items": value} if value != "" else {}
    known = {"items", "heading", "intro", "plans", "tiers", "members", "questions", "quotes", "stats", "faqs"}
    return value if known & value.keys() or not value else {"items": [value]}


def _customs(value: Any) -> Any:
    """One block, a list of them, or blocks by their names."""
    if isinstance(value, str):
        return [{"paragraphs": value}] if value else []
    if not isinstance(value, dict):
        return value
    if {"name", "title", "heading", "text", "content", "paragraphs", "items", "body"} & value.keys():
        return [value]
    return [{"name": name, **(block if isinstance(block, dict) else _block(block))} for name, block in value.items()]


def _block(block: Any) -> dict[str, Any]:
    """Sentences are paragraphs; mappings, and words without a full stop, are items."""
    if isinstance(block, list) and any(isinstance(item, dict) for item in block):
        return {"items": block}
    if isinstance(block, list) and len(block) > 1 and all(map(_is_short, block)):
        return {"items": block}
    return {"paragraphs": block}


def _is_short(item: Any) -> bool:
    return isinstance(item, str) and len(item) <= _SHORT_LINE and not item.endswith(".")


def _palette(value: Any) -> Any:
    """Colours without roles get them by their order."""
    if isinstance(value, list):
        return dict(zip(("primary", "accent", "neutral", "raw", "secondary"), value, strict=False))
    return {"primary": value} if isinstance(value, str) and value else value or {}


def _flag(value: Any) -> Any:
    words = {"true": True, "yes": True, "required": True, "1": True, "false": False, "no": False, "": False, "0": False}
    return words.get(str(value).lower(), value) if isinstance(value, str | int) else value


def _asset(value: Any) -> Any:
    return {"src": value} if isinstance(value, str) else value


def _section_assets(value: Any) -> Any:
    """Images by section, however few."""
    if not isinstance(value, dict):
        return value
    return {section: [_ASSET.rename(image) for image in _images(given)] for section, given in value.items()}


def _images(given: Any) -> list[Any]:
    """`{image: …}` and `{images: […]}` count as the images alone."""
    if isinstance(given, dict):
        given = next((given[name] for name in ("images", "image", "items") if name in given), given)
    return given if isinstance(given, list) else _listed(given)


def _paragraphs(value: Any) -> Any:
    return [part.strip() for part in value.split("\n\n") if part.strip()] if isinstance(value, str) else value


def _names(value: Any) -> Any:
    """Lists of names that some write as mappings with a name."""
    if not isinstance(value, list):
        return value
    keys = ("name", "type", "title", "label", "event", "id", "text")
    return [next((i[k] for k in keys if k in i), i) if isinstance(i, dict) else _text(i) for i in value]


_LINK = Shape(text="label", also={"label": ("text", "title", "name"), "href": ("url", "link", "target")})
_ASSET = Shape(before=_asset, also={"src": ("url", "href", "path"), "alt": ("alternative", "description", "caption")})
_FEATURE = Shape(
    text="title",
    also={
        "title": ("name", "heading", "label", "feature", "benefit"),
        "text": ("description", "body", "content", "detail", "details", "summary"),
        "image": ("img", "imageUrl", "photo"),
    },
)
_FAQ = Shape(
    text="question",
    also={"question": ("q", "title", "objection", "concern"), "answer": ("a", "text", "response", "rebuttal")},
)
_TESTIMONIAL = Shape(
    text="text",
    also={
        "text": ("quote", "content", "body", "testimonial", "message"),
        "name": ("author", "person", "customer", "by"),
        "role": ("title", "position", "jobTitle"),
        "company": ("organization", "organisation", "employer"),
        "image": ("avatar", "photo", "picture"),
    },
)
_PRICE = Shape(
    text="name",
    also={
        "name": ("title", "plan", "tier"),
        "price": ("amount", "cost"),
        "period": ("interval", "billing", "per"),
        "text": ("description", "summary", "tagline"),
        "features": ("points", "items", "includes", "benefits"),
        "cta": ("action", "button", "ctaLabel"),
        "highlighted": ("popular", "featured", "recommended", "highlight"),
    },
)
_STAT = Shape(
    text="label",
    also={"value": ("number", "figure", "stat", "metric"), "label": ("text", "title", "name", "description")},
)
_MEMBER = Shape(
    text="name",
    also={
        "role": ("title", "position", "jobTitle"),
        "text": ("bio", "description", "about"),
        "image": ("photo", "avatar", "picture"),
    },
)
_CUSTOM = Shape(
    also={
        "name": ("id", "section", "type"),
        "heading": ("title",),
        "paragraphs": ("text", "content", "body", "description"),
        "items": ("features", "list", "cards"),
    }
)
_FORM_FIELD = Shape(
    text="label",
    also={"label": ("title",), "name": ("id", "key"), "options": ("choices", "values")},
)
_WORDS = Shape(before=lambda value: _names(_listed(_lines(value))))
_SENTENCES = Shape(before=lambda value: _names(_listed(value)))
_LIST = Shape(before=_listed)
_ENTRIES = Shape(before=_entries)
_FLAG = Shape(before=_flag)
_TEXT = Shape(before=_text)
_CONTENT = Shape(
    before=_content,
    also={
        "heading": ("title",),
        "intro": ("text", "description", "subtitle"),
        "items": ("plans", "tiers", "members", "questions", "quotes", "stats", "faqs"),
    },
)


def _each(place: str, item: Shape, whole: Shape = _LIST, **fields: Shape) -> dict[str, Shape]:
    """A list at `place`, with the shape of its items and of their fields."""
    inner = {f"{place}[].{name}": shape for name, shape in fields.items()}
    return {place: whole, f"{place}[]": item, **inner}


_DATA = "branding.sectionData"
SHAPES: Mapping[str, Shape] = {
    "audience.personaKeywords": _WORDS,
    "messaging.tone": Shape(before=_joined),
    "messaging.seoKeywords": _WORDS,
    "messaging.eventTracking": _WORDS,
    "branding.colorPalette": Shape(before=_palette),
    "branding.fonts": Shape(
        before=parse_fonts, also={"heading": ("headings", "display", "title"), "body": ("text", "base", "paragraph")}
    ),
    "branding.layoutPreference": Shape(before=_joined),
    "branding.sections": _WORDS,
    **_each("benefits.topBenefits", _FEATURE, _ENTRIES, image=_ASSET, text=_TEXT),
    **_each("benefits.features", _FEATURE, _ENTRIES, image=_ASSET, text=_TEXT),
    "benefits.emotionalTriggers": _SENTENCES,
    **_each("trust.objections", _FAQ),
    **_each("trust.testimonials", _TESTIMONIAL, image=_ASSET),
    "trust.indicators": _SENTENCES,
    "conversion.primaryCTA": _LINK,
    "conversion.secondaryCTA": _LINK,
    **_each("advanced.formFields", _FORM_FIELD, required=_FLAG, options=_WORDS),
    "assets.logo": _ASSET,
    "assets.heroImage": _ASSET,
    "assets.favicon": _ASSET,
    **_each("assets.secondaryImages", _ASSET),
    "assets.sectionAssets": Shape(before=_section_assets),
    f"{_DATA}.faq": _CONTENT,
    **_each(f"{_DATA}.faq.items", _FAQ),
    f"{_DATA}.pricing": _CONTENT,
    **_each(
        f"{_DATA}.pricing.items", _PRICE, price=_TEXT, period=_TEXT, features=_SENTENCES, cta=_LINK, highlighted=_FLAG
    ),
    f"{_DATA}.stats": _CONTENT,
    **_each(f"{_DATA}.stats.items", _STAT, value=_TEXT, label=_TEXT),
    f"{_DATA}.team": _CONTENT,
    **_each(f"{_DATA}.team.items", _MEMBER, image=_ASSET),
    f"{_DATA}.testimonials": _CONTENT,
    **_each(f"{_DATA}.testimonials.items", _TESTIMONIAL, image=_ASSET),
    f"{_DATA}.custom": Shape(before=_customs),
    f"{_DATA}.custom[]": _CUSTOM,
    f"{_DATA}.custom[].paragraphs": Shape(before=lambda value: _listed(_paragraphs(value))),
    **_each(f"{_DATA}.custom[].items", _FEATURE, image=_ASSET, text=_TEXT),
}
