"""Where a picture stays quiet, so that words can be set on it."""

import re

from errand.images.scenes.chance import Chance
from errand.images.scenes.geometry import Box

_WHAT = r"(?:space|text|copy|title|headline|heading|room|caption|logo|words)"
_WHERE = r"(left|right|top|upper|above|bottom|lower|below|centre|center|middle)"
_ASKED = re.compile(rf"\b{_WHAT}\W+(?:\w+\W+){{0,5}}?{_WHERE}\b|\b{_WHERE}\W+(?:\w+\W+){{0,2}}?{_WHAT}\b")
_TITLED = re.compile(r"\b(?:hero|banner|cover|header|masthead|billboard)\b")
_AREAS = {
    "left": (0.0, 0.0, 0.36, 1.0),
    "right": (0.64, 0.0, 0.36, 1.0),
    "top": (0.0, 0.0, 1.0, 0.38),
    "bottom": (0.0, 0.64, 1.0, 0.36),
    "centre": (0.25, 0.3, 0.5, 0.4),
}
_SYNONYMS = {
    "upper": "top",
    "above": "top",
    "lower": "bottom",
    "below": "bottom",
    "center": "centre",
    "middle": "centre",
}


def safe_area(text: str, chance: Chance, width: int, height: int) -> tuple[Box, bool]:
    """As the text asks; else the usual place of a title; else any. And whether the text asked for one."""
    asked, is_titled = _ASKED.search(text), _TITLED.search(text) is not None
    if asked:
        name = asked[1] or asked[2]
    elif is_titled:
        name = "left" if width > 1.15 * height else "top"
    else:
        name = chance.pick("safe", ("left", "right", "top") if width > 1.15 * height else ("top", "bottom", "centre"))
    x, y, wide, tall = _AREAS[_SYNONYMS.get(name, name)]
    return Box(x * width, y * height, wide * width, tall * height), is_titled or asked is not None
