"""What a page's head says about it, to search engines, previews of links, and browsers."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

import msgspec
from msgspec import Struct

from errand.agents.landing.page import Faq, Hero, Nav, Page, PricePlan, Pricing
from errand.agents.landing.rendering.addresses import picture
from errand.agents.landing.rendering.filters import initials
from errand.agents.landing.tokens import Tokens

_CURRENCIES = {"€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₩": "KRW"}  # signs that mean one currency alone
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


class ThemeColour(Struct, frozen=True):
    value: str
    media: str = ""


def theme_colours(page: Page, tokens: Tokens) -> list[ThemeColour]:
    light, dark = tokens.light["bg"], tokens.dark["bg"]
    if page.design.theme == "auto":
        return [
            ThemeColour(light, "(prefers-color-scheme: light)"),
            ThemeColour(dark, "(prefers-color-scheme: dark)"),
        ]
    return [ThemeColour(dark if page.design.theme == "dark" else light)]


def canonical(base_url: str) -> str | None:
    return base_url if "://" in base_url else None


def open_graph(page: Page, base_url: str) -> list[tuple[str, str]]:
    facts = {
        "og:type": "website",
        "og:site_name": page.name,
        "og:title": page.title,
        "og:description": page.description,
        "og:url": canonical(base_url),
        "og:image": _preview(page, base_url),
    }
    return [(name, value) for name, value in facts.items() if value]


def twitter(page: Page, base_url: str) -> list[tuple[str, str]]:
    image = _preview(page, base_url)
    facts = {
        "twitter:card": "summary_large_image" if image else "summary",
        "twitter:title": page.title,
        "twitter:description": page.description,
        "twitter:image": image,
    }
    return [(name, value) for name, value in facts.items() if value]


def favicon(page: Page, tokens: Tokens) -> str:
    """The given one, else the name's first letter on the primary colour."""
    if given := picture(page.favicon):
        return given
    colours = tokens.dark if page.design.theme == "dark" else tokens.light
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{colours["primary"]}"/>'
        '<text x="16" y="23" font-family="system-ui,sans-serif" font-size="20" font-weight="700" text-anchor="middle" '
        f'fill="{colours["on-primary"]}">{escape(initials(page.name, 1))}</text></svg>'
    )
    return "data:image/svg+xml," + quote(drawing, safe="=:/'")


def structured_data(page: Page, base_url: str) -> str:
    """JSON-LD that no text of the page can end, whatever it holds."""
    graph = {"@context": "https://schema.org", "@graph": list(_things(page, base_url))}
    return msgspec.json.encode(graph).decode().translate(_ESCAPES)


def _things(page: Page, base_url: str) -> Iterator[dict[str, Any]]:
    yield _thing(
        "WebPage",
        name=page.title,
        description=page.description,
        inLanguage=page.language,
        url=canonical(base_url),
        image=_preview(page, base_url),
        keywords=", ".join(page.keywords),
    )
    yield _thing("Organization", name=page.name, url=canonical(base_url), logo=_logo(page, base_url))
    plans = [plan for section in page.sections if isinstance(section, Pricing) for plan in section.plans]
    if plans:
        offers = [offer for plan in plans if (offer := _offer(plan))]
        image = _preview(page, base_url)
        yield _thing("Product", name=page.name, description=page.description, image=image, offers=offers)
    questions = [item for section in page.sections if isinstance(section, Faq) for item in section.items]
    if questions:
        answers = [
            _thing("Question", name=item.question, acceptedAnswer=_thing("Answer", text=item.answer))
            for item in questions
        ]
        yield _thing("FAQPage", mainEntity=answers)


def _thing(type: str, **facts: Any) -> dict[str, Any]:
    return {"@type": type} | {name: value for name, value in facts.items() if value}


def _offer(plan: PricePlan) -> dict[str, Any] | None:
    """Only where the currency is certain."""
    sign = next((sign for sign in _CURRENCIES if sign in plan.price), None)
    amount = plan.price.replace(sign, "").strip() if sign else ""
    if sign is None or not amount.isascii() or not amount.isdecimal():
        return None
    return _thing("Offer", name=plan.name, price=amount, priceCurrency=_CURRENCIES[sign])


def _preview(page: Page, base_url: str) -> str | None:
    heroes = (section.image.src for section in page.sections if isinstance(section, Hero) and section.image)
    return next((url for image in (page.image, *heroes) if (url := _absolute(image, base_url))), None)


def _logo(page: Page, base_url: str) -> str | None:
    logos = (section.logo.src for section in page.sections if isinstance(section, Nav) and section.logo)
    return next((url for logo in logos if (url := _absolute(logo, base_url))), None)


def _absolute(image: str | None, base_url: str) -> str | None:
    """Who previews a link fetches its image, and so needs the whole address."""
    address = picture(image)
    if address is None or address.startswith("data:"):
        return None
    if address.lower().startswith(("https:", "http:")):
        return address
    return urljoin(base_url, address) if canonical(base_url) else None
