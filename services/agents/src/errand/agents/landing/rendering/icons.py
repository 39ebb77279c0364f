"""A small drawing for an item: one that fits a word of its title, else a plain shape."""

import re
from functools import cache

from errand.agents.landing.rendering.resources import table

_SVG = '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>'
_SHORT = 3
_WORD = re.compile(r"[^\W\d_]+")


def icon(title: str, index: int) -> str:
    """Plain shapes take turns by `index`, the item's place."""
    shapes: list[str] = table("data/icons.toml")["shapes"]
    found = (path for word in _WORD.findall(title.lower()) for stem, path in _paths() if _begins(word, stem))
    return _SVG.format(next(found, shapes[index % len(shapes)]))


def _begins(word: str, stem: str) -> bool:
    """Short stems are whole words: `ai` is not in `air`."""
    return word == stem or (len(stem) > _SHORT and word.startswith(stem))


@cache
def _paths() -> list[tuple[str, str]]:
    return [(stem, icon["path"]) for icon in table("data/icons.toml")["icon"] for stem in icon["words"]]
