"""A palette's roles: which of the given colours paints what, and palettes for those who give none."""

import re
from collections.abc import Mapping

from msgspec import Struct

from errand.agents.landing.tokens.colours import Oklch, parse

_PRIMARY = ("primary", "brand", "main", "key", "theme")
_ACCENT = ("accent", "secondary", "highlight", "cta", "tertiary")
_BACKGROUND = ("background", "bg", "canvas", "page")
_TEXT = ("text", "foreground", "ink", "body")
_GREYS = ("neutral", "raw", "surface", "heading")
_COLOURFUL = 0.05
_FALLBACK = Oklch(0.51, 0.2, 275)


class Roles(Struct, frozen=True, kw_only=True):
    """`background` and `text` are what was asked for; `greys` may serve as either, the fittest first."""

    primary: Oklch
    accent: Oklch
    background: Oklch | None
    text: Oklch | None
    greys: list[Oklch]

    @property
    def tint(self) -> Oklch:
        """What greys lean to."""
        candidates = [self.background, *self.greys, self.text]
        greys = [colour for colour in candidates if colour and 0.003 < colour.chroma <= _COLOURFUL]
        return greys[0] if greys else self.primary.at(chroma=min(self.primary.chroma, 0.012))


def roles(palette: Mapping[str, str]) -> Roles:
    colours = {_role(name): colour for name, text in palette.items() if (colour := parse(text))}
    named = {*_PRIMARY, *_ACCENT, *_BACKGROUND, *_TEXT, *_GREYS}
    others = sorted((colour for role, colour in colours.items() if role not in named), key=lambda c: -c.chroma)
    vivid = [colour for colour in others if colour.chroma > _COLOURFUL]
    primary = _first(colours, _PRIMARY) or _first(colours, _ACCENT) or (vivid.pop(0) if vivid else _FALLBACK)
    accents = [colours[role] for role in _ACCENT if role in colours and colours[role] != primary]
    return Roles(
        primary=primary,
        accent=(accents + vivid + [primary.at(turn=60)])[0],
        background=_first(colours, _BACKGROUND),
        text=_first(colours, _TEXT),
        greys=[colours[role] for role in _GREYS if role in colours] + [c for c in others if c.chroma <= _COLOURFUL],
    )


def _role(name: str) -> str:
    """`primaryColor`, `Primary Colour` and `--primary` are one role."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+", " ", name).lower().split()
    return " ".join(word for word in words if word not in {"color", "colour"}) or name


def _first(colours: Mapping[str, Oklch], names: tuple[str, ...]) -> Oklch | None:
    return next((colours[name] for name in names if name in colours), None)
