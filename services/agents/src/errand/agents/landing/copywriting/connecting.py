"""Buttons and links, once it is known which sections there are."""

from collections.abc import Sequence

from msgspec.structs import replace

from errand.agents.landing.brief import Price
from errand.agents.landing.copywriting import calls
from errand.agents.landing.copywriting.calls import Calls
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import sentence, shorten, unended
from errand.agents.landing.copywriting.words import intent_of
from errand.agents.landing.page import (
    Action,
    AnySection,
    Contact,
    Cta,
    Custom,
    Footer,
    Hero,
    Nav,
    PricePlan,
    Pricing,
    Testimonials,
)
from errand.agents.landing.planning.vocabulary import plain

_MAX_NAV_LINKS = 5
_MAX_NAV_LABEL = 24
_MAX_INTRO = 200


def connect(material: Material, sections: Sequence[AnySection]) -> list[AnySection]:
    decided = calls.decide(material, sections)
    links = _links(material, sections)
    connected = [_connected(section, sections, material, decided, links) for section in sections]
    return [section for section in connected if not (isinstance(section, Cta) and section.primary is None)]


def _connected(
    section: AnySection, sections: Sequence[AnySection], material: Material, decided: Calls, links: list[Action]
) -> AnySection:
    match section:
        case Nav():
            return _leading(section, decided, links)
        case Hero():
            return _opening(section, decided, sections)
        case Cta():
            return _closing(section, decided)
        case Pricing():
            given = material.brief.branding.section_data.pricing.items
            priced = [price for price in given if price.name or price.price]
            plans = [_priced(plan, at, priced, material, decided) for at, plan in enumerate(section.plans)]
            return replace(section, plans=plans)
        case Contact():
            return _asking(section, sections, material, decided)
        case Footer():
            return replace(section, links=[*links, *_legal(material)])
    return section


def _leading(section: Nav, decided: Calls, links: list[Action]) -> Nav:
    """Nothing is linked twice side by side."""
    primary = decided.primary
    others = [link for link in links if primary is None or link.href != primary.href]
    return replace(section, links=others[:_MAX_NAV_LINKS], action=primary)


def _opening(section: Hero, decided: Calls, sections: Sequence[AnySection]) -> Hero:
    """Without what a section of its own shows."""
    vouched = {text for other in sections if isinstance(other, Testimonials) for text in other.indicators}
    return replace(
        section,
        intro="" if _says(section.intro, decided.primary) else section.intro,
        points=[point for point in section.points if point not in vouched],
        primary=decided.primary,
        secondary=decided.secondary,
    )


def _says(text: str, action: Action | None) -> bool:
    """Whether the text is no more than what the button beside it says."""
    return action is not None and plain(text) == plain(action.label)


def _closing(section: Cta, decided: Calls) -> Cta:
    if section.intro and _says(section.heading, decided.primary):
        section = replace(section, heading=unended(section.intro), intro="")
    return replace(section, primary=_beyond(section, decided), secondary=decided.closing)


def _beyond(section: Cta, decided: Calls) -> Action | None:
    """A call leads away from itself."""
    primary = decided.primary
    if primary and primary.href == f"#{section.id}":
        return replace(primary, href=decided.closing.href) if decided.closing else None
    return primary


def _priced(plan: PricePlan, at: int, given: list[Price], material: Material, decided: Calls) -> PricePlan:
    """With the plan's own button where it has one, else the page's."""
    own = given[at].cta if at < len(given) else None
    label = material.line(own.label, f"branding.sectionData.pricing[{at}].cta", "pricing", 80) if own else ""
    href = material.address(own.href, f"branding.sectionData.pricing[{at}].cta", "pricing") if own else None
    href = href or (decided.primary.href if decided.primary else None)
    label = label or _label_for(plan, given, material, decided)
    return replace(plan, action=Action(label=label, href=href, event=decided.pricing)) if label and href else plan


def _label_for(plan: PricePlan, given: list[Price], material: Material, decided: Calls) -> str:
    """The page's call, unless it is about another of the plans."""
    label = decided.primary.label if decided.primary else ""
    others = [plain(price.name) for price in given if price.name and plain(price.name) != plain(plan.name)]
    if not any(f" {other} " in f" {plain(label)} " for other in others):
        return label
    return material.words.action(intent_of(material.brief.campaign.objective) or "contact")


def _asking(section: Contact, sections: Sequence[AnySection], material: Material, decided: Calls) -> Contact:
    """The form carries the call that leads to it, and the offer, where no section before has said so."""
    primary = decided.primary
    closing = next((other for other in sections if isinstance(other, Cta)), None)
    event = decided.form or (primary.event if primary else None)
    if primary is None or primary.href != f"#{section.id}" or (closing and _says(closing.heading, primary)):
        return replace(section, event=event)
    intro = "" if closing or _says(material.offer, primary) else shorten(sentence(material.offer), _MAX_INTRO)
    return replace(section, heading=primary.label, intro=intro, event=event)


def _links(material: Material, sections: Sequence[AnySection]) -> list[Action]:
    return [
        Action(label=_label(material, section), href=f"#{section.id}")
        for section in sections
        if calls.is_linked(section)
    ]


def _label(material: Material, section: AnySection) -> str:
    if isinstance(section, Custom):
        return shorten(section.heading, _MAX_NAV_LABEL)
    return material.words.link(str(section.__struct_config__.tag))


def _legal(material: Material) -> list[Action]:
    url = material.address(material.brief.media.privacy_policy_url, "media.privacyPolicyUrl", "contact")
    return [Action(label=material.words["privacy"], href=url)] if url else []
