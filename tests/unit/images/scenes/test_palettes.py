import itertools

import pytest
from msgspec.structs import replace

from errand.images.scenes.colours import contrast, difference, lightness
from errand.images.scenes.palettes import DEPTH, Palette, separated
from errand.images.scenes.vocabulary import vocabulary
from errand.images.scenes.wardrobe import outfits

PALETTES = [outfit.palette for outfit in outfits()]


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
class TestPalette:
    def test_it_has_distinct_accents(self, palette: Palette) -> None:
        assert 3 <= len(palette.accents) <= 5
        assert all(difference(*pair) > 0.05 for pair in itertools.combinations(palette.accents, 2))

    def test_its_layers_can_be_told_apart(self, palette: Palette) -> None:
        ramp = palette.ramp(5)

        assert all(lightness(far) - lightness(near) > 0.035 for far, near in itertools.pairwise(ramp))
        assert lightness(palette.horizon) > lightness(ramp[0])
        assert ramp[-1] == palette.ink

    def test_its_ink_is_the_darkest_and_its_light_the_lightest(self, palette: Palette) -> None:
        between = [lightness(colour) for colour in (*palette.sky, *palette.accents)]

        assert lightness(palette.ink) < min(between)
        assert lightness(palette.light) > max(between)
        assert contrast(palette.ink, palette.light) > 7


def test_there_are_many_and_some_are_dark() -> None:
    assert len({palette.name for palette in PALETTES}) == len(PALETTES) >= 16
    assert 5 <= sum(palette.is_dark for palette in PALETTES) <= len(PALETTES) - 10


def test_every_mood_that_a_palette_has_can_be_asked_for_and_every_one_that_can_be_asked_for_is_had() -> None:
    assert frozenset().union(*(outfit.moods for outfit in outfits())) - {"dark", "light"} == set(vocabulary().moods)


def test_colours_that_are_too_near_are_moved_apart() -> None:
    near = replace(PALETTES[0], sky=("#303040",) * 3, ink="#2a2a33", accents=("#aa3344", "#ab3445", "#aa3344"))

    repaired = separated(near)

    assert lightness(repaired.horizon) - lightness(repaired.ink) >= DEPTH - 0.01
    assert all(difference(*pair) > 0.05 for pair in itertools.combinations(repaired.accents, 2))
