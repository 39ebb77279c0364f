from typing import Any

import pytest

from errand.agents.landing.brief import read
from errand.agents.landing.planning import Plan, plan
from errand.agents.landing.variants import VARIANTS
from tests.unit.agents.landing import payloads


def planned(payload: dict[str, Any]) -> Plan:
    return plan(read(payload))


def types(payload: dict[str, Any]) -> list[str]:
    return [section.type for section in planned(payload).sections]


def variants(payload: dict[str, Any]) -> dict[str, str]:
    return {section.type: section.variant for section in planned(payload).sections}


def branded(**branding: Any) -> dict[str, Any]:
    return {"branding": branding}


def test_the_guides_sections_come_in_its_order_between_navigation_and_footer() -> None:
    asked = payloads.GUIDE["branding"]["sections"]
    assert types(payloads.GUIDE) == ["nav", *asked, "contact", "footer"]


def test_the_guides_look_is_what_it_asks_for() -> None:
    guide = planned(payloads.GUIDE)
    assert guide.design.palette == payloads.GUIDE["branding"]["colorPalette"]
    assert (guide.design.theme, guide.design.motion) == ("dark", "scroll")
    assert (guide.design.heading_font, guide.design.body_font) == ("General Sans", "Inter")
    assert variants(payloads.GUIDE)["hero"] == "split"
    assert variants(payloads.GUIDE)["features"] == "alternating"
    assert guide.animations


@pytest.mark.parametrize("name", payloads.ALL)
def test_every_plan_begins_and_ends_alike_and_uses_known_layouts(name: str) -> None:
    sections = planned(payloads.ALL[name]).sections
    assert (sections[0].type, sections[-1].type) == ("nav", "footer")
    assert [section.type for section in sections].count("hero") == 1
    assert all(section.variant in VARIANTS[section.type] for section in sections)


def test_no_two_briefs_look_alike() -> None:
    plans = [planned(payload) for payload in payloads.ALL.values()]
    assert all(a.design != b.design for at, a in enumerate(plans) for b in plans[at + 1 :])


def test_a_small_change_of_a_brief_keeps_its_look() -> None:
    changed = payloads.GUIDE | {"trust": {"testimonials": ["Good."]}}
    assert planned(changed).design == planned(payloads.GUIDE).design


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("FAQ", "faq"),
        ("Call to Action", "cta"),
        ("social proof", "testimonials"),
        ("Hero Section", "hero"),
        ("pricing-table", "pricing"),
        ("frequently_asked_questions", "faq"),
        ("keyFeatures", "features"),
        ("Häufige Fragen", "faq"),
        ("Newsletter", "contact"),
        ("Our Services", "features"),
        ("Hero Banner", "hero"),
        ("Press quotes", "testimonials"),
        ("coaches", "team"),
    ],
)
def test_sections_are_known_by_many_names(name: str, kind: str) -> None:
    assert kind in types(branded(sections=[name]))


def test_content_goes_where_its_own_heading_is_asked_for() -> None:
    payload = branded(sections=["Crew aboard"], sectionData={"team": {"title": "Crew Aboard", "members": ["Ada"]}})
    assert "team" in types(payload)


def test_a_section_of_the_briefs_own_goes_where_it_is_named() -> None:
    payload = branded(sections=["hero", "Our Pier", "faq"], sectionData={"custom": {"our pier": "Wood."}})
    assert [(section.type, section.name) for section in planned(payload).sections[2:4]] == [
        ("custom", "Our Pier"),
        ("faq", ""),
    ]


def test_custom_stands_for_all_own_sections_that_are_not_named() -> None:
    custom = {"one": "1", "two": "2", "three": "3"}
    payload = branded(sections=["two", "custom"], sectionData={"custom": custom})
    assert [section.name for section in planned(payload).sections if section.type == "custom"] == [
        "two",
        "one",
        "three",
    ]


def test_an_unknown_section_is_not_planned() -> None:
    assert types(branded(sections=["moon landing"])) == ["nav", "hero", "footer"]


def test_without_a_list_the_content_decides() -> None:
    assert types({}) == ["nav", "hero", "footer"]
    assert types(payloads.FORMS) == ["nav", "hero", "benefits", "testimonials", "faq", "cta", "contact", "footer"]


def test_a_button_with_an_address_needs_no_form() -> None:
    call = {"conversion": {"primaryCTA": {"label": "Buy", "href": "https://shop.example"}}}
    assert "contact" not in types(call)
    assert "contact" in types({"conversion": {"primaryCTA": "Buy"}})
    assert "contact" in types(call | {"advanced": {"formFields": ["Name"]}})


@pytest.mark.parametrize(
    ("branding", "theme"),
    [
        ({"theme": "Dark mode"}, "dark"),
        ({"theme": "light"}, "light"),
        ({"theme": "system"}, "auto"),
        ({"theme": "light and dark"}, "auto"),
        ({"theme": "neon", "colorPalette": {"background": "#000"}}, "dark"),
        ({"colorPalette": {"background": "#fff", "neutral": "#000"}}, "light"),
        ({"colorPalette": {"primary": "#7c3aed", "neutral": "#111827"}}, "dark"),
        ({"colorPalette": {"primary": "#7c3aed"}}, "light"),
        ({}, "light"),
    ],
)
def test_the_theme_is_as_asked_or_as_the_colours_are(branding: dict[str, Any], theme: str) -> None:
    assert planned({"branding": branding}).design.theme == theme


@pytest.mark.parametrize(
    ("layout", "kind", "variant"),
    [
        ("Split hero", "hero", "split"),
        ("storytelling", "hero", "story"),
        ("centred everything", "hero", "centered"),
        ("bento", "features", "grid"),
        ("Minimal", "features", "list"),
        ("storytelling", "features", "alternating"),
    ],
)
def test_a_preference_chooses_the_layout(layout: str, kind: str, variant: str) -> None:
    payload = branded(layoutPreference=layout, sections=["hero", "features"])
    assert variants(payload)[kind] == variant


@pytest.mark.parametrize(
    ("layout", "motion"),
    [("scrollytelling", "scroll"), ("static, no animation", "none"), ("", "subtle"), ("grid", "subtle")],
)
def test_motion_follows_the_preference(layout: str, motion: str) -> None:
    assert planned(branded(layoutPreference=layout)).design.motion == motion


def test_many_features_come_as_a_grid_or_a_list() -> None:
    assert variants(payloads.FORTY_FEATURES | branded(layoutPreference="storytelling"))["features"] in ("grid", "list")


@pytest.mark.parametrize(
    ("tone", "shape"), [("playful", "round"), ("luxurious", "sharp"), ("confident + helpful", "soft")]
)
def test_the_tone_shapes_the_corners(tone: str, shape: str) -> None:
    assert planned({"messaging": {"tone": tone}}).design.shape == shape


def test_colours_that_cannot_be_read_are_left_out_and_replaced() -> None:
    palette = planned(payloads.HOSTILE).design.palette
    assert set(palette) == {"primary", "accent", "neutral", "raw"}
    assert all(value.startswith("#") for value in palette.values())
