"""Colours that flow into each other, bare or with something simple in front."""

import math
from collections.abc import Callable
from typing import NamedTuple

from errand.images.scenes import raster
from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import Lab, darken, difference, from_lab, lab, lighten, mix
from errand.images.scenes.noise import Noise


class Pole(NamedTuple):
    """A colour that is at its purest in one place; the place is in shares of the canvas."""

    x: float
    y: float
    colour: Lab
    chroma: float
    weight: float


def draw(canvas: Canvas) -> str:
    if canvas.treatment.is_soft:
        _field(canvas)
    else:
        _bands(canvas)
    fronts = {"spheres": _orbs, "panes": _panes, "rings": _arcs, "bare": _nothing}
    return fronts[canvas.choose("spheres", "spheres", "panes", "panes", "rings", "rings", "bare")](canvas)


def _field(canvas: Canvas) -> None:
    """A small picture, scaled up: far cheaper than blurred shapes, and mixed in OKLab."""
    columns, rows = _grid(canvas)
    poles, swirl = _poles(canvas), _swirl(canvas)
    aspect = canvas.width / canvas.height
    picture = []
    for row in range(rows):
        y = (row + 0.5) / rows
        line = (_colour_at(poles, *swirl((column + 0.5) / columns, y), aspect) for column in range(columns))
        picture.append(b"".join(bytes.fromhex(colour[1:]) for colour in line))
    # Beyond the edges, where scaling has only half of what it needs.
    x, y = canvas.width / (columns - 2), canvas.height / (rows - 2)
    canvas.add(
        "image",
        x=-x,
        y=-y,
        width=canvas.width + 2 * x,
        height=canvas.height + 2 * y,
        preserveAspectRatio="none",
        href=raster.data_uri(picture),
        # Twice as fast as the default, bicubic; the cells are small enough for it not to show.
        style="image-rendering:smooth",
    )


def _grid(canvas: Canvas) -> tuple[int, int]:
    """Cells by columns and rows: about 2,000, whatever the ratio."""
    columns = max(5, min(200, round(math.sqrt(2000 * canvas.width / canvas.height))))
    return columns, max(5, min(200, round(2000 / columns)))


def _poles(canvas: Canvas) -> list[Pole]:
    rng, palette = canvas.rng, canvas.palette
    ground = [palette.sky[0], palette.sky[1], palette.sky[2]]
    kin = sorted(palette.accents, key=lambda accent: difference(accent, palette.accents[0]))[:3]
    lively = [*kin, palette.accents[0], palette.ink if palette.is_dark else palette.light]
    rng.shuffle(lively)
    chosen = [*ground, *lively[: canvas.count(2, 5) + canvas.treatment.rich]]
    corners = [
        (0.0, 0.0),
        (1.0, 0.1),
        (0.1, 1.0),
        (0.95, 0.95),
        (0.5, 0.45),
        (0.75, 0.2),
        (0.25, 0.7),
        (0.6, 0.8),
        (0.9, 0.5),
    ]
    rng.shuffle(corners)
    poles = []
    for (x, y), colour in zip(corners, chosen, strict=False):
        x, y = x + rng.uniform(-0.16, 0.16), y + rng.uniform(-0.16, 0.16)
        quiet = canvas.quiet(x * canvas.width, y * canvas.height)
        pure = lab(mix(colour, palette.sky[1], 0.85 * quiet))
        poles.append(Pole(x, y, pure, pure.chroma, rng.uniform(0.6, 1.5)))
    return poles


def _swirl(canvas: Canvas) -> Callable[[float, float], tuple[float, float]]:
    """Bends the field, so that its borders look like smoke rather than like circles."""
    first, second = Noise(canvas.rng), Noise(canvas.rng)
    bend, turn = canvas.rng.uniform(0.1, 0.35), canvas.rng.uniform(-0.6, 0.6)

    def swirl(x: float, y: float) -> tuple[float, float]:
        along, across = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
        return (
            x + bend * (first.at(9 + 2.2 * across) - 0.5) * 2,
            y + bend * (second.at(9 + 2.2 * along) - 0.5) * 2,
        )

    return swirl


def _colour_at(poles: list[Pole], x: float, y: float, aspect: float) -> str:
    lightness = a = b = chroma = total = 0.0
    across, along = (aspect, 1.0) if aspect < 1 else (1.0, 1 / aspect)
    for pole_x, pole_y, colour, pole_chroma, weight in poles:
        distance = ((pole_x - x) * across) ** 2 + ((pole_y - y) * along) ** 2
        share = weight / (distance + 0.006) ** 1.7
        total += share
        lightness += share * colour.lightness
        a += share * colour.a
        b += share * colour.b
        chroma += share * pole_chroma
    # Between hues that oppose each other lies grey: half of the chroma that is lost on the way is given back.
    vivid = 0.5 + 0.5 * min(3.0, chroma / max(1e-6, math.hypot(a, b)))
    return from_lab(lightness / total, vivid * a / total, vivid * b / total)


