"""Mountains, hills or dunes in layers that fade with distance."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from errand.images.scenes import sky
from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.geometry import Point, pairs
from errand.images.scenes.noise import Noise


class Land(NamedTuple):
    """A kind of land: how high it rises (of the space it has), how fine its forms are, whether its peaks are sharp."""

    name: str
    rise: float
    features: float
    octaves: int
    sharp: bool


class Ridge(NamedTuple):
    """A layer: its outline from left to right, its colour, and how near it is, from 0 to 1."""

    points: list[Point]
    colour: str
    nearness: float


MOUNTAINS = Land("mountain ranges", 0.62, 2.3, 6, True)
HILLS = Land("rolling hills", 0.3, 1.5, 2, False)
DUNES = Land("dunes", 0.34, 1.1, 2, True)
#: How far down a lake begins.
SHORE = 0.72
LANDS = {"mountains": MOUNTAINS, "hills": HILLS, "dunes": DUNES}


def draw(canvas: Canvas) -> str:
    land = LANDS[canvas.choose("mountains", "mountains", "hills", "dunes")]
    ground = "open"
    if land is not DUNES and not canvas.is_quiet_below:
        ground = canvas.choose("lake", "forest", "open")
    canvas.backdrop()
    light = sky.lights(canvas, 0.6 * canvas.height, canvas.unit * canvas.rng.uniform(5, 11))
    if canvas.shows("clouds", 0.6):
        sky.clouds(canvas, 0.12 * canvas.height, 0.42 * canvas.height)
    ridges = _ridges(canvas, land, ground)
    shore = SHORE * canvas.height
    for ridge in ridges:
        _draw_ridge(canvas, ridge, land)
    if ground == "lake":
        _lake(canvas, ridges, shore)
    if ground == "forest":
        _forest(canvas, ridges[-1])
    below = {"lake": ", mirrored in a lake", "forest": " behind a dark forest of firs", "open": ""}[ground]
    return f"{land.name} in layers{below}, under {light}"


def _ridges(canvas: Canvas, land: Land, ground: str) -> list[Ridge]:
    count = canvas.count(3, 6)
    colours = canvas.palette.ramp(count + 1)[: count if ground == "lake" else None]
    top, bottom = canvas.rng.uniform(0.42, 0.54), (SHORE if ground == "lake" else 0.95)
    if canvas.is_quiet_below:
        top, bottom = top - 0.08, 0.66
    if canvas.is_quiet_amid and ground != "lake":
        top = 0.72
    step = (bottom - top) / len(colours)
    return [
        _ridge(canvas, land, colour, top + step * (at + 0.5), at / max(1, len(colours) - 1))
        for at, colour in enumerate(colours)
    ]


def _ridge(canvas: Canvas, land: Land, colour: str, base: float, nearness: float) -> Ridge:
    noise, scale = Noise(canvas.rng), land.features * canvas.width / max(canvas.width, 0.8 * canvas.height)
    low = 0.45 if canvas.is_quiet_amid else 1
    rise = low * land.rise * (1 - 0.55 * nearness) * min(canvas.height, 0.9 * canvas.width)
    form: Callable[[float], float] = lambda x: (  # noqa: E731
        noise.ridged(x, land.octaves, 0.46) if land.sharp else noise.fractal(x, land.octaves, 0.35)
    )
    points = []
    steps = 110 if land is MOUNTAINS else 48
    for step in range(steps + 1):
        x = canvas.width * step / steps
        calm = 1 - 0.65 * canvas.quiet(x, 0.5 * canvas.height)
        height = (form(scale * (1 + 0.3 * nearness) * step / steps) - 0.45) * calm
        points.append((x, base * canvas.height - rise * height))
    return Ridge(points, colour, nearness)


def _draw_ridge(canvas: Canvas, ridge: Ridge, land: Land) -> None:
    # Past the edges, so that no line is seen along them.
    left, right, bottom = -canvas.unit, canvas.width + canvas.unit, canvas.height + canvas.unit
    body = [(left, ridge.points[0][1]), *ridge.points, (right, ridge.points[-1][1]), (right, bottom), (left, bottom)]
    canvas.polygon(body, **_body(canvas, ridge))
    if land is MOUNTAINS and ridge.nearness < 0.8:
        _faces(canvas, ridge)
    if land is DUNES and not (canvas.is_quiet_below and ridge.nearness == 1):
        _slopes(canvas, ridge)
    if canvas.treatment.is_soft:
        _rim(canvas, ridge)
        if ridge.nearness < 0.5:
            _mist(canvas, max(y for _, y in ridge.points), 0.4 * (1 - ridge.nearness))


def _mist(canvas: Canvas, level: float, strength: float) -> None:
    """In the valley behind the next ridge."""
    colour, reach = canvas.palette.horizon, 9 * canvas.unit
    fill = canvas.linear([(0, colour, 0), (0.5, colour, strength), (1, colour, 0)])
    canvas.rect(0, level - reach, canvas.width, 2 * reach, fill=fill)


def _body(canvas: Canvas, ridge: Ridge) -> Paint:
    if not canvas.treatment.is_soft:
        return canvas.fill(ridge.colour)
    faded = mix(ridge.colour, canvas.palette.horizon, 0.35 * (1 - ridge.nearness))
    return {"fill": canvas.linear([(0, ridge.colour), (0.7, faded), (1, faded)])}


def _rim(canvas: Canvas, ridge: Ridge) -> None:
    """The light catches the edge, most where the sun is behind it."""
    x, y = canvas.sun
    light = canvas.palette.light
    stops = [(0, light, 0.75), (0.3, light, 0.3), (1, light, 0.0)]
    stroke = canvas.radial(stops, x, y + 10 * canvas.unit, 0.5 * max(canvas.width, canvas.height))
    canvas.polyline(
        ridge.points, stroke=stroke, stroke_width=0.22 * canvas.unit, stroke_opacity=1 - 0.5 * ridge.nearness
    )


def _faces(canvas: Canvas, ridge: Ridge) -> None:
    """The sides of the peaks that look at the sun."""
    side = -1 if canvas.lit_from_left else 1
    light = mix(lighten(ridge.colour, 0.28), canvas.palette.light, 0.3)
    for at in _peaks(ridge.points):
        face = _face(canvas, ridge.points, at, side)
        if len(face) > 3:
            paint: Paint = {"fill": light, "fill_opacity": 0.4 * (1 - 0.6 * ridge.nearness)}
            if canvas.treatment.is_soft:
                paint = {"fill": canvas.linear([(0, light, 0.62 - 0.3 * ridge.nearness), (1, light, 0.0)])}
            canvas.polygon(face, **paint)


def _peaks(points: Sequence[Point], reach: int = 5) -> list[int]:
    heights = [-y for _, y in points]
    return [at for at in range(reach, len(points) - reach) if heights[at] == max(heights[at - reach : at + reach + 1])]


def _face(canvas: Canvas, points: Sequence[Point], peak: int, side: int) -> list[Point]:
    """From a peak down the ridge on the sun's side, and back up a jagged line inside of the mountain."""
    rng, at = canvas.rng, _foot(points, peak, side, 0.2 * canvas.unit)
    slope = [points[step] for step in range(peak, at + side, side)]
    (x, y), (foot_x, foot_y) = points[peak], points[at]
    depth = (foot_y - y) * 1.25
    inner = []
    for step in range(6, 0, -1):
        t = step / 6
        jag = rng.uniform(-0.14, 0.2) * depth * (1 if step % 2 else -0.7)
        inner.append((x + side * (jag + 0.12 * t * abs(foot_x - x)), y + depth * t))
    return [*slope, *inner] if depth > 4 * canvas.unit else []


