from typing import Any

import pytest
from msgspec.structs import replace

from errand.agents.authoring.outlines import Outline, Swatch, complaints, outline_of, planned
from errand.agents.landing import planning
from errand.agents.landing.brief import read
from tests.unit.agents.landing import payloads

GUIDE = read(payloads.GUIDE)
PLAN = planning.plan(GUIDE)
OUTLINE = outline_of(PLAN)
OPEN = read(payloads.NO_PALETTE)
OPEN_PLAN = planning.plan(OPEN)
OPEN_OUTLINE = outline_of(OPEN_PLAN)


@pytest.mark.parametrize("payload", payloads.ALL.values(), ids=list(payloads.ALL))
def test_the_rules_own_plan_is_an_outline_without_fault_that_changes_nothing(payload: dict[str, Any]) -> None:
    brief = read(payload)
    plan = planning.plan(brief)

    assert list(complaints(outline_of(plan), plan, brief)) == []
    assert planned(outline_of(plan), plan, brief) == plan


def test_what_the_brief_names_stays() -> None:
    palette = [Swatch(role="primary", colour="#ff0000")]
    outline = replace(OUTLINE, theme="light", palette=palette, heading_font="Papyrus", body_font="Papyrus")

    assert planned(outline, PLAN, GUIDE) == PLAN


def test_what_it_leaves_open_is_the_models() -> None:
    palette = [Swatch(role="primary", colour="#aa3300"), Swatch(role="neutral", colour="#221100")]
    outline = replace(OPEN_OUTLINE, palette=palette, heading_font="Fraunces", shape="sharp", density="compact")

    design = planned(outline, OPEN_PLAN, OPEN).design

    assert design.palette == {"primary": "#aa3300", "neutral": "#221100"}
    assert (design.heading_font, design.shape, design.density) == ("Fraunces", "sharp", "compact")


def test_a_palette_without_a_primary_colour_is_none() -> None:
    outline = replace(OPEN_OUTLINE, palette=[Swatch(role="accent", colour="#aa3300")])

    assert planned(outline, OPEN_PLAN, OPEN).design.palette == OPEN_PLAN.design.palette


def reordered(outline: Outline, *places: int) -> Outline:
    sections = list(outline.sections)
    sections[places[0]], sections[places[1]] = sections[places[1]], sections[places[0]]
    return replace(outline, sections=sections)


def test_sections_that_the_brief_does_not_order_may_change_places() -> None:
    assert OPEN_OUTLINE.sections[2:-1][1:]
    outline = reordered(OPEN_OUTLINE, 2, 3)

    assert not list(complaints(outline, OPEN_PLAN, OPEN))
    assert planned(outline, OPEN_PLAN, OPEN).sections != OPEN_PLAN.sections


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        (replace(OUTLINE, sections=OUTLINE.sections[:-2]), "missing"),
        (replace(OUTLINE, sections=[*OUTLINE.sections, OUTLINE.sections[2]]), "nothing to fill"),
        (reordered(OUTLINE, 2, 3), "in this order"),
        (replace(OUTLINE, sections=[replace(OUTLINE.sections[0], variant="bento"), *OUTLINE.sections[1:]]), "`bento`"),
    ],
)
def test_what_the_brief_does_not_allow_is_said(faulty: Outline, fault: str) -> None:
    assert fault in "\n".join(complaints(faulty, PLAN, GUIDE))


@pytest.mark.parametrize("places", [(0, 1), (1, 2), (-1, -2)])
def test_navigation_hero_and_footer_have_their_places(places: tuple[int, int]) -> None:
    assert list(complaints(reordered(OPEN_OUTLINE, *places), OPEN_PLAN, OPEN))
