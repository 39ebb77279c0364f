"""The palettes that come with the service, and the moods that each is right for."""

from functools import cache
from typing import Any

from msgspec import Struct

from errand.images.scenes.colours import lightness
from errand.images.scenes.palettes import Palette, separated
from errand.images.scenes.vocabulary import load


class Outfit(Struct, frozen=True):
    palette: Palette
    moods: frozenset[str]


@cache
def outfits() -> tuple[Outfit, ...]:
    return tuple(_outfit(row) for row in load("palettes")["palette"])


def is_dark(sky: tuple[str, ...]) -> bool:
    return sum(map(lightness, sky)) / 3 < 0.5


def _outfit(row: dict[str, Any]) -> Outfit:
    palette = Palette(
        name=row["name"],
        sky=tuple(row["sky"]),
        accents=tuple(row["accents"]),
        ink=row["ink"],
        light=row["light"],
        is_dark=is_dark(tuple(row["sky"])),
    )
    return Outfit(separated(palette), frozenset(row["moods"]))
