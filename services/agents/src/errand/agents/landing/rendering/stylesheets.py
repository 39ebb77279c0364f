"""The stylesheet of one page: its tokens as custom properties, and the rules of the sections that it has."""

from collections.abc import Iterator, Mapping

from errand.agents.landing.page import Page
from errand.agents.landing.rendering.layout import type_of
from errand.agents.landing.rendering.resources import style
from errand.agents.landing.tokens import Tokens

_SHEETS: Mapping[str, tuple[str, ...]] = {
    "nav": ("nav",),
    "hero": ("hero", "art", "lists"),
    "features": ("cards", "features", "art"),
    "benefits": ("cards", "lists"),
    "stats": ("stats",),
    "testimonials": ("cards", "testimonials", "faces"),
    "pricing": ("cards", "pricing", "lists"),
    "team": ("team", "faces"),
    "faq": ("faq",),
    "cta": ("cta",),
    "contact": ("cards", "contact"),
    "custom": ("cards", "custom"),
    "footer": ("footer",),
}


def write(page: Page, tokens: Tokens) -> str:
    asked = ["base", *(sheet for section in page.sections for sheet in _SHEETS[type_of(section)])]
    if page.design.motion != "none":
        asked.append("motion")
    if page.design.motion == "scroll":
        asked.append("scroll")
    return "\n".join([*_roots(page, tokens), *map(style, dict.fromkeys(asked))]) + "\n"


def _roots(page: Page, tokens: Tokens) -> Iterator[str]:
    yield _rule(tokens.shared)
    match page.design.theme:
        case "light":
            yield _rule({"color-scheme": "light"}, tokens.light)
        case "dark":
            yield _rule({"color-scheme": "dark"}, tokens.dark)
        case "auto":
            yield _rule({"color-scheme": "light dark"}, tokens.light)
            yield f"@media (prefers-color-scheme:dark){{{_rule(tokens.dark)}}}"


def _rule(*values: Mapping[str, str]) -> str:
    properties = (
        f"{name if name == 'color-scheme' else f'--{name}'}:{value}" for some in values for name, value in some.items()
    )
    return f":root{{{';'.join(properties)}}}"
