"""Dashboards without a word: cards with bars, curves, rings and candles."""

import math
from collections.abc import Callable, Mapping, Sequence

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.geometry import Box, Point, number
from errand.images.scenes.noise import Noise
from errand.images.scenes.shapes import box, focus, in_one, loudness, outline, ring


def draw(canvas: Canvas) -> str:
    y = focus(canvas)[1]
    is_tight = min(y, canvas.height - y) < 0.25 * canvas.height
    arrangement = ARRANGEMENTS[canvas.choose(*(("board", "columns") if is_tight else ARRANGEMENTS))]
    canvas.backdrop()
    return arrangement(canvas)


# Arrangements


def _cards(canvas: Canvas) -> str:
    """One large card with smaller ones over its corners."""
    rng, unit = canvas.rng, canvas.unit
    x, y = focus(canvas)
    width = min(78 * unit, 0.56 * canvas.width if canvas.is_wide else 0.8 * canvas.width)
    height = min(0.62 * width, 1.5 * min(y, canvas.height - y))
    width = min(width, 1.9 * height)
    main = Box(x - width / 2, y - height / 2, width, height)
    kinds = rng.sample(["a bar chart", "an area chart", "a ring chart", "candlesticks", "a heat map"], 4)
    with canvas.group(transform=_leaning(canvas, x, y)):
        _card(canvas, main, kinds[0], 0)
        corners = [(-0.5, 0.42), (0.5, -0.4), (0.5, 0.46), (-0.5, -0.44)]
        rng.shuffle(corners)
        for at, (dx, dy) in enumerate(corners[: 1 if canvas.density < 0.4 else 3]):
            wide = width * rng.uniform(0.34, 0.42)
            small = Box(x + dx * width - wide / 2, y + dy * height - 0.36 * wide, wide, 0.72 * wide)
            _card(canvas, small, kinds[at + 1], at + 1)
    return f"floating dashboard cards around {kinds[0]}"


def _leaning(canvas: Canvas, x: float, y: float) -> str:
    """Cards lie straight, or lean as if seen from the side."""
    skew_deg = canvas.rng.choice((0, 0, -8, 8))
    return f"translate({number(x)} {number(y)}) skewY({skew_deg}) translate({number(-x)} {number(-y)})"


def _board(canvas: Canvas) -> str:
    """Cards in a grid, seen from above at an angle, beyond the rim of the canvas."""
    rng, unit = canvas.rng, canvas.unit
    cell, gap = Box(0, 0, 44 * unit, 30 * unit), 3.2 * unit
    turn = rng.choice((-1, 1)) * rng.uniform(16, 26)
    x, y = focus(canvas)
    kinds = list(CHARTS)
    with canvas.group(
        transform=f"translate({number(x)} {number(y)}) rotate({number(turn)}) skewX({number(-0.6 * turn)})"
    ):
        reach = min(10, 2 + int(0.5 * max(canvas.width, canvas.height) / (30 * unit)))
        for row in range(-reach, reach + 1):
            for column in range(-reach, reach + 1):
                left = column * (cell.width + gap) + (row % 2) * 0.5 * cell.width
                _placed(canvas, Box(left, row * (cell.height + gap), cell.width, cell.height), (x, y), turn, kinds)
    return "a wide board of tilted dashboard cards"


def _placed(canvas: Canvas, card: Box, centre: Point, turn_deg: float, kinds: Sequence[str]) -> None:
    """A card of the board, where it can be seen and need not be quiet."""
    turn, skew = math.radians(turn_deg), math.tan(math.radians(-0.6 * turn_deg))
    corners = [card.centre, (card.x, card.y), (card.right, card.y), (card.x, card.bottom), (card.right, card.bottom)]
    seen = []
    for corner_x, corner_y in corners:
        across = corner_x + skew * corner_y
        seen.append(
            (
                centre[0] + across * math.cos(turn) - corner_y * math.sin(turn),
                centre[1] + across * math.sin(turn) + corner_y * math.cos(turn),
            )
        )
    kind, accent = canvas.rng.choice(kinds), canvas.rng.randrange(8)
    on_canvas = any(-5 < x < canvas.width + 5 and -5 < y < canvas.height + 5 for x, y in seen)
    if on_canvas and min(loudness(canvas, x, y, canvas.unit) for x, y in seen) > 0.5:
        _card(canvas, card, kind, accent)


