"""What a brief asks for that no section shows."""

import msgspec

from errand.agents.landing.addresses import picture
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.page import Page, SectionType
from errand.agents.landing.planning import asked
from errand.agents.landing.tokens import parse
from errand.agents.landing.tokens.fonts import is_name


def note(material: Material, page: Page) -> None:
    _note_sections(material)
    _note_unshown(material, page)
    _note_colours(material)
    _note_fonts(material)
    _note_unused(material)
    _note_images(material, page)
    if not material.brief.campaign.product_name:
        material.lacks(None, "campaign.productName", "The page has no name.")


def _note_sections(material: Material) -> None:
    for section in asked(material.brief):
        if section.type is None:
            field = "branding.sectionData.custom"
            material.lacks(
                None, field, f"Nobody knows what “{section.name[:80]}” is: give its content under that name."
            )


def _note_unshown(material: Material, page: Page) -> None:
    """Content for sections that `branding.sections` does not ask for."""
    brief = material.brief
    data = brief.branding.section_data
    shown = {section.__struct_config__.tag for section in page.sections}
    held: dict[SectionType, tuple[str, bool]] = {
        "faq": ("branding.sectionData.faq", bool(data.faq.items)),
        "pricing": ("branding.sectionData.pricing", bool(data.pricing.items)),
        "stats": ("branding.sectionData.stats", bool(data.stats.items)),
        "team": ("branding.sectionData.team", bool(data.team.items)),
        "testimonials": ("trust.testimonials", bool(brief.trust.testimonials or data.testimonials.items)),
        "features": ("benefits.features", bool(brief.benefits.features)),
        "benefits": ("benefits.topBenefits", bool(brief.benefits.top_benefits)),
        "custom": ("branding.sectionData.custom", bool(data.custom)),
    }
    for kind, (field, given) in held.items():
        if given and kind not in shown:
            material.lacks(kind, field, f"Not shown: branding.sections does not ask for {kind}.")


def _note_colours(material: Material) -> None:
    for role, text in material.brief.branding.color_palette.items():
        if parse(text) is None:
            field = f"branding.colorPalette.{role[:80]}"
            material.lacks(None, field, f"“{text[:40]}” is not a colour that CSS knows.")


def _note_fonts(material: Material) -> None:
    fonts = material.brief.branding.fonts
    for part, name in (("heading", fonts.heading), ("body", fonts.body)):
        if name and not is_name(name):
            material.lacks(None, f"branding.fonts.{part}", f"“{name[:60]}” is no name of a font.")


def _note_unused(material: Material) -> None:
    brief = material.brief
    unused = {
        "advanced.customPrompt": (brief.advanced.custom_prompt, "Wishes in free words need a model to read them."),
        "advanced.analytics": (brief.advanced.analytics, "Published pages load no scripts from elsewhere."),
        "benefits.emotionalTriggers": (brief.benefits.emotional_triggers, "They guide a model and are never printed."),
        "data.campaignDataUrl": (
            brief.data.campaign_data_url,
            "Addresses are not fetched: put the facts in the brief.",
        ),
        "data.experimentDataUrl": (brief.data.experiment_data_url, "Addresses are not fetched."),
    }
    for field, (value, reason) in unused.items():
        if value:
            material.lacks(None, field, reason)


def _note_images(material: Material, page: Page) -> None:
    assets = material.brief.assets
    given = {"assets.secondaryImages": assets.secondary_images}
    given |= {f"assets.sectionAssets.{name[:80]}": images for name, images in assets.section_assets.items()}
    encoded = msgspec.json.encode(page).decode()
    for field, images in given.items():
        unused = sum((picture(image.src) or image.src) not in encoded for image in images if image.src)
        if unused:
            material.lacks(None, field, f"{unused} image(s) have no place on this page.")
