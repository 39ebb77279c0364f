"""What the templates ask about texts and lists."""

import re
from collections.abc import Sequence

from errand.agents.landing.page import Field, Item, PricePlan

_BLANK_LINE = re.compile(r"\n\s*\n")
_BRIEF, _LONG, _LONGEST = 32, 60, 110  # characters; the longer a heading, the smaller it is set
_MANY = 9
_PRICE_CHARACTERS = 10
_STACK_CHARACTERS, _STACK_ITEMS = 320, 6  # cards that stick must not be taller than a screen

_AUTOCOMPLETE_OF_NAMES = {
    "name": "name", "full-name": "name", "fullname": "name", "your-name": "name", "first-name": "given-name",
    "firstname": "given-name", "last-name": "family-name", "lastname": "family-name", "surname": "family-name",
    "company": "organization", "company-name": "organization", "organization": "organization",
    "organisation": "organization", "role": "organization-title", "job-title": "organization-title",
    "email": "email", "work-email": "email", "phone": "tel", "telephone": "tel", "mobile": "tel", "website": "url",
    "city": "address-level2", "country": "country-name", "zip": "postal-code", "postcode": "postal-code",
    "postal-code": "postal-code", "address": "street-address", "birthday": "bday",
}  # fmt: skip
_AUTOCOMPLETE_OF_TYPES = {"email": "email", "tel": "tel", "url": "url"}


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in _BLANK_LINE.split(text) if part.strip()]


def initials(name: str, count: int = 2) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:count].upper()


def length_class(heading: str) -> str:
    if len(heading) > _LONGEST:
        return "longest"
    if len(heading) > _LONG:
        return "long"
    return "brief" if len(heading) <= _BRIEF else "short"


def grid_class(items: Sequence[Item]) -> str:
    """How many lead with wide cards, so that no row of three is left with a gap."""
    if len(items) > _MANY:
        return "many"
    return f"lead-{(0, 4, 2)[len(items) % 3]}" if len(items) > 1 else "single"


def is_short(items: Sequence[Item]) -> bool:
    return 1 < len(items) <= _STACK_ITEMS and all(len(item.text) <= _STACK_CHARACTERS for item in items)


def has_long_prices(plans: Sequence[PricePlan]) -> bool:
    """Words rather than numbers: all prices are then set smaller."""
    return any(len(plan.price) > _PRICE_CHARACTERS for plan in plans)


def autocomplete(field: Field) -> str | None:
    return _AUTOCOMPLETE_OF_TYPES.get(field.type) or _AUTOCOMPLETE_OF_NAMES.get(field.name)