def _bands(canvas: Canvas) -> None:
    """Without soft light, colours meet at curved borders."""
    canvas.backdrop()
    noise = Noise(canvas.rng)
    count = canvas.count(3, 6)
    for at, colour in enumerate(canvas.palette.ramp(count)):
        level = canvas.height * (0.25 + 0.75 * at / count)
        points = [
            (canvas.width * t / 8, level + 0.3 * canvas.height * (noise.at(0.5 * t + 3.7 * at) - 0.5))
            for t in range(-1, 10)
        ]
        canvas.path(canvas.smooth(points) + f"V{canvas.height}H{-canvas.width}Z", **canvas.fill(colour))


# What is in front


def _nothing(canvas: Canvas) -> str:
    return "soft colours that flow into each other"


def _orbs(canvas: Canvas) -> str:
    """Balls of glass, lit from where the light is."""
    count = canvas.count(2, 5)
    for _ in range(count):
        radius = canvas.unit * canvas.rng.uniform(6, 30)
        x, y = _busy_place(canvas, radius)
        _orb(canvas, x, y, radius, canvas.rng.choice(canvas.palette.accents))
    return f"{_number(count)} smooth spheres in front of colours that flow into each other"


def _orb(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    if not canvas.treatment.is_soft:
        canvas.circle(x, y, radius, **canvas.fill(colour))
        return
    side = -1 if canvas.lit_from_left else 1
    shade = [(0, canvas.palette.ink, 0.3), (0.55, canvas.palette.ink, 0.12), (1, canvas.palette.ink, 0.0)]
    under_x, under_y = x - side * 0.3 * radius, y + 0.4 * radius
    canvas.circle(under_x, under_y, 1.25 * radius, fill=canvas.radial(shade, under_x, under_y, 1.25 * radius))
    light = mix(lighten(colour, 0.35), canvas.palette.light, 0.25)
    stops = [(0, light), (0.35, colour), (0.8, darken(colour, 0.24)), (1, mix(darken(colour, 0.15), light, 0.2))]
    canvas.circle(x, y, radius, fill=canvas.radial(stops, x + side * 0.4 * radius, y - 0.42 * radius, 1.5 * radius))


def _panes(canvas: Canvas) -> str:
    """Upright panes of frosted glass, side by side."""
    rng, count = canvas.rng, canvas.count(4, 9)
    light, wide = canvas.palette.light, canvas.width / count
    for at in range(count):
        strength = rng.uniform(0.05, 0.3) * (1 - 0.85 * canvas.quiet((at + 0.5) * wide, canvas.height / 2))
        paint: Paint = {"fill": light, "fill_opacity": strength / 2}
        if canvas.treatment.is_soft:
            paint = {
                "fill": canvas.linear(
                    [(0, light, strength), (0.7, light, 0.0), (1, canvas.palette.ink, 0.6 * strength)], 0
                )
            }
        canvas.rect(at * wide, 0, wide + 0.5, canvas.height, **paint)
    return "panes of fluted glass over colours that flow into each other"


def _arcs(canvas: Canvas) -> str:
    """Rings around the light, wider and fainter."""
    x, y = canvas.sun
    count = canvas.count(4, 9)
    step = canvas.unit * canvas.rng.uniform(7, 12)
    stroke = canvas.pen() if canvas.treatment.outline else canvas.palette.light
    for at in range(count, 0, -1):
        strength = at**-0.5
        canvas.circle(
            x,
            y,
            at * step,
            fill=stroke,
            fill_opacity=0.07 if canvas.palette.is_dark else 0.13,
            stroke=stroke,
            stroke_width=0.22 * canvas.unit,
            stroke_opacity=(0.7 if canvas.palette.is_dark else 1) * strength,
        )
    return "rings of light over colours that flow into each other"


def _busy_place(canvas: Canvas, radius: float) -> tuple[float, float]:
    """Away from the area to be quiet."""
    places = [(canvas.rng.uniform(0, canvas.width), canvas.rng.uniform(0, canvas.height)) for _ in range(8)]
    return min(places, key=lambda place: canvas.safe.contains(place[0], place[1], radius) + canvas.quiet(*place))


def _number(count: int) -> str:
    return ("no", "one", "two", "three", "four", "five")[count]
