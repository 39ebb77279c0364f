"""Leaves and flowers. Each grows from a place at an angle, 0 to the right and a quarter turn upwards, by a length."""

import math
from collections.abc import Mapping

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.geometry import Point, number, smooth
from errand.images.scenes.shapes import outline, ring


def leaf(canvas: Canvas, kind: str, place: Point, angle: float, length: float, colour: str) -> None:
    """With a shadow below it. The inner coordinates run from (0, 0) to (100, 0)."""
    scale = length / 100
    turn = f"rotate({number(-math.degrees(angle))}) scale({scale:.4f})"
    if canvas.treatment.is_soft:
        side = 0.9 * canvas.unit if canvas.lit_from_left else -0.9 * canvas.unit
        moved = f"translate({number(place[0] + side)} {number(place[1] + 1.1 * canvas.unit)}) {turn}"
        canvas.path(SHAPES[kind], fill=canvas.palette.ink, fill_opacity=0.13, transform=moved)
    with canvas.group(transform=f"translate({number(place[0])} {number(place[1])}) {turn}"):
        _blade(canvas, kind, colour, canvas.unit / scale)


def _blade(canvas: Canvas, kind: str, colour: str, unit: float) -> None:
    """`unit` is the canvas' unit in inner coordinates."""
    vein = canvas.pen() if canvas.treatment.outline else lighten(colour, 0.28)
    paint: Paint = {"fill": colour}
    if canvas.treatment.outline:
        paint = {"fill": canvas.paper(colour), "stroke": canvas.pen(), "stroke_width": 0.24 * unit}
    elif canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, darken(colour, 0.22)), (1, lighten(colour, 0.16))], 0)}
    canvas.path(SHAPES[kind], **paint)
    if kind in HALVES and not canvas.treatment.outline:
        canvas.path(HALVES[kind], fill=darken(colour, 0.35), fill_opacity=0.32)
    canvas.path(
        VEINS[kind], fill="none", stroke=vein, stroke_width=0.2 * unit, stroke_opacity=0.6, stroke_linecap="round"
    )


def flower(canvas: Canvas, place: Point, radius: float, colour: str) -> None:
    """Seen from above: petals in one or two rounds, and a heart."""
    rng, (x, y) = canvas.rng, place
    count, slim = rng.choice(((5, 0.9), (6, 0.75), (8, 0.6), (13, 0.36)))
    rounds = 2 if count < 13 and rng.random() < 0.5 else 1
    for at in range(rounds):
        reach, turn = radius * (1 - 0.36 * at), rng.uniform(0, 360)
        tone = lighten(colour, 0.18 * at)
        petals = "".join(_petal(x, y, reach, slim, math.radians(turn + 360 * step / count)) for step in range(count))
        paint = canvas.fill(tone, weight=0.7)
        if canvas.treatment.is_soft:
            stops = [(0, darken(tone, 0.3)), (0.45, tone), (1, lighten(tone, 0.22))]
            paint = {"fill": canvas.radial(stops, x, y, reach)}
            paint |= {"stroke": darken(tone, 0.12), "stroke_width": 0.1 * canvas.unit}
        canvas.path(petals, **paint)
    heart = mix(canvas.palette.accents[2], canvas.palette.light, 0.2)
    canvas.circle(x, y, 0.2 * radius, **canvas.fill(heart, shade=0.15, weight=0.7))
    seeds = "".join(
        ring(x + 0.13 * radius * math.cos(at), y + 0.13 * radius * math.sin(at), 0.022 * radius) for at in range(7)
    )
    canvas.path(seeds, fill=canvas.pen() if canvas.treatment.outline else darken(heart, 0.4))


def _petal(x: float, y: float, radius: float, slim: float, turn: float) -> str:
    def at(along: float, aside: float) -> str:
        ax, ay = along * radius, aside * radius * slim
        px = x + ax * math.cos(turn) - ay * math.sin(turn)
        return f"{number(px)} {number(y + ax * math.sin(turn) + ay * math.cos(turn))}"

    foot = f"{number(x)} {number(y)}"
    return f"M{foot}C{at(0.3, -0.6)} {at(0.95, -0.75)} {at(1, 0)}C{at(0.95, 0.75)} {at(0.3, 0.6)} {foot}Z"


def _monstera() -> str:
    """A heart with slits from the rim towards the rib."""
    upper: list[Point] = [(8, 0), (0, -16), (6, -34), (22, -45)]
    for along, reach in ((34, 47), (50, 43), (65, 36), (79, 26)):
        upper += [(along, -reach), (along - 3, -0.36 * reach), (along + 4, -0.34 * reach), (along + 9, -0.9 * reach)]
    lower = [(x, -y) for x, y in reversed(upper)]
    return smooth([*upper, (103, 0), *lower], closed=True)


