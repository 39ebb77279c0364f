"""A plan as a model gives it: what the brief leaves open, and nothing else."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from errand.agents.landing.brief import Brief
from errand.agents.landing.page import Line, SectionType, Theme
from errand.agents.landing.planning import Plan, SectionPlan
from errand.agents.landing.variants import VARIANTS

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Font = Annotated[str, Meta(max_length=60)]


class Swatch(Struct, frozen=True, kw_only=True):
    role: Literal["primary", "secondary", "accent", "neutral", "background", "text"]
    colour: Colour


class Choice(Struct, frozen=True, kw_only=True):
    """A section and its layout. `name` says which of the brief's own sections a custom one is."""

    type: SectionType
    variant: Line
    name: Line = ""


class Outline(Struct, frozen=True, kw_only=True):
    """Colours, fonts and theme count where the brief names none."""

    theme: Theme
    palette: list[Swatch]
    heading_font: Font
    body_font: Font
    shape: Literal["sharp", "soft", "round"]
    density: Literal["compact", "regular", "airy"]
    sections: list[Choice]


def outline_of(plan: Plan) -> Outline:
    design = plan.design
    return Outline(
        theme=design.theme,
        palette=[],
        heading_font=design.heading_font,
        body_font=design.body_font,
        shape=design.shape,
        density=design.density,
        sections=[Choice(type=part.type, variant=part.variant, name=part.name) for part in plan.sections],
    )


def complaints(outline: Outline, plan: Plan, brief: Brief) -> Iterator[str]:
    """What the brief and the page's frame do not allow: other sections than the rules' plan has, or out of order."""
    wanted = [(part.type, part.name) for part in plan.sections]
    given = [(part.type, part.name) for part in outline.sections]
    if missing := Counter(wanted) - Counter(given):
        yield f"These sections are missing: {_listed(missing)}."
    if surplus := Counter(given) - Counter(wanted):
        yield f"There is nothing to fill these sections with: {_listed(surplus)}."
    if not missing and not surplus and given != (wanted if brief.branding.sections else _framed(given)):
        yield "The sections have to stand in this order: " + ", ".join(type for type, _ in wanted) + "."
    for part in outline.sections:
        if part.variant not in VARIANTS[part.type]:
            yield f"`{part.variant}` is no variant of {part.type}; there are {', '.join(VARIANTS[part.type])}."


def planned(outline: Outline, plan: Plan, brief: Brief) -> Plan:
    """The rules' plan with the outline's choices, where the brief leaves a choice."""
    branding, design = brief.branding, plan.design
    palette = {swatch.role: swatch.colour for swatch in outline.palette}
    free_palette = not branding.color_palette and "primary" in palette
    design = replace(
        design,
        theme=design.theme if branding.theme or branding.color_palette else outline.theme,
        palette=palette if free_palette else design.palette,
        heading_font=design.heading_font if branding.fonts.heading else outline.heading_font or design.heading_font,
        body_font=design.body_font if branding.fonts.body else outline.body_font or design.body_font,
        shape=outline.shape,
        density=outline.density,
    )
    sections = [SectionPlan(type=part.type, variant=part.variant, name=part.name) for part in outline.sections]
    return replace(plan, design=design, sections=sections)


def _framed(sections: list[tuple[SectionType, str]]) -> list[tuple[SectionType, str]]:
    """In the given order, but for the sections that have their place."""
    places = {"nav": 0, "hero": 1, "footer": 3}
    return sorted(sections, key=lambda section: places.get(section[0], 2))


def _listed(sections: Counter[tuple[SectionType, str]]) -> str:
    return ", ".join(f"{type} ({name})" if name else type for type, name in sections.elements())
