"""A map of heights: contour lines, or sheets of paper cut along them."""

import math
from collections.abc import Callable, Mapping, Sequence

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import darken, lab, lighten, lightness, mix
from errand.images.scenes.geometry import Point, number
from errand.images.scenes.heights import Field, contours
from errand.images.scenes.shapes import focus, loudness, ring


def draw(canvas: Canvas) -> str:
    arrangement = ARRANGEMENTS[canvas.choose(*ARRANGEMENTS)]
    field = _land(canvas)
    phrase = arrangement(canvas, field)
    return phrase + (f", with {_trail(canvas, field)}" if canvas.shows("trail", 0.75) else "")


def _land(canvas: Canvas) -> Field:
    """Hills and hollows, and a plain in the safe area; heights lie between 0 and 1."""
    rng = canvas.rng
    across = max(canvas.width, canvas.height) / 34
    x, y = focus(canvas)
    hills = [(x + rng.uniform(-8, 8) * canvas.unit, y + rng.uniform(-8, 8) * canvas.unit, rng.uniform(28, 46), 1.0)]
    for _ in range(canvas.count(4, 11)):
        hills.append(
            (
                rng.uniform(-0.1, 1.1) * canvas.width,
                rng.uniform(-0.1, 1.1) * canvas.height,
                rng.uniform(12, 34),
                rng.uniform(-0.35, 0.8),
            )
        )
    waves = [(rng.uniform(0.5, 2.4), rng.uniform(0, math.tau), rng.uniform(0, math.tau)) for _ in range(4)]
    return Field(canvas.width, canvas.height, across, lambda px, py: _height(canvas, hills, waves, px, py))


def _height(
    canvas: Canvas,
    hills: Sequence[tuple[float, float, float, float]],
    waves: Sequence[tuple[float, float, float]],
    x: float,
    y: float,
) -> float:
    unit = canvas.unit
    total = 0.1
    for hill_x, hill_y, wide, high in hills:
        away = ((x - hill_x) ** 2 + (y - hill_y) ** 2) / (wide * unit) ** 2
        if away < 6:
            total += high * math.exp(-away)
    for frequency, phase, turn in waves:
        total += 0.05 * math.sin((x * math.cos(turn) + y * math.sin(turn)) * frequency / (9 * unit) + phase)
    return total * (0.3 + 0.7 * loudness(canvas, x, y, 34 * unit))


def _lines(canvas: Canvas, field: Field) -> str:
    unit, palette = canvas.unit, canvas.palette
    canvas.backdrop()
    count = canvas.count(9, 16)
    ink = (
        canvas.pen()
        if canvas.treatment.outline
        else mix(palette.light if palette.is_dark else palette.ink, palette.accents[0], 0.45)
    )
    for at in range(count):
        major = at % 4 == 0
        d = "".join(contours(field, field.level(0.1 + 0.88 * at / count)))
        if d:
            canvas.path(
                d, fill="none", stroke=mix(ink, palette.accents[1], at / count), stroke_linejoin="round",
                stroke_width=(0.42 if major else 0.2) * unit, stroke_opacity=0.85 if major else 0.5,
            )  # fmt: skip
    return "contour lines of a hilly map"


def _sheets(canvas: Canvas, field: Field) -> str:
    """Each level is a sheet that casts a shadow on the one below."""
    unit, palette = canvas.unit, canvas.palette
    canvas.backdrop()
    count = canvas.count(5, 8)
    low, high = palette.sky[1], palette.accents[canvas.rng.randrange(2)]
    side = 1 if canvas.lit_from_left else -1
    shadow = darken(palette.ink, 0.1)
    for at in range(count):
        share = (at + 1) / count
        d = "".join(contours(field, field.level(0.08 + 0.86 * at / count)))
        if not d:
            continue
        if canvas.treatment.is_soft:
            for step, opacity in ((1.5, 0.12), (0.6, 0.15)):
                moved = f"translate({number(side * step * unit)} {number(1.2 * step * unit)})"
                canvas.path(d, fill=shadow, fill_opacity=opacity, transform=moved)
        colour = mix(low, high, 0.12 + 0.88 * share) if share < 0.75 else mix(high, palette.light, 2.4 * (share - 0.75))
        paint = canvas.fill(colour, shade=0.06, angle_deg=60)
        if canvas.treatment.is_soft:
            paint |= {"stroke": lighten(colour, 0.35), "stroke_width": 0.14 * unit}
        canvas.path(d, fill_rule="evenodd", **paint)
    return "hills of cut paper, sheet upon sheet"


