"""Circles, arcs and tiles."""

import math
from collections.abc import Callable, Mapping, Sequence

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.geometry import Point, number
from errand.images.scenes.shapes import box, fading, focus, in_one, loudness, outline, ring


def draw(canvas: Canvas) -> str:
    arrangement = ARRANGEMENTS[canvas.choose(*ARRANGEMENTS)]
    canvas.backdrop()
    return arrangement(canvas)


def _cells(canvas: Canvas, size: float) -> list[tuple[float, float, float]]:
    """Squares that fill the width exactly: their left, top and side."""
    columns = max(2, round(canvas.width / size))
    side = canvas.width / columns
    rows = math.ceil(canvas.height / side)
    top = (canvas.height - rows * side) / 2
    return [(column * side, top + row * side, side) for row in range(rows) for column in range(columns)]


def _is_free(canvas: Canvas, x: float, y: float, side: float) -> bool:
    """Whether a square reaches into the safe area by no more than a little."""
    safe = canvas.safe
    wide = min(x + side, safe.right) - max(x, safe.x)
    high = min(y + side, safe.bottom) - max(y, safe.y)
    return wide < 0.25 * side or high < 0.25 * side


def _colours(canvas: Canvas) -> tuple[str, ...]:
    palette = canvas.palette
    return (*palette.accents, mix(palette.light, palette.horizon, 0.2), mix(palette.ink, palette.accents[0], 0.12))


# Tiles


def _tiles(canvas: Canvas) -> str:
    rng = canvas.rng
    colours, kinds = _colours(canvas), rng.sample(list(TILES), 5)
    for x, y, side in _cells(canvas, rng.choice((14, 19, 26)) * canvas.unit * (1.4 if canvas.treatment.minimal else 1)):
        if not _is_free(canvas, x, y, side):
            continue
        ground, figure = rng.sample(colours, 2)
        if rng.random() < 0.16:
            continue
        if rng.random() < 0.72:
            canvas.rect(x, y, side + 0.3, side + 0.3, **_paint(canvas, ground))
        with canvas.group(transform=_turned(x, y, side, rng.randrange(4))):
            TILES[rng.choice(kinds)](canvas, side, figure)
    return "a grid of tiles with circles, arcs and stripes"


def _turned(x: float, y: float, side: float, quarters: int) -> str:
    half = number(side / 2)
    return f"translate({number(x)} {number(y)}) rotate({90 * quarters} {half} {half})"


def _paint(canvas: Canvas, colour: str) -> Paint:
    return canvas.fill(colour, shade=0.07, angle_deg=45 if canvas.lit_from_left else 135)


def _quarter(canvas: Canvas, side: float, colour: str) -> None:
    canvas.path(_pie(0, 0, side), **_paint(canvas, colour))


def _pie(x: float, y: float, radius: float) -> str:
    r = number(radius)
    return f"M{number(x)} {number(y)}h{r}A{r} {r} 0 0 1 {number(x)} {number(y + radius)}Z"


def _half(canvas: Canvas, side: float, colour: str) -> None:
    r = number(side / 2)
    canvas.path(f"M0 {r}A{r} {r} 0 0 1 {number(side)} {r}Z", **_paint(canvas, colour))


def _circle(canvas: Canvas, side: float, colour: str) -> None:
    canvas.circle(side / 2, side / 2, 0.5 * side, **_paint(canvas, colour))
    canvas.circle(side / 2, side / 2, 0.2 * side, **_paint(canvas, canvas.rng.choice(_colours(canvas))))


def _leaf(canvas: Canvas, side: float, colour: str) -> None:
    s = number(side)
    canvas.path(f"M0 0A{s} {s} 0 0 1 {s} {s}A{s} {s} 0 0 1 0 0Z", **_paint(canvas, colour))


def _rainbow(canvas: Canvas, side: float, colour: str) -> None:
    colours = _colours(canvas)
    for step, share in enumerate((1.0, 0.75, 0.5, 0.25)):
        tone = colour if step % 2 == 0 else colours[(step + colours.index(colour)) % len(colours)]
        canvas.path(_pie(0, 0, share * side), **_paint(canvas, tone))