def _foot(points: Sequence[Point], peak: int, side: int, step: float) -> int:
    """Where the ridge rises again by more than a step, going down from a peak."""
    at = peak
    while 0 < at < len(points) - 1 and points[at + side][1] >= points[at][1] - step:
        at += side
    return at


def _slopes(canvas: Canvas, ridge: Ridge) -> None:
    """The sides of the dunes that look away from the sun, below a crest that winds down to the viewer."""
    side, unit = (1 if canvas.lit_from_left else -1), canvas.unit
    dark = mix(darken(ridge.colour, 0.25), canvas.palette.ink, 0.25)
    paint: Paint = {"fill": dark, "fill_opacity": 0.5}
    if canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, dark, 0.75), (0.5, dark, 0.35), (1, dark, 0.0)])}
    for peak in _peaks(ridge.points, 3):
        (x, y), tall = ridge.points[peak], unit * canvas.rng.uniform(16, 30) * (0.6 + 0.6 * ridge.nearness)
        sway = canvas.rng.uniform(0.25, 0.6) * tall * side
        crest = [
            (x, y),
            (x + 0.3 * sway, y + 0.2 * tall),
            (x - 0.4 * sway, y + 0.55 * tall),
            (x + 0.5 * sway, y + tall),
        ]
        foot = _foot(ridge.points, peak, side, 0.0)
        d = canvas.smooth(crest) + "L" + pairs(ridge.points[foot : peak - side or None : -side]) + "Z"
        canvas.path(d, **paint)


