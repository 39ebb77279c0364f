"""The colours of one theme, derived from a palette's roles and made legible."""

from collections.abc import Mapping

from msgspec import Struct

from errand.agents.landing.tokens.colours import Oklch, legible, worst
from errand.agents.landing.tokens.palettes import Roles

TEXT = 4.5
GRAPHIC = 3.0
_HEADING = 7.0  # a faint text colour of the brief must not make the headings faint
_BLACKEST = 0.13  # from which a surface on black can be told from it
_SURFACES = ("bg", "surface", "surface-2")
_ON: Mapping[str, tuple[str, ...]] = {
    "text": _SURFACES,
    "muted": _SURFACES,
    "heading": _SURFACES,
    "on-primary": ("primary", "primary-hover"),
    "on-accent": ("accent",),
    "link": _SURFACES,
    "on-band": ("band",),
    "band-muted": ("band",),
}
_GIVEN = {"text", "link", "focus", "primary"}  # the others are ours from the start
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, paper, TEXT) for ink, papers in _ON.items() for paper in papers),
    ("focus", "bg", GRAPHIC),
    ("focus", "surface", GRAPHIC),
    ("primary", "bg", GRAPHIC),
)


class Adjustment(Struct, frozen=True, kw_only=True):
    """A colour that had to move: `given` could not be told from `against`, the token that it was nearest to."""

    theme: str
    token: str
    given: str
    used: str
    against: str
    ratio_before: float
    ratio_after: float


class Tokens(Struct, frozen=True, kw_only=True):
    """Values by custom property, without its `--`. Colours are `#rrggbb`; each of `PAIRS` holds in both themes."""

    light: dict[str, str]
    dark: dict[str, str]
    shared: dict[str, str]
    adjustments: list[Adjustment]


class Scheme:
    """One theme's tokens in the making; each is settled against those before it."""

    def __init__(self, roles: Roles, dark: bool) -> None:
        self.roles = roles
        self.dark = dark
        self.colours: dict[str, str] = {}
        self.adjustments: list[Adjustment] = []
        self._paint()

    def _paint(self) -> None:
        self._paint_papers()
        self._paint_inks()
        self._paint_buttons()
        self._paint_band()

    def _away(self, colour: Oklch, distance: float) -> Oklch:
        """Nearer to the text's end: darker in the light, lighter in the dark."""
        return colour.at(colour.lightness + (distance if self.dark else -distance))

    def _paint_papers(self) -> None:
        paper = self._paper()
        self.colours["bg"] = paper.hex
        ground = paper.at(max(paper.lightness, _BLACKEST)) if self.dark else paper
        self.colours["surface"] = self._away(ground, 0.04 if self.dark else 0.018).hex
        self.colours["surface-2"] = self._away(ground, 0.08 if self.dark else 0.042).hex
        self.colours["border"] = self._away(ground, 0.15 if self.dark else 0.1).hex
        self._page = paper

    def _suits(self, background: Oklch) -> bool:
        return (background.lightness < 0.6) == self.dark

    def _paper(self) -> Oklch:
        asked = self.roles.background
        if asked and self._suits(asked):
            return asked.at(min(asked.lightness, 0.33)) if self.dark else asked.at(max(asked.lightness, 0.82))
        for grey in self.roles.greys:
            if (grey.lightness <= 0.33) if self.dark else (grey.lightness >= 0.93):
                return grey
        tint = self.roles.tint
        return tint.at(0.19, min(tint.chroma, 0.025)) if self.dark else tint.at(0.988, min(tint.chroma, 0.006))

    def _paint_inks(self) -> None:
        ink = self._ink()
        self._settle("text", ink, TEXT)
        asked = self.roles.background
        if asked and asked != self._page and self._suits(asked):
            self._record("bg", asked, self._page, against="text")
        self._settle("heading", self._away(ink, 0.06), _HEADING)
        share = 0.32 if self.dark else 0.36
        mixed = ink.lightness + (self._page.lightness - ink.lightness) * share
        self._settle("muted", ink.at(mixed, max(ink.chroma, min(self.roles.tint.chroma, 0.02))), TEXT)
        self._settle("link", self.roles.primary, TEXT)
        self._settle("focus", self.roles.primary, GRAPHIC, against=("bg", "surface"))

    def _ink(self) -> Oklch:
        asked = self.roles.text
        if asked and (asked.lightness >= 0.5 if self.dark else asked.lightness <= 0.65):
            return asked
        for grey in self.roles.greys:
            if (grey.lightness >= 0.85) if self.dark else (grey.lightness <= 0.42):
                return grey
        tint = self.roles.tint
        return tint.at(0.93, min(tint.chroma, 0.012)) if self.dark else tint.at(0.27, min(tint.chroma, 0.025))

    def _paint_buttons(self) -> None:
        primary = self._settle("primary", self.roles.primary, GRAPHIC, against=("bg",))
        ink = self._ink_on("primary")
        self.colours["on-primary"] = ink.hex
        hovers = [primary.at(primary.lightness + move) for move in (-0.06, 0.06, -0.03, 0.03, 0)]
        self.colours["primary-hover"] = next(hover.hex for hover in hovers if worst(ink.hex, [hover.hex]) >= TEXT)
        self.colours["accent"] = self.roles.accent.hex
        self.colours["on-accent"] = self._ink_on("accent").hex

    def _ink_on(self, token: str) -> Oklch:
        """White where it can be read, else a near black in the button's own hue."""
        white = self.roles.primary.at(1, 0)
        dark = self.roles.primary.at(0.2, min(self.roles.primary.chroma, 0.04))
        button = [self.colours[token]]
        return white if worst(white.hex, button) >= TEXT else legible(dark, button, TEXT)

    def _paint_band(self) -> None:
        primary = self.roles.primary
        band = primary.at(0.33 if self.dark else 0.3, min(primary.chroma, 0.13 if self.dark else 0.1))
        self.colours["band"] = band.hex
        self._settle("on-band", band.at(0.98, min(band.chroma, 0.01)), TEXT)
        self._settle("band-muted", band.at(0.85, min(band.chroma, 0.03)), TEXT)

    def _settle(self, token: str, colour: Oklch, minimum: float, against: tuple[str, ...] = ()) -> Oklch:
        names = against or _ON[token]
        papers = [self.colours[name] for name in names]
        before = worst(colour.hex, papers)
        used = colour if before >= minimum else legible(colour, papers, minimum)
        self.colours[token] = used.hex
        if used != colour and token in _GIVEN:
            nearest = min(names, key=lambda name: worst(colour.hex, [self.colours[name]]))
            self._record(token, colour, used, nearest)
        return used

    def _record(self, token: str, given: Oklch, used: Oklch, against: str) -> None:
        paper = [self.colours[against]]
        self.adjustments.append(
            Adjustment(
                theme="dark" if self.dark else "light",
                token=token,
                given=given.hex,
                used=used.hex,
                against=against,
                ratio_before=round(worst(given.hex, paper), 2),
                ratio_after=round(worst(used.hex, paper), 2),
            )
        )