def _horizon(canvas: Canvas) -> str:
    """Curves over the whole width, one behind the other, and one card before them."""
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    count = canvas.count(2, 5)
    for at in range(count):
        near = (at + 1) / count
        noise, colour = Noise(rng), palette.accents[at % len(palette.accents)]
        base = canvas.height * (0.5 + 0.4 * near)
        points = [
            (
                canvas.width * step / 12,
                base - canvas.height * (0.5 - 0.1 * near) * noise.fractal(step * 0.45, 2) * (0.4 + step / 12),
            )
            for step in range(-1, 14)
        ]
        d = canvas.smooth(points)
        body = f"{d}V{number(canvas.height)}H{number(points[0][0])}Z"
        fill = canvas.linear([(0, colour, 0.62), (1, colour, 0.04)])
        canvas.path(body, fill=fill if canvas.treatment.is_soft else mix(palette.sky[1], colour, 0.3))
        canvas.path(d, fill="none", stroke=lighten(colour, 0.2), stroke_width=0.5 * unit)
        _marks(canvas, [point for point in points[2:-2:3] if loudness(canvas, *point) > 0.8], colour)
    x, y = focus(canvas)
    wide = 34 * unit
    kind = rng.choice(list(CHARTS))
    _card(canvas, Box(x - wide / 2, y - 0.5 * wide, wide, 0.74 * wide), kind, 1)
    return f"rising curves, one behind the other, and a card with {kind}"


def _marks(canvas: Canvas, points: Sequence[Point], colour: str) -> None:
    for x, y in points:
        canvas.glow(x, y, 4 * canvas.unit, colour, 0.5)
        canvas.circle(
            x, y, 1.1 * canvas.unit, fill=canvas.palette.light, stroke=colour, stroke_width=0.45 * canvas.unit
        )


def _columns(canvas: Canvas) -> str:
    """Bars as tall as the canvas, with a curve of points over them."""
    rng, unit, palette, safe = canvas.rng, canvas.unit, canvas.palette, canvas.safe
    first, last = rng.sample(palette.accents, 2)
    # A safe area below is left as a floor; what is above limits the bars; before one at the right they end.
    floor = safe.y if safe.y > canvas.height / 2 else canvas.height
    highest = min(0.86 * floor, floor - safe.bottom - 6 * unit if safe.width >= canvas.width and not safe.y else floor)
    right = safe.x if safe.height >= canvas.height and safe.x else canvas.width
    pitch, noise = rng.uniform(6, 11) * unit, Noise(rng)
    tops = []
    for x in (at * pitch for at in range(int(right / pitch))):
        share = x / right
        quiet = 0.3 + 0.7 * loudness(canvas, x + pitch / 2, floor - 0.3 * highest, 24 * unit)
        height = quiet * highest * (0.14 + 0.86 * share**1.3) * (0.7 + 0.3 * noise.at(x / pitch * 0.9))
        colour = mix(palette.horizon, mix(first, last, share), 0.25 + 0.75 * quiet)
        _bar(canvas, Box(x + 0.14 * pitch, floor - height, 0.72 * pitch, height), colour)
        tops.append((x + 0.5 * pitch, floor - height - 4 * unit))
    line = canvas.pen() if canvas.treatment.outline else palette.light if palette.is_dark else palette.ink
    canvas.line(0, floor, right, floor, stroke=line, stroke_width=0.3 * unit, stroke_opacity=0.5)
    canvas.path(canvas.smooth(tops), fill="none", stroke=line, stroke_width=0.42 * unit, stroke_opacity=0.75)
    _marks(canvas, [top for top in tops if loudness(canvas, *top) > 0.7][1::2], last)
    return "tall bars that climb under a curve of points"


def _bar(canvas: Canvas, bar: Box, colour: str) -> None:
    """With one side in the shade, and fading towards its foot."""
    radius = min(0.25 * bar.width, canvas.unit)
    if not canvas.treatment.is_soft:
        canvas.rect(bar.x, bar.y, bar.width, bar.height, rx=radius, **canvas.fill(colour))
        return
    canvas.rect(
        bar.x,
        bar.y,
        bar.width,
        bar.height,
        rx=radius,
        fill=canvas.linear([(0, lighten(colour, 0.15)), (1, colour, 0.35)]),
    )
    away = bar.right - 0.3 * bar.width if canvas.lit_from_left else bar.x
    shade = canvas.linear([(0, darken(colour, 0.4), 0.4), (1, darken(colour, 0.4), 0)])
    canvas.rect(away, bar.y + radius, 0.3 * bar.width, bar.height - radius, fill=shade)


# Cards


