"""The parts of a promise and of an offer."""

import re
from itertools import pairwise

from msgspec import Struct

from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital, first_sentence, sentence, shorten, unended
from errand.agents.landing.page import Item

_LOOSE_END = re.compile(r"(?:[,;:\s]|\s(?:and|or|und|oder|sowie|et|ou|y|o|e))+$", re.IGNORECASE)
_MAX_TITLE = 90
_MAX_PROMISE = 400
_MAX_CLAUSES = 4


class Offer(Struct, frozen=True):
    """What to do, and what one gets for it."""

    call: str
    gift: str


def parts_of_offer(material: Material) -> Offer:
    offer = unended(first_sentence(material.offer))
    parts = re.split(material.words["lead"], offer, maxsplit=1, flags=re.IGNORECASE)
    return Offer(parts[0], parts[1] if len(parts) > 1 else "")


def clauses(material: Material) -> list[str]:
    """The promise in its parts: `Reduce busywork`, `with AI-driven workflows`, `tuned for B2B SaaS teams`."""
    if len(material.uvp) > _MAX_PROMISE:
        return []
    parts = re.split(material.words["clause"], unended(material.uvp), flags=re.IGNORECASE)
    return [clause for part in parts if (clause := _LOOSE_END.sub("", part))][:_MAX_CLAUSES]


def features(material: Material) -> list[Item]:
    """For a brief that lists no features: each part of its promise, with the next as its text."""
    parts = clauses(material)
    items = [Item(title=headline(material, part), text=sentence(capital(follow))) for part, follow in pairwise(parts)]
    if parts:
        items.append(Item(title=headline(material, parts[-1]), text=sentence(shorten(material.for_whom, _MAX_PROMISE))))
    gift = parts_of_offer(material).gift
    if gift:
        text = sentence(shorten(material.offer, _MAX_PROMISE))
        items.append(Item(title=capital(shorten(gift, _MAX_TITLE)), text=text))
    return items + _keywords(material)


def _keywords(material: Material) -> list[Item]:
    words = ", ".join(capital(word) for word in material.brief.messaging.seo_keywords[:3])
    interests = ", ".join(material.brief.audience.persona_keywords[:6])
    text = sentence(f"{material.words['focus']}: {shorten(interests, _MAX_PROMISE)}") if interests else ""
    return [Item(title=shorten(words, _MAX_TITLE), text=text)] if words else []


def headline(material: Material, clause: str) -> str:
    return capital(shorten(re.sub(material.words["drop"], "", clause, flags=re.IGNORECASE), _MAX_TITLE))
