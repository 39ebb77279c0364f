"""The sea, ribbons of silk, or lines that swing together."""

import itertools
import math

from errand.images.scenes import sky
from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import darken, lighten, mix, saturate
from errand.images.scenes.geometry import Point
from errand.images.scenes.noise import Noise


def draw(canvas: Canvas) -> str:
    canvas.backdrop()
    calm = ("sea",) if not canvas.is_quiet_below else ()
    return {"sea": _sea, "ribbons": _ribbons, "lines": _lines}[canvas.choose("ribbons", "lines", *calm)](canvas)


# The sea


def _sea(canvas: Canvas) -> str:
    horizon = canvas.height * (0.72 if canvas.is_quiet_amid else canvas.rng.uniform(0.42, 0.55))
    radius = canvas.unit * canvas.rng.uniform(6, 14)
    canvas.sun = canvas.sun[0], horizon - radius * canvas.rng.uniform(0.1, 2.2)
    light = sky.lights(canvas, 0.9 * horizon, radius)
    if canvas.shows("clouds", 0.7):
        sky.clouds(canvas, 0.3 * horizon, 0.85 * horizon)
    count = canvas.count(4, 8)
    colours = canvas.palette.ramp(count + 1)[1:]
    _still_water(canvas, horizon, colours[0])
    land = _headland(canvas, horizon) if canvas.shows("headland", 0.6) else ""
    for at, colour in enumerate(colours):
        nearness = (at + 1) / count
        _swell(canvas, horizon + (canvas.height - horizon) * (nearness**1.5) * 0.86, nearness, colour)
    boat = _sailboat(canvas, horizon) if canvas.shows("sailboat", 0.35) else ""
    if not canvas.treatment.outline:
        sky.glitter(canvas, horizon, horizon + 0.75 * (canvas.height - horizon))
    return f"waves of a wide sea{land}{boat} under {light}"


def _headland(canvas: Canvas, horizon: float) -> str:
    """Far land at one side, two layers of it."""
    side = canvas.rng.choice((0.0, 1.0))
    for layer, colour in enumerate(canvas.palette.ramp(9)[:2]):
        noise, reach = Noise(canvas.rng), canvas.rng.uniform(0.3, 0.65) * (1 - 0.35 * layer)
        rise = (0.2 - 0.06 * layer) * min(horizon, canvas.width)
        points = []
        for step in range(31):
            t = step / 30
            points.append(
                (canvas.width * abs(side - reach * t), horizon - rise * (1 - t) ** 0.7 * noise.fractal(5 * t, 4))
            )
        edge = canvas.width * side
        canvas.polygon([(edge, horizon), *points, (points[-1][0], horizon)], **canvas.fill(colour, shade=0.03))
    return " with a far headland"


def _sailboat(canvas: Canvas, horizon: float) -> str:
    """One, small, on the calm water behind the waves."""
    size, side = canvas.unit * canvas.rng.uniform(3.5, 7), 1 if canvas.lit_from_left else -1
    x = canvas.width * (0.5 + side * canvas.rng.uniform(0.04, 0.3))
    y = horizon + 0.3 * size
    sail = mix(canvas.palette.light, canvas.palette.accents[0], 0.12)
    jib, hull = mix(sail, canvas.palette.accents[0], 0.45), mix(canvas.palette.ink, canvas.palette.horizon, 0.15)
    forms = {
        sail: [(0.0, -1.9), (0.36, -1.1), (0.6, -0.6), (0.72, -0.3), (0.0, -0.3)],
        jib: [(-0.08, -1.6), (-0.52, -0.3), (-0.08, -0.3)],
        hull: [(-0.7, -0.2), (0.8, -0.2), (0.5, 0.1), (-0.45, 0.1)],
    }
    for colour, form in forms.items():
        points = [(x + side * along * size, y + down * size) for along, down in form]
        canvas.polygon(points, **canvas.fill(colour, shade=0, weight=0.6))
    return ", a single sailboat on it,"


def _still_water(canvas: Canvas, horizon: float, colour: str) -> None:
    far = mix(colour, canvas.palette.horizon, 0.5)
    paint = {"fill": canvas.linear([(0, far), (1, colour)])} if canvas.treatment.is_soft else canvas.fill(far)
    canvas.rect(-canvas.unit, horizon, canvas.width + 2 * canvas.unit, canvas.height, **paint)


