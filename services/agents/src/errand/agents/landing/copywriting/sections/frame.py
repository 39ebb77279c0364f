"""What holds a page together: its opening, its call and its edges. Their links are set once all sections are known."""

from errand.agents.landing.copywriting import facts
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.texts import (
    capital,
    first_sentence,
    parted,
    rest_after_first,
    sentence,
    shorten,
    unended,
)
from errand.agents.landing.page import Cta, Footer, Hero, Nav
from errand.agents.landing.planning import SectionPlan

_BRIEF, _GOOD_HEADLINE, _MAX_HEADLINE = 30, 72, 110
_MAX_EYEBROW = 70
_MAX_HERO_INTRO = 600
_MAX_POINTS = 3


def nav(material: Material, plan: SectionPlan) -> Nav:
    assets = material.brief.assets
    return Nav(id="nav", variant=plan.variant, logo=material.image(assets.logo, "assets.logo", "nav"))


def hero(material: Material, plan: SectionPlan) -> Hero:
    brief = material.brief
    promise = material.uvp or material.offer
    headline, rest = _headline(material, promise)
    if not promise:
        material.lacks("hero", "audience.uvp", "The page opens with the product's name: the brief promises nothing.")
    asset = brief.assets.hero_image or next(iter(brief.assets.section_assets.get("hero", [])), None)
    video = material.address(brief.media.video_url, "media.videoUrl", "hero")
    return Hero(
        id="hero",
        variant=plan.variant,
        eyebrow=_eyebrow(material),
        heading=capital(headline) or material.name,
        intro=_intro(material, promise, rest),
        points=_points(material),
        image=material.image(asset, "assets.heroImage", "hero"),
        video=video if video and video.startswith(("https:", "http:", "/")) else None,
    )


def _headline(material: Material, promise: str) -> tuple[str, str]:
    """What is said large, and what is left: a short promise as a whole, else its first sentence up to the means."""
    first, rest = unended(first_sentence(promise)), rest_after_first(promise)
    if len(first) < _BRIEF and len(promise) <= _MAX_HEADLINE:
        return promise if rest else first, ""
    if len(first) <= _GOOD_HEADLINE:
        return first, rest
    head, means = facts.promise_and_means(material) if promise == material.uvp else (first, "")
    if len(head) > _MAX_HEADLINE or (len(head) > _GOOD_HEADLINE and not means):
        head, means = (
            (first, "")
            if len(first) <= _MAX_HEADLINE
            else parted(first, material.words["phrase"], _MAX_HEADLINE, _BRIEF)
        )
    if len(head) > _MAX_HEADLINE:
        return shorten(head, _MAX_HEADLINE), promise
    return head, " ".join(part for part in (sentence(capital(means)), rest) if part)


def _eyebrow(material: Material) -> str:
    return material.for_whom if len(material.for_whom) <= _MAX_EYEBROW else ""


def _intro(material: Material, promise: str, rest: str) -> str:
    """What the headline had no room for, the offer, and whom it is for where that is too long for a line of its own."""
    parts = [rest, material.offer if material.offer != promise else ""]
    parts += [material.for_whom] if not _eyebrow(material) else []
    text = " ".join(sentence(capital(part)) for part in parts if part)
    return material.line(text, "audience.uvp", "hero", _MAX_HERO_INTRO)


def _points(material: Material) -> list[str]:
    """What vouches for the product, where no section of its own does."""
    brief = material.brief
    if brief.trust.testimonials or brief.branding.section_data.testimonials.items:
        return []
    return [
        material.line(text, "trust.indicators", "hero", 80) for text in brief.trust.indicators[:_MAX_POINTS] if text
    ]


def cta(material: Material, plan: SectionPlan) -> Cta | None:
    brief = material.brief
    call = brief.conversion.primary_cta.label if brief.conversion.primary_cta else ""
    heading = material.offer or call or material.uvp
    if not heading:
        material.lacks("cta", "conversion.primaryCTA", "Nothing says what readers are to do.")
        return None
    return Cta(
        id="cta",
        variant=plan.variant,
        heading=shorten(capital(unended(first_sentence(heading))), _MAX_HEADLINE),
    )


def footer(material: Material, plan: SectionPlan) -> Footer:
    return Footer(id="footer", variant=plan.variant, text=f"© {material.name}")