def _card(canvas: Canvas, card: Box, kind: str, accent: int) -> None:
    """A sheet with a soft shadow, a heading of bars for words, and a chart."""
    unit, rng = canvas.unit, canvas.rng
    radius = min(2 * unit, 0.06 * card.width)
    _shadow(canvas, card, radius)
    sheet = _sheet(canvas)
    canvas.rect(card.x, card.y, card.width, card.height, rx=radius, **_sheet_paint(canvas, sheet))
    pad = 0.08 * card.width
    faint = mix(sheet, canvas.palette.ink if not canvas.palette.is_dark else canvas.palette.light, 0.22)
    colours = [canvas.palette.accents[(accent + step) % len(canvas.palette.accents)] for step in range(3)]
    thick = 0.035 * card.width
    canvas.circle(card.x + pad + thick / 2, card.y + pad + thick / 2, 0.7 * thick, fill=colours[0])
    canvas.rect(
        card.x + pad + 2 * thick, card.y + pad, rng.uniform(0.2, 0.34) * card.width, thick, rx=thick / 2, fill=faint
    )
    canvas.rect(
        card.right - pad - 3 * thick, card.y + pad, 3 * thick, thick, rx=thick / 2, fill=faint, fill_opacity=0.6
    )
    area = Box(card.x + pad, card.y + pad + 3 * thick, card.width - 2 * pad, card.height - 2 * pad - 3 * thick)
    CHARTS[kind](canvas, area, colours, faint)


def _sheet(canvas: Canvas) -> str:
    palette = canvas.palette
    return (
        lighten(mix(palette.sky[0], palette.ink, 0.2), 0.11)
        if palette.is_dark
        else mix(palette.light, palette.sky[1], 0.08)
    )


def _sheet_paint(canvas: Canvas, sheet: str) -> Paint:
    if not canvas.treatment.is_soft:
        return canvas.fill(sheet)
    edge = mix(sheet, canvas.palette.light, 0.25)
    fill = canvas.linear([(0, lighten(sheet, 0.06)), (1, mix(sheet, canvas.palette.sky[2], 0.16))], 60)
    return {"fill": fill, "stroke": edge, "stroke_width": 0.16 * canvas.unit}


def _shadow(canvas: Canvas, card: Box, radius: float) -> None:
    """Rims that grow and fade: a blur would cost too much on so large a sheet."""
    if not canvas.treatment.is_soft:
        return
    unit = canvas.unit
    side = -0.5 if not canvas.lit_from_left else 0.5
    for step in range(7):
        grown = (step - 2) * 0.55 * unit
        canvas.rect(
            card.x - grown + side * unit, card.y - grown + 2 * unit, card.width + 2 * grown, card.height + 2 * grown,
            rx=max(radius, radius + grown), fill=canvas.palette.ink, fill_opacity=0.045,
        )  # fmt: skip


# Charts


def _bars(canvas: Canvas, area: Box, colours: Sequence[str], faint: str) -> None:
    rng = canvas.rng
    count = rng.randint(6, 11)
    pitch = area.width / count
    _grid(canvas, area, faint)
    trend = rng.choice((-0.3, 0.4, 0.5))
    for at in range(count):
        share = min(1.0, max(0.12, 0.5 + trend * (at / count - 0.5) * 1.6 + rng.uniform(-0.18, 0.18)))
        height = share * area.height
        colour = colours[1] if at == count - 2 else colours[0]
        bar = Box(area.x + (at + 0.18) * pitch, area.bottom - height, 0.64 * pitch, height)
        canvas.rect(bar.x, bar.y, bar.width, bar.height, rx=0.18 * bar.width, **canvas.fill(colour, weight=0.6))


def _grid(canvas: Canvas, area: Box, faint: str) -> None:
    lines = "".join(
        outline([(area.x, area.y + share * area.height), (area.right, area.y + share * area.height)], closed=False)
        for share in (0.0, 0.33, 0.66, 1.0)
    )
    canvas.path(lines, fill="none", stroke=faint, stroke_width=0.14 * canvas.unit, stroke_opacity=0.5)


