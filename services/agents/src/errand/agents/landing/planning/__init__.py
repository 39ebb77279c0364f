"""What a page is to have and how it is to look, before a word of it is written."""

from errand.agents.landing.brief import Brief
from errand.agents.landing.planning.contents import content_types
from errand.agents.landing.planning.designs import design
from errand.agents.landing.planning.layouts import variant
from errand.agents.landing.planning.plans import Plan, SectionPlan
from errand.agents.landing.planning.sections import Asked, asked, outline

__all__ = ["Asked", "Plan", "SectionPlan", "asked", "content_types", "plan"]

_ANIMATIONS = {
    "none": [],
    "subtle": ["fade-in"],
    "scroll": ["fade-in", "reveal", "drift", "progress"],
}


def plan(brief: Brief) -> Plan:
    """The same brief always gives the same plan."""
    look = design(brief)
    sections = [
        SectionPlan(type=kind, variant=variant(kind, brief), name=section.name if kind == "custom" else "")
        for section in outline(brief)
        if (kind := section.type)
    ]
    return Plan(design=look, sections=sections, animations=_ANIMATIONS[look.motion])