def _tinted(canvas: Canvas, field: Field) -> str:
    """A chart of water and land: levels in tints, with thin lines between them."""
    unit, palette = canvas.unit, canvas.palette
    cool = min(palette.accents, key=lambda accent: lab(accent).a + lab(accent).b)
    ground = canvas.rng.choice([accent for accent in palette.accents if accent != cool])
    sea = mix(palette.sky[0], cool, 0.3)
    canvas.rect(0, 0, canvas.width, canvas.height, fill=canvas.paper(sea) if canvas.treatment.outline else sea)
    count = canvas.count(7, 11)
    shore = count // 3
    for at in range(count):
        d = "".join(contours(field, field.level(0.04 + 0.92 * at / count)))
        if not d:
            continue
        wet = at < shore
        deep = mix(sea, palette.light, 0.1 + 0.35 * at / shore)
        dry = mix(mix(palette.light, ground, 0.3), ground, (at - shore) / (count - shore))
        colour = deep if wet else darken(dry, 0.25 * (at - shore) / count)
        line = canvas.pen() if canvas.treatment.outline else palette.light if at == shore else darken(colour, 0.25)
        fill = canvas.paper(colour) if canvas.treatment.outline else colour
        width, opacity = (0.5, 0.95) if at == shore else (0.14, 0.5)
        canvas.path(d, fill=fill, fill_rule="evenodd", stroke=line, stroke_width=width * unit, stroke_opacity=opacity)
    canvas.glow(*canvas.sun, 0.45 * max(canvas.width, canvas.height), palette.light, 0.35)
    return "a chart of islands and shallow water in tints"


def _trail(canvas: Canvas, field: Field) -> str:
    """A dashed way that climbs to the highest place, with a pin at its end."""
    unit, palette = canvas.unit, canvas.palette
    way = _climb(canvas, field)
    colour = canvas.pen() if canvas.treatment.outline else _bold(canvas)
    d = canvas.smooth(way)
    if canvas.treatment.is_soft:
        under = palette.light if lightness(colour) < 0.6 else palette.ink
        canvas.path(d, fill="none", stroke=under, stroke_width=1.6 * unit, stroke_opacity=0.45, stroke_linecap="round")
    dashes = f"{number(1.5 * unit)} {number(1.5 * unit)}"
    canvas.path(d, fill="none", stroke=colour, stroke_width=0.7 * unit, stroke_dasharray=dashes, stroke_linecap="round")
    canvas.circle(*way[0], 1.3 * unit, fill=palette.light, stroke=colour, stroke_width=0.6 * unit)
    _pin(canvas, way[-1], colour)
    return "a dashed trail up to a pin"


def _bold(canvas: Canvas) -> str:
    return canvas.palette.accents[-1] if len(canvas.palette.accents) > 3 else canvas.palette.ink


def _climb(canvas: Canvas, field: Field) -> list[Point]:
    top = max(
        (point for point in field.points() if 0.1 * canvas.width < point[0] < 0.9 * canvas.width
         and 0.2 * canvas.height < point[1] < 0.9 * canvas.height and loudness(canvas, *point) > 0.6),
        key=lambda point: field.height(*point), default=focus(canvas),
    )  # fmt: skip
    turn = canvas.rng.uniform(0, math.tau)
    bend = canvas.rng.choice((-1, 1))
    reach = 34 * canvas.unit
    starts = [(top[0] + reach * math.cos(turn + at), top[1] + reach * math.sin(turn + at)) for at in range(6)]
    inside = [at for at in starts if 0 < at[0] < canvas.width and 0 < at[1] < canvas.height] or starts
    start = max(inside, key=lambda at: loudness(canvas, *at))
    way = []
    for step in range(9):
        t = step / 8
        aside = bend * 7 * canvas.unit * math.sin(2.2 * math.pi * t) * (1 - 0.4 * t)
        dx, dy = (top[0] - start[0]) / reach, (top[1] - start[1]) / reach
        way.append((start[0] + (top[0] - start[0]) * t - dy * aside, start[1] + (top[1] - start[1]) * t + dx * aside))
    return way


def _pin(canvas: Canvas, place: Point, colour: str) -> None:
    unit, (x, y) = canvas.unit, place
    r = 2.6 * unit
    if canvas.treatment.is_soft:
        canvas.ellipse(x + unit, y, 2.4 * unit, 0.8 * unit, fill=canvas.palette.ink, fill_opacity=0.3)
    d = (
        f"M{number(x)} {number(y)}C{number(x - 0.5 * r)} {number(y - 1.1 * r)} {number(x - r)} {number(y - 1.5 * r)}"
        f" {number(x - r)} {number(y - 2.2 * r)}A{number(r)} {number(r)} 0 0 1 {number(x + r)} {number(y - 2.2 * r)}"
        f"C{number(x + r)} {number(y - 1.5 * r)} {number(x + 0.5 * r)} {number(y - 1.1 * r)} {number(x)} {number(y)}Z"
    )
    canvas.path(d, **canvas.fill(colour, shade=0.15))
    canvas.path(ring(x, y - 2.2 * r, 0.4 * r), fill=canvas.palette.light)


ARRANGEMENTS: Mapping[str, Callable[[Canvas, Field], str]] = {
    "contours": _lines,
    "paper": _sheets,
    "islands": _tinted,
}
