"""Sections, each from what the brief holds for it. What cannot be filled is None, and noted with the material."""

from collections.abc import Callable, Mapping

from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.sections.forms import contact
from errand.agents.landing.copywriting.sections.frame import cta, footer, hero, nav
from errand.agents.landing.copywriting.sections.offers import benefits, custom, features, pricing, stats
from errand.agents.landing.copywriting.sections.people import faq, team, testimonials
from errand.agents.landing.page import AnySection, SectionType
from errand.agents.landing.planning import SectionPlan

_WRITERS: Mapping[SectionType, Callable[[Material, SectionPlan], AnySection | None]] = {
    "nav": nav,
    "hero": hero,
    "features": features,
    "benefits": benefits,
    "stats": stats,
    "testimonials": testimonials,
    "pricing": pricing,
    "team": team,
    "faq": faq,
    "cta": cta,
    "contact": contact,
    "custom": custom,
    "footer": footer,
}


def write_section(material: Material, plan: SectionPlan) -> AnySection | None:
    return _WRITERS[plan.type](material, plan)