def _swell(canvas: Canvas, level: float, nearness: float, colour: str) -> None:
    """A layer of water behind its crests, the side that looks up catching the light of the sky."""
    crest = _crest(canvas, level, nearness)
    d = canvas.smooth(crest) + f"V{canvas.height}H0Z"
    paint = canvas.fill(colour)
    if canvas.treatment.is_soft:
        top = mix(lighten(colour, 0.12), canvas.palette.light, 0.16)
        paint = {"fill": canvas.linear([(0, top), (0.16, colour), (1, darken(colour, 0.25))])}
    canvas.path(d, **paint)
    if not canvas.treatment.outline:
        stops = [(0, canvas.palette.light, 0.9), (0.25, canvas.palette.light, 0.3), (0.8, canvas.palette.light, 0.0)]
        stroke = (
            canvas.radial(stops, canvas.sun[0], level, 0.6 * canvas.width)
            if canvas.treatment.is_soft
            else lighten(colour, 0.2)
        )
        canvas.path(
            canvas.smooth(crest), fill="none", stroke=stroke, stroke_width=(0.12 + 0.3 * nearness) * canvas.unit
        )


def _crest(canvas: Canvas, level: float, nearness: float) -> list[Point]:
    """Trochoids: narrow crests and wide troughs, of a height that comes and goes."""
    rng, noise = canvas.rng, Noise(canvas.rng)
    length = canvas.unit * (10 + 48 * nearness) * rng.uniform(0.85, 1.15)
    steepness, shift = rng.uniform(0.35, 0.85), rng.uniform(0, length)
    tall = canvas.unit * (0.3 + 3.2 * nearness)
    points: list[Point] = []
    phase = -2 * math.pi
    while not points or points[-1][0] < canvas.width + length:
        x = length * phase / (2 * math.pi) - shift
        swing = tall * (0.35 + noise.at(1.7 * x / length + 50))
        lean = steepness * math.sin(phase) * length / (2 * math.pi)
        points.append((x - lean, level - swing * math.cos(phase) + tall * (noise.at(x / length / 3) - 0.5)))
        phase += math.pi / 5
    return [(-0.1 * canvas.width, points[0][1]), *[p for p in points if p[0] > -0.1 * canvas.width]]


# Ribbons


def _ribbons(canvas: Canvas) -> str:
    count = canvas.count(1, 2)
    colours = _sequence(canvas, count + 1)
    level = _level(canvas)
    for at in range(count):
        tilt = _tilt(canvas)
        shift = 0.16 * (at - (count - 1) / 2)
        _ribbon(canvas, (level + shift - tilt, level + shift + tilt), colours[at], colours[at + 1])
    return (
        "a wide ribbon that flows" if count == 1 else f"{_number(count)} wide ribbons that flow"
    ) + " across like silk"


def _ribbon(canvas: Canvas, ends: tuple[float, float], colour: str, other: str) -> None:
    """Strips from one edge to the other; each is bright where it turns to the light and dark where it turns away."""
    wide = canvas.rng.uniform(0.1, 0.2)
    wide *= min(1.0, 0.9 * canvas.width / canvas.height)
    first, last = (_flow(canvas, (ends[0] + side * wide, ends[1] + side * wide), 0.34) for side in (-1, 1))
    strips = 25 if canvas.treatment.is_soft else 10
    for at in range(strips):
        upper, lower = _between(first, last, at / strips), _between(first, last, (at + 1.25) / strips)
        d = canvas.smooth(upper) + "L" + canvas.smooth(lower[::-1])[1:] + "Z"
        tone = mix(colour, other, at / strips)
        fill = _sheen(canvas, upper, tone, at / strips)
        canvas.path(d, **({"fill": fill} if canvas.treatment.is_soft else canvas.fill(tone)))


def _sheen(canvas: Canvas, line: list[Point], colour: str, across: float) -> str:
    side = -1 if canvas.lit_from_left else 1
    light = mix(lighten(colour, 0.35), canvas.palette.light, 0.3)
    dark = saturate(mix(darken(colour, 0.3), canvas.palette.ink, 0.25), 1.1)
    stops: list[tuple[float, str]] = []
    for (x, y), (next_x, next_y) in itertools.pairwise(line[1:-1]):
        slope = side * (next_y - y) / (next_x - x) + 0.35 * math.cos(2 * math.pi * across)
        shade = math.tanh(1.6 * slope)
        tone = mix(colour, light, shade) if shade > 0 else mix(colour, dark, -shade)
        stops.append((min(1.0, max(0.0, (x + next_x) / 2 / canvas.width)), tone))
    return canvas.linear(stops, 0)


