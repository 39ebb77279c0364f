import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.images.scenes.colours import (
    contrast,
    darken,
    difference,
    from_lab,
    from_lch,
    lab,
    lighten,
    lightness,
    mix,
    saturate,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_oklab_gives_every_colour_back(colour: str) -> None:
    assert difference(from_lab(*lab(colour)), colour) < 0.005


@given(COLOURS, COLOURS)
def test_a_mixture_begins_with_one_colour_and_ends_with_the_other(first: str, second: str) -> None:
    assert difference(mix(first, second, 0), first) < 0.005
    assert difference(mix(first, second, 1), second) < 0.005


def test_half_way_between_yellow_and_blue_is_not_grey() -> None:
    assert lab(mix("#ffd000", "#2040ff", 0.5)).chroma > 0.03


@given(COLOURS, st.floats(0.05, 1))
def test_light_is_lighter_and_dark_is_darker(colour: str, amount: float) -> None:
    assert lightness(darken(colour, amount)) <= lightness(colour) + 0.01
    assert lightness(lighten(colour, amount)) >= lightness(colour) - 0.01


def test_without_saturation_a_colour_is_grey() -> None:
    assert lab(saturate("#e0557a", 0)).chroma < 0.01


@pytest.mark.parametrize(("first", "second", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert contrast(second, first) == contrast(first, second)


def test_what_no_screen_can_show_keeps_its_hue() -> None:
    assert lab(from_lch(0.7, 0.4, 145)).hue_deg == pytest.approx(145, abs=3)
