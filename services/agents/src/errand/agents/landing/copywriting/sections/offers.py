"""What is on offer: features, benefits, numbers, prices, and sections of the brief's own."""

import re
from typing import Literal

from errand.agents.landing.brief import Asset, Feature, Price
from errand.agents.landing.copywriting import facts, numbers
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import capital, sentence, shorten, title_and_text
from errand.agents.landing.page import Benefits, Custom, Features, Item, PricePlan, Pricing, SectionType, Stat, Stats
from errand.agents.landing.planning import SectionPlan
from errand.agents.landing.planning.contents import NUMBER
from errand.agents.landing.planning.sections import own_section
from errand.agents.landing.planning.vocabulary import plain

_MAX_TITLE = 90
_MAX_POINTS = 5
_ENOUGH_PARTS = 2
_TAKEN = {"thanks"}  # what the page calls its own
_MAX_TEXT = 400
_UNIT = re.compile(r"\s?(?:km|m|mi|kg|g|t|ms|s|h|min|GB|TB|MB|kWh|kW|W|°C|m²|ha)(?!\w)")
_PRICE = re.compile(
    r"(?<!\w)(?P<price>(?:[$€£¥₪]\s?\d[\d.,]*\d|[$€£¥₪]\s?\d|\d[\d.,]*\s?(?:€|£|₪|EUR|USD|CHF|GBP)(?!\w)))"
    r"(?:\s?(?:/|per|a|pro|par|al|por)\s?(?P<period>month|year|week|day|night|hour|monat|jahr|woche|tag|nacht|stunde|mois|an|semaine|jour|nuit|heure|mes|año|semana|día|noche)\b)?",
    re.IGNORECASE,
)


def features(material: Material, plan: SectionPlan) -> Features | None:
    given, field = _given(material, "features")
    images = _images(material, "features") if plan.variant == "alternating" or _named(material, "features") else []
    items = _items(material, given, field, "features", images) if given else facts.features(material)
    if len(items) < (1 if given else _ENOUGH_PARTS):
        material.lacks("features", "benefits.features", "The brief names no features and promises too little.")
        return None
    if not given:
        material.lacks("features", "benefits.features", "Written from the promise, the offer and the keywords instead.")
    return Features(id="features", variant=plan.variant, heading=material.words.heading("features"), items=items)


def benefits(material: Material, plan: SectionPlan) -> Benefits | None:
    given, field = _given(material, "benefits")
    items = _items(material, given, field, "benefits", _named(material, "benefits"))
    if not items:
        material.lacks("benefits", "benefits.topBenefits", "The brief names no benefits.")
        return None
    return Benefits(id="benefits", variant=plan.variant, heading=material.words.heading("benefits"), items=items)


def _given(material: Material, kind: Literal["features", "benefits"]) -> tuple[list[Feature], str]:
    """The features, or the benefits, and where they stand: the one where the other is not given, nor shown itself."""
    features, benefits = material.brief.benefits.features, material.brief.benefits.top_benefits
    own, other = (features, benefits) if kind == "features" else (benefits, features)
    takes_other = not own and not {"features", "benefits"} <= set(material.planned)
    names = ("benefits.features", "benefits.topBenefits")
    return (other if takes_other else own), names[(kind == "benefits") != takes_other]


def _items(
    material: Material, given: list[Feature], field: str, section: SectionType, images: list[Asset]
) -> list[Item]:
    """Duplicates are left out; images go to the items that have none, in their order."""
    items: dict[tuple[str, str], Item] = {}
    spare = iter(images)
    for number, feature in enumerate(given):
        place = f"{field}[{number}]"
        title, text = feature.title, feature.text
        if not text:
            title, text = title_and_text(title, _MAX_TITLE)
        if title or text:
            image = material.image(feature.image or next(spare, None), place, section)
            title = material.line(title or shorten(text, _MAX_TITLE), place, section)
            item = Item(title=title, text=material.text(text, place, section), image=image)
            items.setdefault((item.title, item.text), item)
    return list(items.values())


def _named(material: Material, section: SectionType) -> list[Asset]:
    """The images that the brief has for this section."""
    given = material.brief.assets.section_assets
    return [asset for name, assets in given.items() if plain(name) == section for asset in assets]


def _images(material: Material, section: SectionType) -> list[Asset]:
    return _named(material, section) or material.brief.assets.secondary_images