def _fern() -> str:
    """Pairs of slim leaflets, shorter towards the tip."""
    parts = []
    for step in range(17):
        x, reach = 10 + 5.3 * step, 25 * math.sin(math.pi * (0.1 + 0.88 * (1 - step / 17))) + 2
        for side in (-1, 1):
            tip = f"{number(x + 0.55 * reach)} {number(side * reach)}"
            inner = f"{number(x + 0.12 * reach - 1.5)} {number(side * 0.55 * reach)}"
            outer = f"{number(x + 0.35 * reach + 1.6)} {number(side * 0.45 * reach)}"
            parts.append(f"M{number(x - 1.6)} 0Q{inner} {tip}Q{outer} {number(x + 1.6)} 0Z")
    return "".join(parts) + "M0 -0.7L102 -0.2V0.2L0 0.7Z"


def _palm() -> str:
    """Long fingers from one point."""
    parts = []
    for step in range(11):
        turn = math.radians(-75 + 15 * step)
        reach = 66 - 0.012 * (15 * step - 75) ** 2 / 2
        dx, dy = math.cos(turn), math.sin(turn)
        tip, aside = (30 + reach * dx, reach * dy), (-5 * dy, 5 * dx)
        half = (30 + 0.5 * reach * dx, 0.5 * reach * dy)
        first = f"{number(half[0] + aside[0])} {number(half[1] + aside[1])}"
        last = f"{number(half[0] - aside[0])} {number(half[1] - aside[1])}"
        parts.append(f"M30 0Q{first} {number(tip[0])} {number(tip[1])}Q{last} 30 0Z")
    return "".join(parts) + "M0 -1L32 -0.6V0.6L0 1Z"


def _eucalyptus() -> str:
    """Round leaves in pairs along a stem."""
    parts = []
    for step in range(8):
        x, size = 14 + 11.2 * step, 9.2 - 0.72 * step
        for side in (-1, 1):
            parts.append(ring(x + 0.3 * size, side * size * 1.02, size))
    return "".join(parts) + ring(100, 0, 3.4) + "M0 -0.8L100 -0.4V0.4L0 0.8Z"


def _twig() -> str:
    """Pointed leaves by turns along a stem."""
    parts = []
    for step in range(9):
        x, side, reach = 12 + 9 * step, -1 if step % 2 else 1, 27 - 1.6 * step
        tip = f"{number(x + 0.86 * reach)} {number(side * 0.7 * reach)}"
        parts.append(
            f"M{x} 0Q{number(x + 0.05 * reach)} {number(side * 0.6 * reach)} {tip}"
            f"Q{number(x + 0.8 * reach)} {number(side * 0.08 * reach)} {x} 0Z"
        )
    return "".join(parts) + "M88 0Q96 -7 108 0Q96 7 88 0Z" + "M0 -0.7L90 -0.3V0.3L0 0.7Z"


def _ribs(pairs: int, reach: float) -> str:
    parts = ["M-8 0L97 0"]
    for along in (at / pairs for at in range(pairs)):
        x, high = 14 + 72 * along, reach * math.sin(math.pi * (0.2 + 0.7 * along))
        tip = x + 10 + 0.3 * reach
        parts.append(outline([(tip, -high), (x, 0), (tip, high)], closed=False))
    return "".join(parts)


_OVAL = "M0 0C16 -30 60 -34 100 0C60 34 16 30 0 0Z"
_LANCE = "M0 0C22 -17 64 -15 100 0C64 15 22 17 0 0Z"
SHAPES: Mapping[str, str] = {
    "oval": _OVAL,
    "lance": _LANCE,
    "monstera": _monstera(),
    "fern": _fern(),
    "palm": _palm(),
    "eucalyptus": _eucalyptus(),
    "twig": _twig(),
}
# The side of a blade that lies in the shade.
HALVES: Mapping[str, str] = {"oval": "M0 0L100 0C60 34 16 30 0 0Z", "lance": "M0 0L100 0C64 15 22 17 0 0Z"}
VEINS: Mapping[str, str] = {
    "oval": _ribs(6, 15),
    "lance": "M-8 0L97 0",
    "monstera": "M-25 0L98 0"
    + "M20 0L12 -28M20 0L12 28M38 0L46 -32M38 0L46 32M56 0L63 -26M56 0L63 26M72 0L78 -18M72 0L78 18",
    "fern": "M0 0L98 0",
    "palm": "M0 0L30 0",
    "eucalyptus": "M0 0L98 0",
    "twig": "M0 0L98 0",
}