def _stripes(canvas: Canvas, side: float, colour: str) -> None:
    d = "".join(box(0, side * (2 * at + 0.5) / 10, side, side / 10) for at in range(5))
    canvas.path(d, **_paint(canvas, colour))


def _dots(canvas: Canvas, side: float, colour: str) -> None:
    steps = [(at + 0.5) / 5 for at in range(5)]
    d = "".join(ring(x * side, y * side, side * 0.075 * (0.35 + y)) for x in steps for y in steps)
    canvas.path(d, fill=canvas.pen() if canvas.treatment.outline else colour)


def _triangle(canvas: Canvas, side: float, colour: str) -> None:
    canvas.polygon([(0, 0), (side, 0), (0, side)], **_paint(canvas, colour))


# Truchet


def _weave(canvas: Canvas) -> str:
    """Quarter arcs from side to side of each square, which join to long ways."""
    rng = canvas.rng
    cells = _cells(canvas, rng.uniform(15, 27) * canvas.unit)
    side, accents = cells[0][2], canvas.palette.accents
    turns = [rng.random() < 0.5 for _ in cells]
    lanes = rng.choice(((0.5,), (0.42, 0.58), (0.36, 0.5, 0.64)))
    first, second, bed = (accents[(rng.randrange(len(accents)) + at) % len(accents)] for at in range(3))
    middle = "".join(_arcs(cell, 0.5, turned) for cell, turned in zip(cells, turns, strict=True))
    _way(canvas, middle, mix(bed, canvas.palette.ink, 0.45), 0.46 * side)
    for share in lanes:
        d = "".join(_arcs(cell, share, turned) for cell, turned in zip(cells, turns, strict=True))
        width = 0.3 * side / len(lanes)
        _way(canvas, d, first if abs(share - 0.5) < 0.01 else second, width)
        if canvas.treatment.is_soft and len(lanes) == 1:
            _way(canvas, d, lighten(first if share == 0.5 else second, 0.4), 0.2 * width)
    return "interlaced ribbons of quarter circles"


def _way(canvas: Canvas, d: str, colour: str, width: float) -> None:
    if canvas.treatment.outline:
        colour, width = canvas.pen(), 0.4 * canvas.unit
    canvas.path(d, fill="none", stroke=fading(canvas, colour), stroke_width=width)


def _arcs(cell: tuple[float, float, float], share: float, turned: bool) -> str:
    x, y, side = cell
    a, b = number(share * side), number((1 - share) * side)
    right, bottom = number(x + side), number(y + side)
    if turned:
        first = f"M{number(x + share * side)} {number(y)}A{a} {a} 0 0 1 {number(x)} {number(y + share * side)}"
        return first + f"M{right} {number(y + share * side)}A{b} {b} 0 0 0 {number(x + share * side)} {bottom}"
    first = f"M{number(x + side - float(a))} {number(y)}A{a} {a} 0 0 0 {right} {number(y + share * side)}"
    return first + f"M{number(x)} {number(y + share * side)}A{b} {b} 0 0 1 {number(x + side - share * side)} {bottom}"


# Large shapes


def _overlaps(canvas: Canvas) -> str:
    """Large translucent bodies, a field of dots, thin arcs."""
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    x, y = focus(canvas)
    for at in range(canvas.count(4, 9)):
        radius = rng.uniform(10, 34) * unit
        place = (x + rng.gauss(0, 0.2) * canvas.width, y + rng.gauss(0, 0.2) * canvas.height)
        if loudness(canvas, *place, radius) > 0.75:
            _translucent(canvas, place, radius, palette.accents[at % len(palette.accents)])
    _halftone(canvas, (x + rng.uniform(-20, 20) * unit, y + rng.uniform(-16, 16) * unit), 26 * unit)
    line = canvas.pen() if canvas.treatment.outline else palette.light if palette.is_dark else palette.ink
    place = (x + rng.uniform(-15, 15) * unit, y + rng.uniform(-10, 10) * unit)
    for step in range(canvas.count(2, 6)):
        canvas.circle(
            *place, (16 + 3 * step) * unit, fill="none", stroke=line, stroke_width=0.2 * unit, stroke_opacity=0.5
        )
    return "large translucent circles that overlap, with a field of dots"