def stats(material: Material, plan: SectionPlan) -> Stats | None:
    content = material.brief.branding.section_data.stats
    items = [_stat(material, stat.value, stat.label) for stat in content.items if stat.value or stat.label]
    if not items:
        items = numbers.stats(_texts_with_numbers(material))
        reason = "No numbers in the brief." if not items else f"{len(items)} taken from the brief's own sentences."
        material.lacks("stats", "branding.sectionData.stats", reason)
    if not items:
        return None
    default = material.words.heading("stats") if len(items) > 1 else ""  # one figure speaks for itself
    opening = material.opening(content, "stats", default)
    return Stats(id="stats", variant=plan.variant, items=items, **opening)


def _stat(material: Material, value: str, label: str) -> Stat:
    """`98% uptime` in one string is a value and its label."""
    match = NUMBER.match(label) if not value else None
    if match:
        unit = _UNIT.match(label, match.end())
        end = unit.end() if unit else match.end()
        value, label = label[:end], label[end:].lstrip(" ,")
    field = "branding.sectionData.stats"
    return Stat(value=material.line(value, field, "stats"), label=material.line(label, field, "stats"))


def _texts_with_numbers(material: Material) -> list[str]:
    brief = material.brief
    points = [*brief.benefits.top_benefits, *brief.benefits.features]
    own = [material.offer, material.uvp, *(f"{point.title}. {point.text}" for point in points)]
    return [*own, *brief.trust.indicators]


def pricing(material: Material, plan: SectionPlan) -> Pricing | None:
    content = material.brief.branding.section_data.pricing
    plans = [_plan(material, price, number) for number, price in enumerate(content.items) if price.name or price.price]
    if not plans and material.offer:
        plans = [_offer(material)]
        material.lacks(
            "pricing", "branding.sectionData.pricing", "Shown as one offer: the brief has no list of prices."
        )
    if not plans:
        material.lacks("pricing", "branding.sectionData.pricing", "The brief has neither prices nor an offer.")
        return None
    default = material.words.heading("pricing") if content.items else material.words["offer"]
    opening = material.opening(content, "pricing", default)
    return Pricing(id="pricing", variant=plan.variant, plans=plans, **opening)


def _plan(material: Material, price: Price, number: int) -> PricePlan:
    field = f"branding.sectionData.pricing[{number}]"
    return PricePlan(
        name=material.line(price.name or price.price, field, "pricing"),
        price=material.line(price.price if price.name else "", field, "pricing"),
        period=material.line(price.period, field, "pricing"),
        text=material.text(price.text, field, "pricing"),
        points=[material.line(point, field, "pricing") for point in price.features if point],
        highlighted=price.highlighted,
    )


def _offer(material: Material) -> PricePlan:
    """One card of what the offer itself says; a price only if it stands there."""
    brief = material.brief
    price = _PRICE.search(material.offer[:_MAX_TEXT])
    given = brief.benefits.top_benefits or brief.benefits.features
    titles = [title_and_text(feature.title, _MAX_TITLE)[0] for feature in given if feature.title] or [
        item.title for item in facts.features(material) if item.title
    ]
    return PricePlan(
        name=material.name if brief.campaign.product_name else shorten(capital(material.offer), _MAX_TITLE),
        price=price["price"] if price else "",
        period=(price["period"] or "") if price else "",
        text=shorten(sentence(capital(material.offer)), _MAX_TEXT),
        points=titles[:_MAX_POINTS],
        highlighted=True,
    )


def custom(material: Material, plan: SectionPlan) -> Custom | None:
    block = own_section(material.brief, plan.name)
    blocks = material.brief.branding.section_data.custom
    if block is None:
        block = next((b for b in blocks if not (b.name or b.heading)), None) if not plan.name else None
    if block is None or not (block.paragraphs or block.items or block.heading):
        material.lacks("custom", "branding.sectionData.custom", f"Nothing is said about “{plan.name or 'custom'}”.")
        return None
    field = f"branding.sectionData.custom.{block.name or block.heading}"
    heading = block.heading or capital(_spaced(block.name)) or material.words.heading("custom")
    return Custom(
        id=_slug(block.name or block.heading),
        variant=plan.variant if block.items else "prose",
        heading=material.line(heading, field, "custom"),
        paragraphs=[material.text(text, field, "custom") for text in block.paragraphs if text],
        items=_items(material, block.items, field, "custom", []),
    )


def _spaced(name: str) -> str:
    """`our_story` as it is read; a name in words stays as it is."""
    return name if " " in name else re.sub(r"[_-]+", " ", name)


def _slug(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:50]
    return slug if slug[:1].isalpha() and slug not in _TAKEN else "custom"
