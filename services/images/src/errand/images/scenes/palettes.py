"""The colours of a scene, which belong together and keep its layers apart."""

from msgspec import Struct
from msgspec.structs import replace

from errand.images.scenes.colours import darken, difference, lab, lightness, mix, saturate, with_lightness

#: The least that must lie between what is far and what is near, for layers in depth to be told apart.
DEPTH = 0.34


class Palette(Struct, frozen=True, kw_only=True):
    """`sky` is the backdrop from top to bottom; `accents` are three to five, the most important first.

    `ink` is the darkest and `light` the lightest. `name` is for the alt text, such as "violet and apricot".
    """

    name: str
    sky: tuple[str, str, str]
    accents: tuple[str, ...]
    ink: str
    light: str
    is_dark: bool

    @property
    def horizon(self) -> str:
        """What layers fade to with distance."""
        return self.sky[2]

    def ramp(self, steps: int) -> list[str]:
        """`steps` colours for layers in depth, from the farthest, near the sky's, to the nearest, the ink."""
        between = mix(self.horizon, self.ink, 0.5)
        # The accent that is nearest to the ink in hue: any other turns brown on the way there.
        kin = min(self.accents, key=lambda accent: _turn(accent, self.ink))
        middle = with_lightness(mix(between, kin, 0.6), lightness(between))
        return [self._depth(middle, 0.18 + 0.82 * step / max(1, steps - 1)) for step in range(steps)]

    def _depth(self, middle: str, t: float) -> str:
        return mix(self.horizon, middle, 2 * t) if t < 0.5 else mix(middle, self.ink, 2 * t - 1)


def separated(palette: Palette) -> Palette:
    """The same, with the ink far enough from the horizon, and no two accents alike."""
    ink, horizon = palette.ink, palette.horizon
    if lightness(horizon) - lightness(ink) < DEPTH:
        ink = with_lightness(ink, max(0.1, lightness(horizon) - DEPTH))
        horizon = with_lightness(horizon, max(lightness(horizon), lightness(ink) + DEPTH))
    return replace(palette, ink=ink, sky=(*palette.sky[:2], horizon), accents=_distinct(palette.accents))


def vivid(palette: Palette) -> Palette:
    """The same, more colourful."""
    sky = tuple(saturate(colour, 1.25) for colour in palette.sky)
    accents = tuple(saturate(colour, 1.15) for colour in palette.accents)
    return replace(palette, sky=sky, accents=accents)


def _turn(first: str, second: str) -> float:
    """The angle between two hues, in degrees."""
    return abs((lab(first).hue_deg - lab(second).hue_deg + 180) % 360 - 180)


def _distinct(accents: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for accent in accents:
        if all(difference(accent, other) > 0.06 for other in kept):
            kept.append(accent)
    amounts = (0.3, 0.5, 0.65)
    return (*kept, *(darken(kept[0], amount) for amount in amounts[: max(0, 3 - len(kept))]))
