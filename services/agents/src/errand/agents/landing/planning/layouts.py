"""Which of its layouts a section gets: what the brief prefers, what its amount of content bears, else a free choice."""

from collections.abc import Callable, Mapping

from errand.agents.landing.brief import Brief
from errand.agents.landing.page import SectionType
from errand.agents.landing.planning.designs import seed
from errand.agents.landing.planning.vocabulary import prefers, tone
from errand.agents.landing.seeding import choose
from errand.agents.landing.variants import VARIANTS

_MANY = 9


def variant(kind: SectionType, brief: Brief) -> str:
    """One of `VARIANTS[kind]`."""
    rule = _RULES.get(kind)
    preferred = rule(brief) if rule else None
    return preferred or choose(VARIANTS[kind], kind, seed(brief))


def _nav(brief: Brief) -> str | None:
    return "centered" if prefers(brief, "centered") else "bar" if brief.branding.layout_preference else None


def _hero(brief: Brief) -> str | None:
    preferred = [name for name in ("split", "centered", "story") if prefers(brief, name)]
    if preferred:
        return preferred[0]
    if prefers(brief, "minimal"):
        return "centered"
    return "split" if brief.assets.hero_image else choose(("split", "centered"), "hero", seed(brief))


def _features(brief: Brief) -> str | None:
    count = len(brief.benefits.features)
    if count > _MANY:
        return choose(("grid", "list"), "features", seed(brief))
    if prefers(brief, "story") or len(brief.assets.secondary_images) > 1:
        return "alternating"
    return next((name for name in ("grid", "list") if prefers(brief, name)), None)


def _benefits(brief: Brief) -> str | None:
    benefits = brief.benefits.top_benefits
    return "checklist" if benefits and not any(benefit.text for benefit in benefits) else None


def _testimonials(brief: Brief) -> str | None:
    count = len(brief.branding.section_data.testimonials.items or brief.trust.testimonials)
    return "spotlight" if count == 1 else "wall" if count > 5 else None


def _pricing(brief: Brief) -> str | None:
    count = len(brief.branding.section_data.pricing.items)
    return "table" if count > 3 or (count > 1 and tone(brief) in ("formal", "technical")) else "cards"


def _team(brief: Brief) -> str | None:
    return "grid" if len(brief.branding.section_data.team.items) > _MANY else None


def _custom(brief: Brief) -> str | None:
    return "grid" if any(block.items for block in brief.branding.section_data.custom) else "prose"


def _contact(brief: Brief) -> str | None:
    return "split" if len(brief.advanced.form_fields) > 4 else None


_RULES: Mapping[SectionType, Callable[[Brief], str | None]] = {
    "nav": _nav,
    "hero": _hero,
    "features": _features,
    "benefits": _benefits,
    "testimonials": _testimonials,
    "pricing": _pricing,
    "team": _team,
    "custom": _custom,
    "contact": _contact,
}
