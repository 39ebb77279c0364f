"""The colours that an image is made of."""

import math

from PIL import Image

from errand.images.scenes.colours import lab

FEWEST, MOST = 3, 5

# Of OKLab: as far apart as two shades of a colour that nobody would call by the same name.
_APART = 0.12
_SAMPLES = (96, 96)
_SHADES = 24


def dominant_colours(image: Image.Image) -> tuple[str, ...]:
    """3 to 5 as hex, the most of it first; fewer where there are no more."""
    shades = _shades(image)
    apart = _APART
    found = _distinct(shades, apart)
    while len(found) < min(FEWEST, len(shades)):
        apart /= 2
        found = _distinct(shades, apart)
    return tuple(found[:MOST])


def _shades(image: Image.Image) -> list[str]:
    """Different ones, the most frequent first."""
    sampled = image.resize(_SAMPLES, Image.Resampling.BOX).quantize(_SHADES, Image.Quantize.MEDIANCUT, kmeans=1)
    # As many as there are pixels: all of them.
    counted = sampled.convert("RGB").getcolors(_SAMPLES[0] * _SAMPLES[1]) or []
    return [f"#{bytes(colour).hex()}" for _, colour in sorted(counted, reverse=True) if isinstance(colour, tuple)]


def _distinct(shades: list[str], apart: float) -> list[str]:
    found: list[str] = []
    for shade in shades:
        if all(math.dist(lab(shade), lab(other)) >= apart for other in found):
            found.append(shade)
    return found