def _area(canvas: Canvas, area: Box, colours: Sequence[str], faint: str) -> None:
    _grid(canvas, area, faint)
    for at in (1, 0):
        noise = Noise(canvas.rng)
        points = [
            (
                area.x + area.width * step / 8,
                area.bottom - area.height * (0.1 + 0.3 * at + 0.6 * noise.at(step * 0.7) * (0.5 + step / 16)),
            )
            for step in range(9)
        ]
        d = canvas.smooth(points)
        body = f"{d}V{number(area.bottom)}H{number(area.x)}Z"
        fill = canvas.linear([(0, colours[at], 0.55), (1, colours[at], 0.02)])
        canvas.path(
            body,
            fill=fill if canvas.treatment.is_soft else colours[at],
            fill_opacity=None if canvas.treatment.is_soft else 0.3,
        )
        canvas.path(
            d,
            fill="none",
            stroke=colours[at],
            stroke_width=0.02 * area.height + 0.2 * canvas.unit,
            stroke_linecap="round",
        )
    canvas.circle(
        *points[6], 0.05 * area.height, fill=canvas.palette.light, stroke=colours[0], stroke_width=0.02 * area.height
    )


def _rings(canvas: Canvas, area: Box, colours: Sequence[str], faint: str) -> None:
    rng = canvas.rng
    radius = 0.46 * min(area.width, area.height)
    x, y, thick = area.x + radius * 1.08, area.centre[1], 0.17 * radius
    for at, colour in enumerate(colours):
        r = radius * (0.92 - 0.29 * at)
        canvas.circle(x, y, r, fill="none", stroke=faint, stroke_width=thick, stroke_opacity=0.35)
        canvas.path(
            _arc(x, y, r, rng.uniform(0.4, 0.9)), fill="none", stroke=colour, stroke_width=thick, stroke_linecap="round"
        )
    left = x + 1.35 * radius
    for at, colour in enumerate(colours):
        top, thin = area.y + area.height * (0.2 + 0.26 * at), 0.07 * area.height
        canvas.circle(left, top + thin / 2, 0.8 * thin, fill=colour)
        width = max(0.0, area.right - left - 2 * thin) * rng.uniform(0.5, 1)
        canvas.rect(left + 2 * thin, top, width, thin, rx=thin / 2, fill=faint)


def _arc(x: float, y: float, radius: float, share: float) -> str:
    """From the top, clockwise."""
    at = math.tau * share
    end = f"{number(x + radius * math.sin(at))} {number(y - radius * math.cos(at))}"
    return f"M{number(x)} {number(y - radius)}A{number(radius)} {number(radius)} 0 {int(share > 0.5)} 1 {end}"


def _candles(canvas: Canvas, area: Box, colours: Sequence[str], faint: str) -> None:
    rng, count = canvas.rng, 16
    pitch, level = area.width / count, canvas.rng.uniform(0.3, 0.5)
    up: list[str] = []
    down: list[str] = []
    _grid(canvas, area, faint)
    for at in range(count):
        change = rng.gauss(0.015, 0.12)
        change = change if 0.1 < level + change < 0.9 else -change
        low, high = sorted((level, level + change))
        x, top = area.x + at * pitch, area.bottom - high * area.height
        body = max(0.02, high - low) * area.height
        wick = rng.uniform(0.03, 0.1) * area.height
        candle = box(x + 0.2 * pitch, top, 0.6 * pitch, body) + box(
            x + 0.46 * pitch, top - wick, 0.08 * pitch, body + 2 * wick
        )
        (up if change > 0 else down).append(candle)
        level += change
    in_one(canvas, up, fill=colours[0])
    in_one(canvas, down, fill=colours[1])


def _heat(canvas: Canvas, area: Box, colours: Sequence[str], faint: str) -> None:
    rng, columns = canvas.rng, 12
    pitch = area.width / columns
    rows = max(2, int(area.height / pitch))
    noise = Noise(rng)
    steps = [mix(faint, colours[0], share) for share in (0.1, 0.4, 0.7, 1.0)]
    dots: list[list[str]] = [[], [], [], []]
    for column in range(columns):
        for row in range(rows):
            warmth = min(3, int(4 * noise.fractal(column * 0.35 + row * 1.7, 2)))
            dots[warmth].append(ring(area.x + (column + 0.5) * pitch, area.y + (row + 0.5) * pitch, 0.36 * pitch))
    for colour, found in zip(steps, dots, strict=True):
        in_one(canvas, found, fill=colour)


CHARTS: Mapping[str, Callable[[Canvas, Box, Sequence[str], str], None]] = {
    "a bar chart": _bars,
    "an area chart": _area,
    "a ring chart": _rings,
    "candlesticks": _candles,
    "a heat map": _heat,
}
ARRANGEMENTS: Mapping[str, Callable[[Canvas], str]] = {
    "cards": _cards,
    "board": _board,
    "curves": _horizon,
    "columns": _columns,
}
