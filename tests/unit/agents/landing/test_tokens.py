import json
import re
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.agents.landing.brief import read
from errand.agents.landing.page import Design
from errand.agents.landing.planning import plan
from errand.agents.landing.tokens import PAIRS, Tokens, compute, contrast, dtcg, parse
from errand.agents.landing.tokens.fonts import stack
from tests.unit.agents.landing import payloads

GUIDE = Design(theme="dark", palette=payloads.GUIDE["branding"]["colorPalette"])
ROLES = st.sampled_from(
    ["primary", "secondary", "accent", "neutral", "background", "text", "raw", "surface", "brandColor", "sun", "moon"]
)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def failing(tokens: Tokens) -> list[tuple[str, str]]:
    themes = (tokens.light, tokens.dark)
    return [(a, b) for theme in themes for a, b, ratio in PAIRS if contrast(theme[a], theme[b]) < ratio]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#7c3aed", "#111827") == pytest.approx(3.11, abs=0.005)


def test_text_must_reach_4_5_and_shapes_3() -> None:
    ratios = {(ink, paper): ratio for ink, paper, ratio in PAIRS}
    assert {pair for pair, ratio in ratios.items() if ratio == 3.0} == {
        ("focus", "bg"),
        ("focus", "surface"),
        ("primary", "bg"),
    }
    assert {ratio for pair, ratio in ratios.items()} == {3.0, 4.5}
    assert {paper for ink, paper in ratios if ink in ("text", "muted", "heading", "link")} == {
        "bg",
        "surface",
        "surface-2",
    }
    assert {("on-primary", "primary"), ("on-primary", "primary-hover"), ("on-accent", "accent")} <= ratios.keys()
    assert {("on-band", "band"), ("band-muted", "band")} <= ratios.keys()


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(ROLES, COLOURS, max_size=6))
def test_every_palette_is_legible_in_both_themes(palette: dict[str, str]) -> None:
    assert failing(compute(Design(palette=palette))) == []


@pytest.mark.parametrize("name", payloads.ALL)
def test_every_planned_design_is_legible_in_both_themes(name: str) -> None:
    assert failing(compute(plan(read(payloads.ALL[name])).design)) == []


def test_the_guides_colours_are_kept_where_they_can_be_read() -> None:
    dark = compute(GUIDE).dark
    assert (dark["bg"], dark["text"], dark["primary"], dark["accent"]) == ("#111827", "#f9fafb", "#7c3aed", "#fde68a")


def test_what_cannot_be_read_is_moved_and_told() -> None:
    tokens = compute(GUIDE)
    link = next(adjustment for adjustment in tokens.adjustments if adjustment.token == "link")
    assert (link.theme, link.given, link.used) == ("dark", "#7c3aed", tokens.dark["link"])
    assert link.ratio_before < 4.5 <= link.ratio_after
    given, used = parse(link.given), parse(link.used)
    assert given
    assert used
    assert abs(given.hue - used.hue) < 5


@pytest.mark.parametrize(("theme", "told"), [("light", {"light"}), ("dark", {"dark"}), ("auto", {"light", "dark"})])
def test_only_the_themes_that_are_seen_are_told_about(theme: Literal["light", "dark", "auto"], told: set[str]) -> None:
    design = Design(theme=theme, palette={"primary": "#808080", "text": "#888888"})
    assert {adjustment.theme for adjustment in compute(design).adjustments} == told


def test_a_named_text_colour_moves_no_further_than_it_must() -> None:
    tokens = compute(Design(palette={"background": "#ffffff", "text": "#8a8a8a"}))
    assert 4.5 <= contrast(tokens.light["text"], tokens.light["surface-2"]) < 4.8


def test_a_background_between_light_and_dark_is_moved_and_told() -> None:
    tokens = compute(Design(palette={"background": "#8f8f8f"}))
    assert [adjustment.token for adjustment in tokens.adjustments if adjustment.given == "#8f8f8f"] == ["bg"]


def test_each_role_paints_what_it_is_called() -> None:
    palette = {"secondary": "#00695c", "accentColor": "#ffab00", "primary": "#4527a0", "background": "#fffdf5"}
    light = compute(Design(palette=palette)).light
    assert (light["primary"], light["accent"], light["bg"]) == ("#4527a0", "#ffab00", "#fffdf5")


def test_colours_of_unknown_roles_are_used() -> None:
    assert compute(Design(palette={"sunshine": "#b45309"})).light["primary"] == "#b45309"


@pytest.mark.parametrize("text", ["red;}</style>", "url(x)", "", "#12", "transparent", "x" * 10_000, "var(--a)"])
def test_what_is_no_colour_changes_nothing(text: str) -> None:
    assert parse(text) is None
    assert compute(Design(palette={"primary": text})) == compute(Design())


@pytest.mark.parametrize(
    "text", ["rebeccapurple", "hsl(200 50% 50%)", "oklch(60% 0.2 30)", "color(display-p3 1 0 0)", "#abc"]
)
def test_colours_are_read_as_css_writes_them(text: str) -> None:
    assert parse(text) is not None


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_no_font_name_ends_its_quotes(name: str) -> None:
    assert re.fullmatch(r"(?:'[^'\"\\;{}<>\n]*'|[\w-]+)(?:, (?:'[^'\"\\;{}<>]*'|[\w-]+))*", stack(name))


@pytest.mark.parametrize(
    ("name", "generic"), [("Lora", "serif"), ("JetBrains Mono", "monospace"), ("Inter", "sans-serif")]
)
def test_a_font_falls_back_to_its_own_kind(name: str, generic: str) -> None:
    assert stack(name).startswith(f"'{name}', ")
    assert stack(name).endswith(f" {generic}")


def test_space_grows_with_the_density_named() -> None:
    densities: list[Literal["compact", "regular", "airy"]] = ["compact", "regular", "airy"]
    sections = [compute(Design(density=density)).shared["space-section"] for density in densities]
    largest = [float(section.rsplit(", ", 1)[1].removesuffix("rem)")) for section in sections]
    assert largest == sorted(set(largest))


def test_the_file_of_tokens_has_the_formats_shape() -> None:
    file = json.loads(json.dumps(dtcg(compute(GUIDE))))
    assert file["dark"]["bg"]["$value"] == {
        "colorSpace": "srgb",
        "components": [0.0667, 0.0941, 0.1529],
        "hex": "#111827",
    }
    assert file["size"]["$type"] == "dimension"
    assert file["size"]["radius"]["$value"] == {"value": 10.0, "unit": "px"}
    assert file["size"]["step-5"]["$extensions"]["dev.errand.fluid"].startswith("clamp(")
    assert file["font"]["font-body"]["$value"][0] == "system-ui"
