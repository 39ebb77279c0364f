"""Single colours: reading them, measuring them, and moving them until they can be read."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from coloraide import Color

_MAX_LENGTH = 100
_STEPS = 100


class Oklch(NamedTuple):
    """Lightness 0…1, chroma 0…about 0.37, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    @property
    def hex(self) -> str:
        return _hex(*self)

    def at(self, lightness: float | None = None, chroma: float | None = None, turn: float = 0) -> "Oklch":
        light = self.lightness if lightness is None else min(1.0, max(0.0, lightness))
        return Oklch(light, self.chroma if chroma is None else max(0.0, chroma), (self.hue + turn) % 360)


@lru_cache(maxsize=8192)
def _hex(lightness: float, chroma: float, hue: float) -> str:
    colour = Color("oklch", [lightness, chroma, hue]).convert("srgb")
    if not colour.in_gamut():
        colour.fit(method="raytrace", pspace="oklch")
    return colour.to_string(hex=True)


@lru_cache(maxsize=1024)
def parse(text: str) -> Oklch | None:
    """A colour as CSS writes it, without its transparency; None for what is no colour, or cannot be seen."""
    try:
        colour = Color(text.strip()) if len(text) <= _MAX_LENGTH else None
    except ValueError:
        return None
    if colour is None or colour.alpha(nans=False) == 0:
        return None
    lightness, chroma, hue = colour.convert("srgb").fit().convert("oklch").coords(nans=False)
    return Oklch(lightness, chroma, hue) if all(map(math.isfinite, (lightness, chroma, hue))) else None


def contrast(a: str, b: str) -> float:
    """The ratio that WCAG 2 asks for, 1…21, of two colours written as `#rrggbb`."""
    darker, lighter = sorted((_luminance(a), _luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=8192)
def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def worst(colour: str, against: Iterable[str]) -> float:
    return min(contrast(colour, other) for other in against)


def legible(colour: Oklch, against: Sequence[str], minimum: float) -> Oklch:
    """The colour nearest in lightness that reaches `minimum` against each of `against`; grey only where none does."""
    for chroma in (colour.chroma, colour.chroma / 2, 0.0):
        for step in range(_STEPS + 1):
            for sign in (1, -1):
                lightness = colour.lightness + sign * step / _STEPS
                candidate = colour.at(lightness, chroma)
                if 0 <= lightness <= 1 and worst(candidate.hex, against) >= minimum:
                    return candidate
    return max((colour.at(1, 0), colour.at(0, 0)), key=lambda end: worst(end.hex, against))