# Lines


def _lines(canvas: Canvas) -> str:
    count = canvas.count(24, 60)
    colours = _sequence(canvas, 3)
    level = _level(canvas)
    tilt = _tilt(canvas) / 2
    curves = [_flow(canvas, (level + off - tilt, level - off + tilt), 0.3) for off in (-0.16, 0.02, 0.16)]
    _veils(canvas, curves, colours)
    for at in range(count):
        t = at / (count - 1)
        first, second, local = (curves[0], curves[1], 2 * t) if t < 0.5 else (curves[1], curves[2], 2 * t - 1)
        points = _between(first, second, local)
        colour = mix(colours[0], colours[1], 2 * t) if t < 0.5 else mix(colours[1], colours[2], 2 * t - 1)
        colour = mix(colour, canvas.pen(), 0.45) if canvas.treatment.outline else colour
        width = canvas.unit * (0.1 + 0.28 * math.sin(math.pi * t) ** 2)
        canvas.path(
            canvas.smooth(points), fill="none", stroke=colour, stroke_width=width, stroke_opacity=0.35 + 0.6 * t
        )
    return f"{count} fine lines that swing together like a sound wave"


def _veils(canvas: Canvas, curves: list[list[Point]], colours: list[str]) -> None:
    if not canvas.treatment.is_soft:
        return
    for first, second, colour in zip(curves, curves[1:], colours, strict=False):
        d = canvas.smooth(first) + "L" + canvas.smooth(second[::-1])[1:] + "Z"
        canvas.path(d, fill=canvas.linear([(0, colour, 0.05), (0.5, colour, 0.4), (1, colour, 0.05)], 20))


def _level(canvas: Canvas) -> float:
    """How far down to draw, beside the area to be quiet."""
    if canvas.is_quiet_below:
        return 0.32
    if canvas.is_quiet_amid:
        return canvas.rng.choice((0.17, 0.83))
    return 0.7 if canvas.safe.height < 0.5 * canvas.height else canvas.rng.uniform(0.45, 0.62)


def _tilt(canvas: Canvas) -> float:
    """Downwards to the side that is to be quiet, if it is one."""
    tilt = canvas.rng.uniform(0.08, 0.3)
    if canvas.safe.width > 0.5 * canvas.width or canvas.is_quiet_amid:
        return tilt * canvas.rng.choice((-1, 1))
    return -tilt if canvas.safe.x == 0 else tilt


def _between(first: list[Point], second: list[Point], t: float) -> list[Point]:
    return [(x, y + (other - y) * t) for (x, y), (_, other) in zip(first, second, strict=True)]


def _flow(canvas: Canvas, ends: tuple[float, float], swing: float) -> list[Point]:
    """A curve from edge to edge that swings less where the canvas is to be quiet."""
    noise, points = Noise(canvas.rng), []
    bends = 2.4 * canvas.width / max(canvas.width, 0.7 * canvas.height)
    reach, middle = min(canvas.height, 0.9 * canvas.width), canvas.height * (ends[0] + ends[1]) / 2
    for step in range(15):
        t = (step - 1) / 12
        x = canvas.width * t
        level = middle + reach * (ends[1] - ends[0]) * (t - 0.5)
        calm = 1 - 0.75 * canvas.quiet(x, level)
        points.append((x, level + reach * swing * 2 * (noise.fractal(bends * t + 8, 2, 0.4) - 0.5) * calm))
    return points


def _sequence(canvas: Canvas, count: int) -> list[str]:
    """Colours that follow each other softly, from accent to accent."""
    accents = list(canvas.palette.accents[:3])
    canvas.rng.shuffle(accents)
    legs = len(accents) - 1
    places = [legs * at / max(1, count - 1) for at in range(count)]
    return [
        mix(accents[min(int(at), legs - 1)], accents[min(int(at), legs - 1) + 1], at - min(int(at), legs - 1))
        for at in places
    ]


def _number(count: int) -> str:
    return ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")[count]