def _translucent(canvas: Canvas, place: Point, radius: float, colour: str) -> None:
    x, y = place
    shape = canvas.rng.choice(("circle", "circle", "circle", "half", "square"))
    turn = f"rotate({canvas.rng.randrange(8) * 45} {number(x)} {number(y)})"
    paint: Paint = {"fill": colour, "fill_opacity": 0.7}
    if canvas.treatment.outline:
        paint = canvas.fill(colour) | {"fill_opacity": 0.5}
    elif canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, lighten(colour, 0.2), 0.95), (1, darken(colour, 0.05), 0.35)])}
    if shape == "circle":
        canvas.circle(x, y, radius, transform=turn, **paint)
    elif shape == "half":
        r = number(radius)
        canvas.path(
            f"M{number(x - radius)} {number(y)}A{r} {r} 0 0 1 {number(x + radius)} {number(y)}Z",
            transform=turn,
            **paint,
        )
    else:
        canvas.rect(
            x - 0.7 * radius, y - 0.7 * radius, 1.4 * radius, 1.4 * radius, rx=0.2 * radius, transform=turn, **paint
        )


def _halftone(canvas: Canvas, place: Point, radius: float) -> None:
    """Dots that shrink away from the light."""
    pitch = 2.3 * canvas.unit
    steps = range(-int(radius / pitch), int(radius / pitch) + 1)
    dots = []
    for column in steps:
        for row in steps:
            away = math.hypot(column, row) * pitch / radius
            x, y = place[0] + (column + (row % 2) / 2) * pitch, place[1] + row * 0.87 * pitch
            size = 0.36 * pitch * (1 - away) ** 0.7 if away < 1 else 0
            if size > 0.06 * pitch and loudness(canvas, x, y) > 0.7:
                dots.append(ring(x, y, size))
    colour = (
        canvas.pen()
        if canvas.treatment.outline
        else canvas.palette.light
        if canvas.palette.is_dark
        else canvas.palette.ink
    )
    in_one(canvas, dots, fill=colour, fill_opacity=0.6)


def _arches(canvas: Canvas) -> str:
    """Arches inside of each other, as of paper, and a ball of light in the innermost."""
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    base = canvas.height if canvas.safe.bottom < canvas.height or canvas.safe.height == canvas.height else canvas.safe.y
    x = focus(canvas)[0]
    room = min(x, canvas.width - x) if canvas.safe.height >= canvas.height else 0.4 * canvas.width
    steps = canvas.count(4, 7)
    outer = min(
        1.05 * room,
        62 * unit,
        (base - (canvas.safe.bottom if canvas.safe.y == 0 and canvas.safe.height < canvas.height else 0)) * 0.9,
    )
    middles = [x]
    if canvas.safe.height < canvas.height and canvas.is_wide:
        middles = [x - 1.5 * outer, x + 1.5 * outer, x]
    start = rng.randrange(len(palette.accents))
    if base < canvas.height:
        floor = mix(palette.horizon, palette.accents[start], 0.25)
        canvas.rect(0, base, canvas.width, canvas.height - base + 1, **canvas.fill(floor, shade=0.04))
    for at, middle in enumerate(middles):
        size = outer * (1 if middle == x else 0.72)
        _arch(canvas, middle, base, size, steps, start + at)
    return "paper arches inside of each other around a glowing disc"