def _lake(canvas: Canvas, ridges: Sequence[Ridge], shore: float) -> None:
    width, height = canvas.width, canvas.height
    water = mix(canvas.palette.sky[1], ridges[-1].colour, 0.3)
    fill = canvas.linear([(0, mix(water, canvas.palette.horizon, 0.5)), (1, darken(water, 0.35))])
    canvas.rect(
        0, shore, width, height - shore, **(canvas.fill(water) if not canvas.treatment.is_soft else {"fill": fill})
    )
    if canvas.treatment.outline:
        return
    with canvas.group(clip_path=canvas.clip(f"M0 {shore:.2f}H{width}V{height}H0Z"), opacity=0.45):
        for ridge in ridges:
            mirrored = [(x, shore + 0.72 * (shore - y)) for x, y in ridge.points]
            canvas.polygon([*mirrored, (width, shore), (0.0, shore)], fill=ridge.colour)
    sky.glitter(canvas, shore, height)
    canvas.line(
        0, shore, width, shore + 0.01, stroke=canvas.palette.light, stroke_opacity=0.35, stroke_width=0.15 * canvas.unit
    )


def _forest(canvas: Canvas, ridge: Ridge) -> None:
    """Firs in two rows; low where the canvas is to be quiet."""
    for row, colour in enumerate((mix(ridge.colour, canvas.palette.horizon, 0.22), ridge.colour)):
        parts = []
        x = -3 * canvas.unit
        noise = Noise(canvas.rng)
        while x < canvas.width + 3 * canvas.unit:
            tall = (6 + 15 * noise.fractal(x / (18 * canvas.unit), 3)) * (
                1 - 0.55 * canvas.quiet(x, 0.9 * canvas.height)
            )
            foot = canvas.height * (0.9 + 0.06 * row) + 2 * canvas.unit * noise.at(x / (30 * canvas.unit))
            parts.append(_fir(canvas, x, foot, tall * canvas.unit * (0.8 + 0.5 * row)))
            x += canvas.unit * canvas.rng.uniform(1.2, 4.2) * (0.8 + 0.5 * row)
        floor = f"M0 {0.9 * canvas.height + 3 * row * canvas.unit:.1f}H{canvas.width}V{canvas.height}H0Z"
        canvas.path("".join(parts) + floor, **canvas.fill(colour, shade=0))


def _fir(canvas: Canvas, x: float, foot: float, tall: float) -> str:
    rng, wide = canvas.rng, 0.2 * tall * canvas.rng.uniform(0.8, 1.2)
    tiers, left, right = 5, [], []
    for tier in range(1, tiers + 1):
        y, reach = foot - tall * (1 - tier / tiers), wide * tier / tiers
        left += [(x - reach * rng.uniform(0.85, 1.1), y), (x - 0.5 * reach, y - 0.03 * tall)]
        right += [(x + reach * rng.uniform(0.85, 1.1), y), (x + 0.5 * reach, y - 0.03 * tall)]
    outline = [(x, foot - tall), *right, (x + 0.1 * wide, foot + 0.2 * tall), (x - 0.1 * wide, foot + 0.2 * tall)]
    return "M" + pairs([*outline, *reversed(left)]) + "Z"
