"""What a motif draws on: SVG that grows from back to front."""

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape

from errand.images.scenes import geometry, raster
from errand.images.scenes.colours import contrast, darken, difference, lighten, mix, saturate
from errand.images.scenes.geometry import Box, Point, number
from errand.images.scenes.palettes import Palette
from errand.images.scenes.treatments import Treatment

Stop = tuple[float, str] | tuple[float, str, float]
Value = str | float | None
Paint = dict[str, Value]

# How the light of a glow falls off; a straight line would show its rim.
FALLOFF = ((0.0, 1.0), (0.17, 0.82), (0.38, 0.52), (0.6, 0.25), (0.8, 0.09), (0.92, 0.025), (1.0, 0.0))


class Canvas:
    """`unit` is a hundredth of the shorter side: what sizes and widths of lines are counted in.

    `sun` is where the light comes from, and may lie outside. `density` from 0 to 1 says how much there is to see. All
    chance comes from `rng`. In `safe` a motif keeps quiet: little contrast and no small details. `hints` and `omitted`
    are what the user asked for and asked to leave out, by the names in hints.toml. Where `is_titled`, `safe` was asked
    for too, and is veiled in the end.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        seed: int,
        palette: Palette,
        treatment: Treatment,
        safe: Box,
        hints: frozenset[str] = frozenset(),
        omitted: frozenset[str] = frozenset(),
        is_titled: bool = False,
    ) -> None:
        self.width, self.height = width, height
        self.unit = min(width, height) / 100
        self.rng = random.Random(seed)
        self.palette, self.treatment, self.safe = palette, treatment, safe
        self.hints, self.omitted, self.is_titled = hints, omitted, is_titled
        self.density = self.rng.uniform(0.15, 0.35) if treatment.minimal else self.rng.uniform(0.45, 1.0)
        self.sun = self._away_from_safe()
        self._definitions: dict[tuple[str, str, str], str] = {}
        self._body: list[str] = []

    @property
    def is_wide(self) -> bool:
        return self.width > 1.15 * self.height

    @property
    def is_tall(self) -> bool:
        return self.height > 1.15 * self.width

    @property
    def lit_from_left(self) -> bool:
        return self.sun[0] < self.width / 2

    def quiet(self, x: float, y: float) -> float:
        """How much a motif should hold back here: 1 in the safe area, 0 a fifth of the canvas away from it."""
        dx = max(self.safe.x - x, x - self.safe.right, 0) / self.width
        dy = max(self.safe.y - y, y - self.safe.bottom, 0) / self.height
        return max(0.0, 1 - 5 * math.hypot(dx, dy))

    @property
    def is_quiet_below(self) -> bool:
        return self.safe.y > 0.4 * self.height

    @property
    def is_quiet_amid(self) -> bool:
        return self.safe.x > 0 and self.safe.right < 0.99 * self.width

    def count(self, least: int, most: int) -> int:
        """How many of something, by the scene's density."""
        return round(least + (most - least) * self.density)

    def choose(self, *names: str) -> str:
        """One of these: what was asked for, else any that was not asked to be left out. Repeated ones are likelier."""
        allowed = [name for name in names if name not in self.omitted] or list(names)
        return self.rng.choice([name for name in allowed if name in self.hints] or allowed)

    def shows(self, name: str, likelihood: float) -> bool:
        """Whether to draw something that may as well be left out."""
        chance = self.rng.random()
        return name not in self.omitted and (name in self.hints or chance < likelihood)

    # Elements

    def add(self, tag: str, **attributes: Value) -> None:
        """`fill_opacity=…` becomes `fill-opacity`; what is None is left out."""
        self._body.append(f"<{tag}{_written(attributes)}/>")

    @contextmanager
    def group(self, **attributes: Value) -> Iterator[None]:
        self._body.append(f"<g{_written(attributes)}>")
        yield
        self._body.append("</g>")

    def rect(self, x: float, y: float, width: float, height: float, **attributes: Value) -> None:
        self.add("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), **attributes)

    def circle(self, x: float, y: float, radius: float, **attributes: Value) -> None:
        self.add("circle", cx=x, cy=y, r=radius, **attributes)

    def ellipse(self, x: float, y: float, radius_x: float, radius_y: float, **attributes: Value) -> None:
        self.add("ellipse", cx=x, cy=y, rx=radius_x, ry=radius_y, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: Value) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)

    def polygon(self, points: Sequence[Point], **attributes: Value) -> None:
        self.add("polygon", points=geometry.pairs(points), **attributes)

    def polyline(self, points: Sequence[Point], **attributes: Value) -> None:
        self.add("polyline", points=geometry.pairs(points), **{"fill": "none", **attributes})

    def path(self, d: str, **attributes: Value) -> None:
        self.add("path", d=d, **attributes)

    def smooth(self, points: Sequence[Point], closed: bool = False) -> str:
        """Path data of a curve through all points."""
        return geometry.smooth(points, closed)

    # Paint

    def linear(self, stops: Sequence[Stop], angle_deg: float = 90) -> str:
        """Over the box of what is painted: 0 is left to right, 90 top to bottom. Answers `url(#…)`."""
        dx, dy = math.cos(math.radians(angle_deg)) / 2, math.sin(math.radians(angle_deg)) / 2
        ends = _written({"x1": 0.5 - dx, "y1": 0.5 - dy, "x2": 0.5 + dx, "y2": 0.5 + dy})
        return self._define("linearGradient", ends, _stops(stops))

    def radial(self, stops: Sequence[Stop], cx: float, cy: float, r: float) -> str:
        """From a centre on the canvas, in its units. Answers `url(#…)`."""
        place = _written({"gradientUnits": "userSpaceOnUse", "cx": cx, "cy": cy, "r": max(0.01, r)})
        return self._define("radialGradient", place, _stops(stops))

    def clip(self, d: str) -> str:
        """For `clip_path`: what is outside of this path is not drawn."""
        return self._define("clipPath", "", f"<path{_written({'d': d})}/>")

    def fill(self, colour: str, *, shade: float = 0.1, angle_deg: float = 90, weight: float = 1) -> Paint:
        """Attributes that paint a body in this colour as the treatment has it: shaded, flat, or as lines on paper.

        `weight` is that of the lines: less than 1 for what is small.
        """
        if self.treatment.outline:
            return {"fill": self.paper(colour), "stroke": self.pen(), "stroke_width": 0.28 * weight * self.unit}
        if self.treatment.flat or not shade:
            return {"fill": colour}
        return {"fill": self.linear([(0, lighten(colour, shade)), (1, darken(colour, shade))], angle_deg)}

    def paper(self, colour: str | None = None) -> str:
        """What lines are drawn on: the backdrop's colour with a tint of the body's."""
        ground = mix(self.palette.sky[0], self.palette.sky[2], 0.5)
        return mix(ground, colour, 0.22) if colour else ground

    def pen(self) -> str:
        """The colour of lines in `outline`, plain to see on the paper."""
        return max(self.palette.ink, self.palette.light, key=lambda colour: contrast(colour, self.paper()))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.6) -> None:
        """Light around a place. Nothing where the treatment has no soft light."""
        if self.treatment.is_soft:
            stops = [(at, colour, strength * share) for at, share in FALLOFF]
            self.circle(x, y, radius, fill=self.radial(stops, x, y, radius))

    def haze(self, top: float, bottom: float, colour: str | None = None, strength: float = 0.5) -> None:
        """A veil over the whole width, clear at the top and thickest at the bottom."""
        if self.treatment.is_soft:
            colour = colour or self.palette.horizon
            fill = self.linear([(0, colour, 0), (0.5, colour, 0.35 * strength), (1, colour, strength)])
            self.rect(0, top, self.width, bottom - top, fill=fill)

    def backdrop(self) -> None:
        """The sky, and the glow of its light."""
        top, middle, bottom = self.palette.sky
        fill = middle
        if self.treatment.outline:
            fill = self.paper()
        elif not self.treatment.flat:
            fill = self.linear([(0, top), (0.55, middle), (1, bottom)])
        self.rect(0, 0, self.width, self.height, fill=fill)
        reach = 0.55 * max(self.width, self.height)
        colour = saturate(mix(self.palette.horizon, self.palette.light, 0.45), 1.4)
        self.glow(*self.sun, reach, colour, 0.4 if self.palette.is_dark else 0.6)

    def finish(self) -> None:
        """The veil behind a title, and what the treatment puts over everything: a lens's dark rim, a paper's grain."""
        if self.is_titled:
            self._veil(0.7)
        if self.treatment.cinematic:
            self._vignette(0.8 if self.palette.is_dark else 0.4)
        if self.treatment.grain:
            size = 128 * max(self.width, self.height) / 1344
            tile = _written({"width": size, "height": size, "patternUnits": "userSpaceOnUse"})
            image = _written(
                {"width": size, "height": size, "href": raster.grain(), "image_rendering": "optimizeSpeed"}
            )
            self.rect(0, 0, self.width, self.height, fill=self._define("pattern", tile, f"<image{image}/>"))

    def _veil(self, strength: float) -> None:
        """Mist over the safe area, which thins out beyond its edge."""
        safe, colour = self.safe, self.paper() if self.treatment.outline else self.palette.sky[1]
        stops: list[Stop] = [(0, colour, strength), (0.6, colour, 0.8 * strength), (1, colour, 0.0)]
        if self.is_quiet_amid:
            (x, y), reach = safe.centre, 0.75 * max(safe.width, safe.height)
            self.circle(x, y, reach, fill=self.radial(stops, x, y, reach))
        elif safe.height < self.height:
            top, angle = (0.0, 90) if safe.y == 0 else (safe.y - 0.35 * safe.height, 270)
            self.rect(0, top, self.width, 1.35 * safe.height, fill=self.linear(stops, angle))
        else:
            left, angle = (0.0, 0) if safe.x == 0 else (safe.x - 0.35 * safe.width, 180)
            self.rect(left, 0, 1.35 * safe.width, self.height, fill=self.linear(stops, angle))

    def _vignette(self, strength: float) -> None:
        x, y, reach = self.width / 2, self.height / 2, 0.62 * math.hypot(self.width, self.height)
        stops: list[Stop] = [(0, self.palette.ink, 0.0), (0.5, self.palette.ink, 0.0), (1, self.palette.ink, strength)]
        # With a hole where nothing would be seen of it: painting less is faster.
        hole = f"M{number(x - reach / 2)} {number(y)}" + "".join(
            f"a{number(reach / 2)} {number(reach / 2)} 0 1 0 {number(side * reach)} 0" for side in (1, -1)
        )
        edges = f"M0 0H{self.width}V{self.height}H0Z"
        self.path(edges + hole + "Z", fill=self.radial(stops, x, y, reach), fill_rule="evenodd")

    # The document

    def svg(self) -> str:
        definitions = "".join(
            f'<{tag} id="{name}"{attributes}>{content}</{tag}>'
            for (tag, attributes, content), name in self._definitions.items()
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}"><defs>{definitions}</defs>{"".join(self._body)}</svg>'
        )

    def _define(self, tag: str, attributes: str, content: str) -> str:
        name = self._definitions.setdefault((tag, attributes, content), f"d{len(self._definitions)}")
        return f"url(#{name})"

    def _away_from_safe(self) -> Point:
        centre_x, centre_y = self.safe.centre
        aside = abs(centre_x - self.width / 2) > 0.08 * self.width
        on_the_right = centre_x < self.width / 2 if aside else self.rng.random() < 0.5
        x = self.rng.uniform(0.6, 0.88) if on_the_right else self.rng.uniform(0.12, 0.4)
        low = self.rng.uniform(0.12, 0.32) if centre_y > 0.4 * self.height else self.rng.uniform(0.4, 0.5)
        return x * self.width, low * self.height


def _stops(stops: Sequence[Stop]) -> str:
    """With colours in between that OKLab has there: an SVG mixes in sRGB, which is grey half way between hues."""
    full = [(at, colour, rest[0] if rest else 1.0) for at, colour, *rest in stops]
    parts = []
    for (at, colour, alpha), (to, other, fading) in itertools.pairwise(full):
        steps = 1 + min(3, int(difference(colour, other) / 0.06))
        for t in (step / steps for step in range(steps)):
            parts.append(_stop(at + (to - at) * t, mix(colour, other, t), alpha + (fading - alpha) * t))
    return "".join(parts) + _stop(*full[-1])


def _stop(at: float, colour: str, alpha: float) -> str:
    opacity = f' stop-opacity="{alpha:.3f}"' if alpha < 1 else ""
    return f'<stop offset="{at:.3f}" stop-color="{colour}"{opacity}/>'


def _written(attributes: Paint) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
