"""Which colours a scene has: those that were named, else those of a mood, else any that were not ruled out."""

from collections.abc import Sequence

from errand.images.scenes.chance import Chance
from errand.images.scenes.colours import from_lch, lab, lightness, with_lightness
from errand.images.scenes.palettes import Palette, separated
from errand.images.scenes.vocabulary import Vocabulary, named
from errand.images.scenes.wardrobe import Outfit, is_dark, outfits
from errand.images.scenes.words import Words

# Hues nearer than this, in degrees of OKLCH, go by one name.
SAME_HUE_DEG = 30


class Taste:
    """What was said of colours, both ways."""

    def __init__(self, vocabulary: Vocabulary, wanted: Words, unwanted: Words) -> None:
        self.unwanted = [hue for _, hue in _colours(vocabulary, unwanted)]
        self.wanted = [(name, colour) for name, colour in _colours(vocabulary, wanted) if not self.is_unwanted(colour)]
        refused_moods, refused_tones = named(vocabulary.moods, unwanted), named(vocabulary.tones, unwanted)
        self.moods = [mood for mood in named(vocabulary.moods, wanted) if mood not in refused_moods]
        self.tones = [tone for tone in named(vocabulary.tones, wanted) if tone not in refused_tones]
        self.refused_moods, self.refused_tones = refused_moods, refused_tones
        self._clear = vocabulary.clear_moods

    def is_unwanted(self, colour: str) -> bool:
        own = lab(colour)
        return own.chroma > 0.035 and any(
            _turn(own.hue_deg, lab(other).hue_deg) < SAME_HUE_DEG for other in self.unwanted
        )

    def wants_dark(self, chance: Chance, colour: str) -> bool:
        if "dark" in self.refused_tones or "light" in self.tones:
            return False
        return "dark" in self.tones or "light" in self.refused_tones or (
            lightness(colour) < 0.62 and chance.share("dark") < 0.35
        )  # fmt: skip

    def allows(self, outfit: Outfit) -> bool:
        palette = outfit.palette
        tone = "dark" if palette.is_dark else "light"
        if tone in self.refused_tones or any(mood in outfit.moods for mood in self.refused_moods):
            return False
        if not self.unwanted:
            return True
        seen = (*palette.sky, *palette.accents, palette.ink, *palette.ramp(5))
        return not any(self.is_unwanted(colour) for colour in seen)

    def score(self, outfit: Outfit) -> int:
        tone = "dark" if outfit.palette.is_dark else "light"
        moods = sum(2 if mood in self._clear else 1 for mood in self.moods if mood in outfit.moods)
        return 2 * moods + (3 if tone in self.tones else 0)


def palette_for(taste: Taste, chance: Chance, *, hues: int | None = None) -> Palette:
    """`hues`: how many it may have; 1 for monochrome, 2 for duotone."""
    if taste.wanted:
        return named_palette(taste.wanted[: hues or 3], dark=taste.wants_dark(chance, taste.wanted[0][1]))
    if hues == 1:
        taste.moods.append("monochrome")
    fitting = {outfit.palette.name: outfit for outfit in outfits() if taste.allows(outfit)}
    if not fitting:
        return _leftover(taste, chance)
    best = max(taste.score(outfit) for outfit in fitting.values())
    name = chance.pick("palette", [name for name, outfit in fitting.items() if taste.score(outfit) == best])
    palette = fitting[name].palette
    return _reduced(palette) if hues == 2 else palette


def named_palette(colours: Sequence[tuple[str, str]], *, dark: bool) -> Palette:
    """From one to three colours: the first is the ground, the others are seen against it."""
    main, other = colours[0][1], colours[min(1, len(colours) - 1)][1]
    chroma, hue = lab(main).chroma, lab(main).hue_deg
    far, far_chroma = lab(other).hue_deg, lab(other).chroma
    if dark:
        sky = (
            from_lch(0.2, 0.5 * chroma, hue),
            from_lch(0.33, 0.7 * chroma, hue),
            from_lch(0.56, 0.7 * far_chroma, far),
        )
        ink, light = from_lch(0.13, min(0.04, chroma), hue), from_lch(0.97, 0.015, far)
    else:
        sky = (
            from_lch(0.83, 0.5 * chroma, hue),
            from_lch(0.9, 0.32 * chroma, hue),
            from_lch(0.95, 0.25 * far_chroma, far),
        )
        ink, light = from_lch(0.25, min(0.09, 0.6 * chroma), hue), from_lch(0.99, 0.01, far)
    accents = [colour for _, colour in colours] + [_shifted(colours[0][1], step) for step in (0.16, -0.14)]
    name = " and ".join(dict.fromkeys(name for name, _ in colours))
    accents = [_visible(accent, dark) for accent in accents]
    return separated(
        Palette(name=name, sky=sky, accents=tuple(accents[:5]), ink=ink, light=light, is_dark=is_dark(sky))
    )


def _visible(colour: str, dark: bool) -> str:
    """On a dark ground, a colour that was named dark is shown lighter."""
    return with_lightness(colour, 0.58) if dark and lightness(colour) < 0.5 else colour


def _shifted(colour: str, step: float) -> str:
    own = lab(colour)
    return from_lch(min(0.92, max(0.3, own.lightness + step)), own.chroma * 0.9, own.hue_deg + 90 * step)


def _reduced(palette: Palette) -> Palette:
    """To two hues: that of the ink, and that of the accent which is farthest from it."""
    ink = lab(palette.ink)
    ground = from_lch(0.5, max(0.09, ink.chroma), ink.hue_deg)
    other = max(palette.accents, key=lambda accent: lab(accent).chroma * _turn(lab(accent).hue_deg, ink.hue_deg))
    return named_palette([(hue_name(ground), ground), (hue_name(other), other)], dark=palette.is_dark)


def _leftover(taste: Taste, chance: Chance) -> Palette:
    """Where so much was ruled out that no palette is left: one of the hues that were not, else greys."""
    hues = [hue for hue in range(0, 360, 30) if not taste.is_unwanted(from_lch(0.6, 0.12, hue))]
    dark = taste.wants_dark(chance, "#777777")
    if not hues:
        return named_palette([("shades of grey", "#7a7a7a")], dark=dark)
    hue = int(chance.pick("hue", map(str, hues)))
    return named_palette([("a single colour", from_lch(0.6, 0.12, hue))], dark=dark)


def _colours(vocabulary: Vocabulary, words: Words) -> list[tuple[str, str]]:
    """Names and colours, in the order of the text; codes in hex come first."""
    found: list[tuple[int, str, str]] = []
    left = words
    for phrase in sorted(vocabulary.colours, key=len, reverse=True):
        if phrase in left:
            found.append((words.position(phrase), phrase, vocabulary.colours[phrase]))
            left = left.without([phrase])
    return [(hue_name(code), code) for code in words.hex_colours()] + [
        (name, colour) for _, name, colour in sorted(found)
    ]


def hue_name(colour: str) -> str:
    """What a code is called in a sentence."""
    own = lab(colour)
    if own.chroma < 0.03:
        return "grey"
    names = (
        (20, "pink"),
        (45, "red"),
        (75, "orange"),
        (112, "yellow"),
        (160, "green"),
        (205, "teal"),
        (270, "blue"),
        (325, "violet"),
        (360, "pink"),
    )
    return next(name for limit, name in names if own.hue_deg <= limit)


def _turn(first_deg: float, second_deg: float) -> float:
    return abs((first_deg - second_deg + 180) % 360 - 180)
