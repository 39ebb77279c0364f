"""The layouts that each type of section comes in; the first is its default."""

from collections.abc import Mapping

from errand.agents.landing.page import SectionType

VARIANTS: Mapping[SectionType, tuple[str, ...]] = {
    "nav": ("bar", "centered"),
    "hero": ("split", "centered", "story"),
    "features": ("grid", "list", "alternating"),
    "benefits": ("cards", "checklist"),
    "stats": ("band", "cards"),
    "testimonials": ("cards", "wall", "spotlight"),
    "pricing": ("cards", "table"),
    "team": ("grid", "list"),
    "faq": ("accordion", "columns"),
    "cta": ("banner", "split"),
    "contact": ("card", "split"),
    "custom": ("prose", "grid"),
    "footer": ("columns", "simple"),
}
