"""What a brief holds for which type of section."""

import re

from errand.agents.landing.addresses import link
from errand.agents.landing.brief import Brief
from errand.agents.landing.page import SectionType

NUMBER = re.compile(r"(?<![\w.,/:+-])[$€£₪]?\d[\d.,]*(?:/\d+)?(?:\s?%|[kKmMbB](?!\w)|x(?!\w)|\+)*(?![\w/:–-])")


def content_types(brief: Brief) -> list[SectionType]:
    """The types that the brief itself fills, in the order of a usual page."""
    data, trust = brief.branding.section_data, brief.trust
    held: dict[SectionType, bool] = {
        "benefits": bool(brief.benefits.top_benefits),
        "features": bool(brief.benefits.features or (brief.audience.uvp and brief.messaging.seo_keywords)),
        "stats": bool(data.stats.items) or _has_numbers(brief),
        "custom": bool(data.custom),
        "testimonials": bool(data.testimonials.items or trust.testimonials or trust.indicators),
        "team": bool(data.team.items),
        "pricing": bool(data.pricing.items),
        "faq": bool(data.faq.items) or any(objection.answer for objection in trust.objections),
        "cta": bool(brief.conversion.primary_cta or brief.campaign.primary_offer),
    }
    return [kind for kind, filled in held.items() if filled]


def _has_numbers(brief: Brief) -> bool:
    """Two numbers make a section; one alone has its place in a sentence."""
    texts = [brief.campaign.primary_offer, brief.audience.uvp, *(b.title for b in brief.benefits.top_benefits)]
    return sum(len(NUMBER.findall(text)) for text in texts) >= 2


def needs_contact(brief: Brief) -> bool:
    """A form was asked for, or a button leads to no address of its own."""
    cta = brief.conversion.primary_cta
    wants_action = bool(cta and cta.label) or bool(brief.campaign.primary_offer or brief.campaign.objective)
    return bool(brief.advanced.form_fields) or (wants_action and not (cta and link(cta.href)))
