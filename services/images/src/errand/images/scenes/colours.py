"""Colours are `#rrggbb`. Mixed in OKLab, where half way between two colours also looks half way."""

import math
from functools import lru_cache
from typing import NamedTuple


class Lab(NamedTuple):
    """A colour in OKLab; `lightness` is 0 for black and 1 for white."""

    lightness: float
    a: float
    b: float

    @property
    def chroma(self) -> float:
        return math.hypot(self.a, self.b)

    @property
    def hue_deg(self) -> float:
        return math.degrees(math.atan2(self.b, self.a)) % 360


@lru_cache(maxsize=4096)
def lab(colour: str) -> Lab:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return Lab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_lab(lightness: float, a: float, b: float) -> str:
    """What no screen can show is made less colourful until it can, so that hue and lightness stay."""
    lightness = min(1.0, max(0.0, lightness))
    for kept in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0):
        channels = _channels(lightness, a * kept, b * kept)
        if min(channels) >= -0.002 and max(channels) <= 1.002:
            break
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, channel)))):02x}" for channel in channels)


def from_lch(lightness: float, chroma: float, hue_deg: float) -> str:
    hue = math.radians(hue_deg)
    return from_lab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))


@lru_cache(maxsize=4096)
def mix(first: str, second: str, t: float) -> str:
    """`first` at 0, `second` at 1."""
    return from_lab(*(one + (other - one) * t for one, other in zip(lab(first), lab(second), strict=True)))


@lru_cache(maxsize=4096)
def lighten(colour: str, amount: float) -> str:
    """`amount` 1 is white, of the same hue on the way there."""
    lightness, a, b = lab(colour)
    return from_lab(lightness + (1 - lightness) * amount, a * (1 - amount / 2), b * (1 - amount / 2))


@lru_cache(maxsize=4096)
def darken(colour: str, amount: float) -> str:
    """`amount` 1 is black."""
    lightness, a, b = lab(colour)
    return from_lab(lightness * (1 - amount), a * (1 - amount / 2), b * (1 - amount / 2))


def saturate(colour: str, factor: float) -> str:
    """`factor` 0 is grey, 1 changes nothing."""
    lightness, a, b = lab(colour)
    return from_lab(lightness, a * factor, b * factor)


def with_lightness(colour: str, lightness: float) -> str:
    _, a, b = lab(colour)
    return from_lab(lightness, a, b)


def lightness(colour: str) -> float:
    """From 0 for black to 1 for white, as OKLCH has it."""
    return lab(colour).lightness


def contrast(first: str, second: str) -> float:
    """The ratio of WCAG, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def difference(first: str, second: str) -> float:
    """The distance in OKLab: below 0.02 they look the same, 0.1 is plain to see."""
    return math.dist(lab(first), lab(second))


@lru_cache(maxsize=4096)
def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
