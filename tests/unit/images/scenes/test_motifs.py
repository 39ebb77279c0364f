import io
import random
import statistics
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
import resvg_py
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.geometry import Box
from errand.images.scenes.motifs import MOTIFS
from errand.images.scenes.palettes import Palette
from errand.images.scenes.treatments import Treatment
from errand.images.scenes.wardrobe import outfits

PALETTES = {
    name: next(outfit.palette for outfit in outfits() if outfit.palette.is_dark == (name == "dark"))
    for name in ("dark", "light")
}
SIZES = {"16:9": (1344, 768), "1:1": (1024, 1024), "9:16": (768, 1344), "21:9": (1536, 640), "ribbon": (64, 2048)}
TREATMENTS = {
    "plain": Treatment(),
    "flat": Treatment(flat=True),
    "outline": Treatment(outline=True),
    "minimal": Treatment(minimal=True),
    "cinematic": Treatment(cinematic=True, rich=True),
}
AREAS = {
    "left": Box(0, 0, 0.36, 1),
    "right": Box(0.64, 0, 0.36, 1),
    "top": Box(0, 0, 1, 0.38),
    "bottom": Box(0, 0.64, 1, 0.36),
    "centre": Box(0.25, 0.3, 0.5, 0.4),
}


def drawn(
    motif: str,
    size: str = "16:9",
    *,
    seed: int = 1,
    palette: Palette = PALETTES["dark"],
    treatment: Treatment = TREATMENTS["plain"],
    area: str = "left",
    omitted: frozenset[str] = frozenset(),
    is_titled: bool = False,
) -> tuple[Canvas, str]:
    (width, height), share = SIZES[size], AREAS[area]
    safe = Box(share.x * width, share.y * height, share.width * width, share.height * height)
    canvas = Canvas(
        width, height, seed=seed, palette=palette, treatment=treatment, safe=safe, omitted=omitted, is_titled=is_titled
    )
    return canvas, MOTIFS[motif](canvas)


def picture(canvas: Canvas) -> Image.Image:
    """Small: its longer side has some 200 pixels."""
    scale = 200 / max(canvas.width, canvas.height)
    png = resvg_py.svg_to_bytes(
        svg_string=canvas.svg(),
        width=max(6, round(canvas.width * scale)),
        height=max(6, round(canvas.height * scale)),
        skip_system_fonts=True,
    )
    return Image.open(io.BytesIO(bytes(png))).convert("RGB")


def difference(first: Image.Image, second: Image.Image) -> float:
    """The mean over all pixels, of 255."""
    return ImageStat.Stat(ImageChops.difference(first, second).convert("L")).mean[0]


def elements(canvas: Canvas) -> Iterator[ElementTree.Element]:
    return ElementTree.fromstring(canvas.svg()).iter()


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_draws_at_every_ratio_by_day_and_by_night(motif: str, size: str, palette: Palette) -> None:
    for seed, area in enumerate(AREAS):
        canvas, phrase = drawn(motif, size, seed=seed, palette=palette, area=area)

        assert phrase
        assert not phrase.endswith(".")
        assert sum(1 for _ in elements(canvas)) > 5
    colours = picture(canvas).getcolors(200 * 200)
    assert colours
    assert len(colours) > 20


@pytest.mark.parametrize("treatment", TREATMENTS.values(), ids=TREATMENTS)
@pytest.mark.parametrize("motif", MOTIFS)
def test_what_a_motif_draws_stays_light_enough_to_render(motif: str, treatment: Treatment) -> None:
    for seed, size in enumerate(2 * list(SIZES)):
        canvas, _ = drawn(motif, size, seed=seed, treatment=treatment, area=list(AREAS)[seed % 3])

        assert len(canvas.svg()) < 400_000
        assert sum(1 for _ in elements(canvas)) < 3_500


@pytest.mark.parametrize("motif", MOTIFS)
def test_equal_seeds_draw_the_same_and_other_seeds_something_else(motif: str) -> None:
    first, again, other = (drawn(motif, seed=seed) for seed in (5, 5, 6))

    assert first[0].svg() == again[0].svg()
    assert first[1] == again[1]
    assert difference(picture(first[0]), picture(other[0])) > 3


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_has_at_least_three_arrangements(motif: str) -> None:
    phrases: set[str] = set()
    for seed in range(24):
        phrases.add(drawn(motif, seed=seed)[1])
        if len(phrases) == 3:
            return

    pytest.fail(f"{phrases} alone")


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_takes_all_chance_from_its_canvas(motif: str) -> None:
    random.seed(1)
    before = random.getstate()
    drawn(motif)

    assert random.getstate() == before


@pytest.mark.parametrize("motif", MOTIFS)
def test_a_treatment_without_soft_light_changes_the_picture(motif: str) -> None:
    soft, *hard = (picture(drawn(motif, treatment=TREATMENTS[name])[0]) for name in ("plain", "flat", "outline"))

    assert min(difference(soft, other) for other in hard) > 1


@pytest.mark.parametrize("area", ["left", "right", "top"])
@pytest.mark.parametrize("motif", MOTIFS)
def test_a_motif_keeps_a_titles_place_quiet(motif: str, area: str) -> None:
    canvases = [drawn(motif, seed=seed, area=area, is_titled=True)[0] for seed in range(6)]
    for canvas in canvases:
        canvas.finish()

    inside, outside = zip(*map(busyness, canvases), strict=True)
    # Of 255: what is below 2 shows no edges at all.
    assert statistics.fmean(inside) < max(0.6 * statistics.fmean(outside), 2)


def busyness(canvas: Canvas) -> tuple[float, float]:
    """How strong edges are in the safe area, and elsewhere."""
    edges = picture(canvas).convert("L").filter(ImageFilter.FIND_EDGES)
    # The outermost pixels are what the filter makes of the rim.
    edges = ImageOps.crop(edges, 1)
    scale, safe = edges.width / canvas.width, canvas.safe
    mask = Image.new("L", edges.size, 0)
    left, top, right, bottom = (round(scale * side) for side in (safe.x, safe.y, safe.right, safe.bottom))
    mask.paste(255, (left, top, right, bottom))
    inside, outside = (ImageStat.Stat(edges, part).mean[0] for part in (mask, ImageOps.invert(mask)))
    return inside, outside


def test_a_city_by_night_without_a_moon_has_none() -> None:
    phrases = [drawn("skyline", seed=seed, omitted=frozenset({"moon"}))[1] for seed in range(12)]

    assert not [phrase for phrase in phrases if "moon" in phrase]


def test_plants_without_flowers_have_none() -> None:
    phrases = [drawn("botanical", seed=seed, omitted=frozenset({"flowers"}))[1] for seed in range(24)]

    assert not [phrase for phrase in phrases if "flower" in phrase]


def test_an_arrangement_that_is_unwanted_is_not_chosen() -> None:
    omitted = frozenset({"globe", "hubs", "constellation"})

    assert {drawn("network", seed=seed, omitted=omitted)[1] for seed in range(12)} == {
        "a mesh of glowing nodes, linked near and far"
    }