def _arch(canvas: Canvas, x: float, base: float, outer: float, steps: int, start: int) -> None:
    palette, unit = canvas.palette, canvas.unit
    rise = 0.35 * outer
    side = 0.6 * unit if canvas.lit_from_left else -0.6 * unit
    for step in range(steps):
        radius = outer * (1 - step / (steps + 0.6))
        colour = mix(palette.accents[(start + step) % len(palette.accents)], palette.horizon, 0.4 * (1 - step / steps))
        r = number(radius)
        top = number(base - min(rise, base - radius))
        d = f"M{number(x - radius)} {number(base)}V{top}A{r} {r} 0 0 1 {number(x + radius)} {top}V{number(base)}Z"
        if canvas.treatment.is_soft:
            for far, opacity in ((1.8, 0.09), (0.8, 0.13)):
                moved = f"translate({number(far * side)} {number(-far * 0.5 * unit)})"
                canvas.path(d, fill=palette.ink, fill_opacity=opacity, transform=moved)
        canvas.path(d, **_paint(canvas, colour))
    inner = outer / (steps + 0.6)
    light = mix(palette.light, palette.accents[start % len(palette.accents)], 0.12)
    canvas.glow(x, base - rise, 3 * inner, light, 0.6)
    canvas.circle(x, base - rise, 0.8 * inner, **canvas.fill(light, shade=0.03))


def _rays(canvas: Canvas) -> str:
    """A disc with wedges around it, over bands of the ground."""
    rng, palette, unit = canvas.rng, canvas.palette, canvas.unit
    x, y = focus(canvas)
    reach, count = 1.2 * math.hypot(canvas.width, canvas.height), rng.choice((18, 24, 32))
    first, second = rng.sample(range(len(palette.accents)), 2)
    wedges: Sequence[list[Point]] = [
        [(x, y), *((x + reach * math.cos(turn), y + reach * math.sin(turn)) for turn in (at, at + math.pi / count))]
        for at in (math.tau * step / count for step in range(count))
    ]
    tint = mix(palette.sky[1], palette.accents[first], 0.35)
    fill = canvas.radial([(0, tint, 0.9), (0.3, tint, 0.45), (0.6, tint, 0.0)], x, y, reach)
    free = "".join(map(outline, wedges))
    if canvas.treatment.outline:
        canvas.path(free, fill="none", stroke=canvas.pen(), stroke_width=0.14 * unit, stroke_opacity=0.3)
    else:
        canvas.path(free, fill=fill if canvas.treatment.is_soft else mix(palette.sky[1], tint, 0.35))
    size = min(rng.uniform(24, 34) * unit, 0.85 * min(y, canvas.height - y))
    for step, share in enumerate((1.0, 0.8, 0.6, 0.4, 0.2)):
        accent = palette.accents[(first if step % 2 else second)]
        _shaded(canvas, (x, y), share * size, mix(accent, palette.light, 0.16 * step))
    for _ in range(canvas.count(3, 8)):
        turn, away = rng.uniform(0, math.tau), rng.uniform(1.3, 2.4) * size
        place = (x + away * math.cos(turn), y + away * math.sin(turn))
        if loudness(canvas, *place) > 0.8:
            _shaded(canvas, place, rng.uniform(1.5, 5) * unit, rng.choice(_colours(canvas)))
    return "a target of rings with rays around it and small discs"


def _shaded(canvas: Canvas, place: Point, radius: float, colour: str) -> None:
    """A disc of paper."""
    side = 0.5 * canvas.unit if canvas.lit_from_left else -0.5 * canvas.unit
    if canvas.treatment.is_soft:
        for far, opacity in ((2.2, 0.06), (1.2, 0.1)):
            canvas.circle(
                place[0] + far * side,
                place[1] + far * 0.6 * canvas.unit,
                radius,
                fill=canvas.palette.ink,
                fill_opacity=opacity,
            )
    canvas.circle(place[0], place[1], radius, **_paint(canvas, colour))


TILES: Mapping[str, Callable[[Canvas, float, str], None]] = {
    "quarter": _quarter,
    "half": _half,
    "circle": _circle,
    "leaf": _leaf,
    "rainbow": _rainbow,
    "stripes": _stripes,
    "dots": _dots,
    "triangle": _triangle,
}
ARRANGEMENTS: Mapping[str, Callable[[Canvas], str]] = {
    "tiles": _tiles,
    "weave": _weave,
    "discs": _overlaps,
    "arches": _arches,
    "rays": _rays,
}
