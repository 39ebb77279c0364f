"""The parts of a promise and of an offer."""

import re

from msgspec import Struct

from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital, first_sentence, sentence, shorten, unended
from errand.agents.landing.page import Item

_MAX_TITLE = 90
_MAX_PROMISE = _MAX_TEXT = 400
_LEAST_PROMISE = 12  # characters, before which no promise is made
_MAX_WORDS = 4


class Offer(Struct, frozen=True):
    """What to do, and what one gets for it."""

    call: str
    gift: str


def parts_of_offer(material: Material) -> Offer:
    offer = unended(first_sentence(material.offer))
    parts = re.split(material.words["lead"], offer, maxsplit=1, flags=re.IGNORECASE)
    return Offer(parts[0], parts[1] if len(parts) > 1 else "")


def promise_and_means(material: Material) -> tuple[str, str]:
    """`Reduce busywork`, and `with AI-driven workflows tuned for B2B SaaS teams`; all is promise where it has no parts.

    Of several sentences the first.
    """
    promise = unended(first_sentence(material.uvp))
    place = re.search(material.words["means"], promise[_LEAST_PROMISE:_MAX_PROMISE], re.IGNORECASE)
    if place is None:
        return promise, ""
    at = _LEAST_PROMISE + place.start()
    return promise[:at], promise[at:].lstrip(" ,")


def features(material: Material) -> list[Item]:
    """For a brief that lists no features: its benefits, else what it promises, to whom, and with what on top."""
    promise, means = promise_and_means(material)
    interests = capital(", ".join(material.brief.audience.persona_keywords[:_MAX_WORDS]))
    gift = parts_of_offer(material).gift
    items = [
        Item(title=shorten(capital(promise), _MAX_TITLE), text=sentence(capital(shorten(means, _MAX_TEXT)))),
        Item(title=shorten(interests, _MAX_TITLE), text=sentence(shorten(material.for_whom, _MAX_TEXT))),
        Item(title=shorten(capital(gift), _MAX_TITLE), text=sentence(shorten(material.offer, _MAX_TEXT))),
    ]
    told = (bool(means), bool(interests and material.audience), bool(gift))
    return [item for item, is_told in zip(items, told, strict=True) if is_told]
