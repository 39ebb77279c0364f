"""Planets, their moons and rings, and what goes around what."""

import math
from collections.abc import Callable, Mapping

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import darken, lab, lighten, mix
from errand.images.scenes.geometry import Point, number
from errand.images.scenes.noise import Noise
from errand.images.scenes.palettes import Palette
from errand.images.scenes.shapes import ball, focus, in_one, loudness, ring


def draw(canvas: Canvas) -> str:
    arrangement = ARRANGEMENTS[canvas.choose(*ARRANGEMENTS)]
    _space(canvas)
    return arrangement(canvas)


def _space(canvas: Canvas) -> None:
    """The backdrop with drifts of dust and a field of stars."""
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    canvas.backdrop()
    for _ in range(canvas.count(1, 2)):
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)
        canvas.glow(x, y, rng.uniform(20, 36) * unit, palette.accents[rng.randrange(len(palette.accents))], 0.16)
    if "stars" in canvas.omitted:
        return
    colour = canvas.pen() if canvas.treatment.outline else palette.light if palette.is_dark else palette.ink
    for size, opacity, most in ((0.11, 0.5, 220), (0.18, 0.7, 90), (0.3, 0.9, 24)):
        places = [(rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)) for _ in range(canvas.count(10, most))]
        dots = [ring(x, y, size * unit) for x, y in places if rng.random() < loudness(canvas, x, y)]
        in_one(canvas, dots, fill=colour, fill_opacity=opacity if palette.is_dark else 0.5 * opacity)


def _system(canvas: Canvas) -> str:
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    centre = focus(canvas)
    tilt_deg, squash = rng.uniform(-24, 24), rng.uniform(0.26, 0.62)
    count = canvas.count(3, 7)
    size = rng.uniform(4.5, 7) * unit
    inner = 1.7 * size / squash
    step = max(8 * unit, max(canvas.width, canvas.height) * 0.52 - inner) / count
    planets: list[tuple[Point, int]] = []
    for at in range(count):
        radius = inner + at * step * (0.72 + 0.06 * at)
        _orbit_line(canvas, centre, radius, squash, tilt_deg)
        taken = [centre, *(place for place, _ in planets)]
        place = _around(canvas, taken, radius, squash, tilt_deg)
        if 0 < place[0] < canvas.width and 0 < place[1] < canvas.height:
            planets.append((place, at))
    star = mix(palette.light, _warmest(palette), 0.25 if palette.is_dark else 0.7)
    canvas.glow(*centre, 5 * size, mix(star, palette.accents[0], 0.4), 0.7)
    canvas.circle(centre[0], centre[1], size, **canvas.fill(star, shade=0.04))
    for (x, y), at in sorted(planets, key=lambda planet: planet[0][1]):
        radius = rng.uniform(1.3, 4.4) * unit * (0.5 + 0.5 * loudness(canvas, x, y))
        _planet(canvas, x, y, radius, palette.accents[at % len(palette.accents)], centre)
    return f"a star and {_counted(len(planets), 'planet')} on orbits around it"


def _warmest(palette: Palette) -> str:
    """The accent that is most like a flame."""
    return max(palette.accents, key=lambda accent: lab(accent).a + 1.4 * lab(accent).b)


def _counted(count: int, noun: str) -> str:
    number_word = ("no", "one", "two", "three", "four", "five", "six", "seven")[count]
    return f"{number_word} {noun}{'' if count == 1 else 's'}"


def _orbit_line(canvas: Canvas, centre: Point, radius: float, squash: float, tilt_deg: float) -> None:
    colour = (
        canvas.pen()
        if canvas.treatment.outline
        else canvas.palette.light
        if canvas.palette.is_dark
        else canvas.palette.ink
    )
    dashes = f"{number(0.25 * canvas.unit)} {number(1.3 * canvas.unit)}" if canvas.rng.random() < 0.25 else None
    canvas.ellipse(
        *centre, radius, squash * radius, fill="none", stroke=colour, stroke_width=0.18 * canvas.unit,
        stroke_opacity=0.36, stroke_dasharray=dashes, stroke_linecap="round",
        transform=f"rotate({number(tilt_deg)} {number(centre[0])} {number(centre[1])})",
    )  # fmt: skip


def _around(canvas: Canvas, taken: list[Point], radius: float, squash: float, tilt_deg: float) -> Point:
    """A place on an orbit around the first of those taken: on the canvas, away from them, not in the safe area."""
    turn, (centre_x, centre_y) = math.radians(tilt_deg), taken[0]
    best, place = -1.0, taken[0]
    for _ in range(10):
        at = canvas.rng.uniform(0, math.tau)
        x, y = radius * math.cos(at), squash * radius * math.sin(at)
        x, y = centre_x + x * math.cos(turn) - y * math.sin(turn), centre_y + x * math.sin(turn) + y * math.cos(turn)
        inside = 0.03 * canvas.width < x < 0.97 * canvas.width and 0.05 * canvas.height < y < 0.95 * canvas.height
        room = min(1.0, min(math.dist((x, y), other) for other in taken) / (13 * canvas.unit))
        score = (0.1 + 0.9 * inside) * room * (0.05 + loudness(canvas, x, y))
        if score > best:
            best, place = score, (x, y)
    return place


def _planet(canvas: Canvas, x: float, y: float, radius: float, colour: str, light: Point) -> None:
    """A small one, at times with rings or a moon."""
    rng, unit = canvas.rng, canvas.unit
    ringed = radius > 2.4 * unit and rng.random() < 0.5
    if ringed:
        _ring_halves(canvas, x, y, radius, colour, 20, front=False)
    ball(canvas, x, y, radius, colour, light)
    if ringed:
        _ring_halves(canvas, x, y, radius, colour, 20, front=True)
    elif rng.random() < 0.5:
        at = rng.uniform(0, math.tau)
        ball(
            canvas,
            x + 2 * radius * math.cos(at),
            y + 1.6 * radius * math.sin(at),
            0.24 * radius,
            canvas.palette.light,
            light,
        )


def _ring_halves(
    canvas: Canvas, x: float, y: float, radius: float, colour: str, tilt_deg: float, *, front: bool
) -> None:
    """The half of the rings before a planet, or the half behind it."""
    pale = mix(colour, canvas.palette.light, 0.55)
    with canvas.group(transform=f"rotate({number(-tilt_deg)} {number(x)} {number(y)})"):
        for share, width, opacity in ((1.42, 0.1, 0.5), (1.62, 0.2, 0.85), (1.86, 0.14, 0.6), (2.06, 0.05, 0.4)):
            r, squashed = number(share * radius), number(0.3 * share * radius)
            sweep = 0 if front else 1
            d = f"M{number(x - share * radius)} {number(y)}a{r} {squashed} 0 0 {sweep} {number(2 * share * radius)} 0"
            line = canvas.pen() if canvas.treatment.outline else pale if front else darken(pale, 0.25)
            thin = 0.12 if canvas.treatment.outline else 1
            canvas.path(d, fill="none", stroke=line, stroke_width=width * radius * thin, stroke_opacity=opacity)


def _great(canvas: Canvas) -> str:
    """One planet, so large that the rim of the canvas cuts it off."""
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    radius = rng.uniform(36, 58) * unit
    x, y = focus(canvas)
    x += (1 if x > canvas.width / 2 else -1) * rng.uniform(0, 0.12) * canvas.width
    y += rng.uniform(0.1, 0.7) * radius * (-1 if y < 0.4 * canvas.height else 1)
    accent = rng.randrange(len(palette.accents))
    colour = mix(palette.accents[accent], palette.ink, 0.1)
    light = (canvas.sun[0], min(canvas.sun[1], y - 0.5 * radius))
    ringed, tilt_deg = canvas.shows("rings", 0.55), rng.choice((-1, 1)) * rng.uniform(12, 28)
    canvas.glow(x, y, 1.25 * radius, lighten(colour, 0.3), 0.7)
    if ringed:
        _ring_halves(canvas, x, y, radius, colour, tilt_deg, front=False)
    # In soft light the night side below shades it.
    if canvas.treatment.is_soft:
        canvas.circle(x, y, radius, fill=lighten(colour, 0.16))
    else:
        ball(canvas, x, y, radius, colour, light)
    surface = rng.choice((_bands, _craters, _lands))
    surface(canvas, x, y, radius, colour, tilt_deg)
    _night_side(canvas, x, y, radius, light)
    if ringed:
        _ring_halves(canvas, x, y, radius, colour, tilt_deg, front=True)
    moons = canvas.count(1, 3) if canvas.shows("moon", 0.85) else 0
    for _ in range(moons):
        _moon(canvas, x, y, radius, accent)
    return f"a great {'ringed ' if ringed else ''}planet with {_counted(moons, 'moon')}"


def _moon(canvas: Canvas, x: float, y: float, radius: float, accent: int) -> None:
    rng, palette = canvas.rng, canvas.palette
    places = [(rng.uniform(0.06, 0.94) * canvas.width, rng.uniform(0.08, 0.9) * canvas.height) for _ in range(16)]
    away = [place for place in places if math.dist(place, (x, y)) > 1.25 * radius] or places
    place = max(away[:6], key=lambda place: loudness(canvas, *place))
    colour = mix(palette.accents[(accent + 1) % len(palette.accents)], palette.light, 0.4)
    ball(canvas, *place, rng.uniform(1.8, 6) * canvas.unit, colour)


def _bands(canvas: Canvas, x: float, y: float, radius: float, colour: str, tilt_deg: float) -> None:
    rng = canvas.rng
    turn = f"rotate({number(-tilt_deg)} {number(x)} {number(y)})"
    with canvas.group(clip_path=canvas.clip(ring(x, y, radius))), canvas.group(transform=turn):
        at = -1.0
        while at < 1:
            height = rng.uniform(0.06, 0.24)
            tone = mix(colour, rng.choice(canvas.palette.accents), rng.uniform(0.1, 0.5))
            tone = rng.choice((lighten, darken))(tone, 0.18)
            top = [
                (x + radius * (step / 4 - 1.1), y + radius * (at + rng.uniform(-0.012, 0.012))) for step in range(10)
            ]
            d = canvas.smooth(top) + f"v{number(height * radius)}H{number(x - 1.1 * radius)}Z"
            canvas.path(d, fill=tone, fill_opacity=0.45)
            at += height * rng.uniform(0.9, 1.7)


def _craters(canvas: Canvas, x: float, y: float, radius: float, colour: str, tilt_deg: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    with canvas.group(clip_path=canvas.clip(ring(x, y, radius))):
        for _ in range(canvas.count(10, 24)):
            at, away = rng.uniform(0, math.tau), math.sqrt(rng.random()) * 0.94
            flat = math.sqrt(1 - away * away) * 0.85 + 0.15
            size = radius * rng.uniform(0.03, 0.15)
            cx, cy = x + away * radius * math.cos(at), y + away * radius * math.sin(at)
            turn = f"rotate({number(math.degrees(at))} {number(cx)} {number(cy)})"
            canvas.ellipse(cx, cy, size * flat, size, fill=darken(colour, 0.22), fill_opacity=0.55, transform=turn)
            canvas.ellipse(
                cx, cy + 0.1 * size, size * flat, size, fill="none", stroke=lighten(colour, 0.3),
                stroke_width=0.2 * unit, stroke_opacity=0.5, transform=turn,
            )  # fmt: skip


def _lands(canvas: Canvas, x: float, y: float, radius: float, colour: str, tilt_deg: float) -> None:
    rng, palette = canvas.rng, canvas.palette
    land = mix(rng.choice(palette.accents), palette.light, 0.15)
    with canvas.group(clip_path=canvas.clip(ring(x, y, radius))):
        for _ in range(canvas.count(4, 9)):
            at, away, phases = rng.uniform(0, math.tau), math.sqrt(rng.random()) * radius, rng.uniform(0, math.tau)
            cx, cy, size = x + away * math.cos(at), y + away * math.sin(at), rng.uniform(0.15, 0.4) * radius
            shore = []
            for turn in (math.tau * step / 24 for step in range(24)):
                reach = size * (0.7 + 0.2 * math.sin(2 * turn + phases) + 0.18 * math.sin(3 * turn + 5 * phases))
                reach += 0.12 * size * math.sin(5 * turn + 3 * phases)
                shore.append((cx + 1.3 * reach * math.cos(turn), cy + 0.7 * reach * math.sin(turn)))
            canvas.path(canvas.smooth(shore, closed=True), fill=land, fill_opacity=0.5)


def _night_side(canvas: Canvas, x: float, y: float, radius: float, light: Point) -> None:
    """The shadow over the surface, and the air that glows at the rim."""
    if not canvas.treatment.is_soft:
        return
    towards = math.atan2(light[1] - y, light[0] - x)
    lit_x, lit_y = x + 0.62 * radius * math.cos(towards), y + 0.62 * radius * math.sin(towards)
    ink = darken(canvas.palette.ink, 0.2)
    stops = [(0, ink, 0.0), (0.42, ink, 0.04), (0.72, ink, 0.5), (1, ink, 0.86)]
    canvas.circle(x, y, radius, fill=canvas.radial(stops, lit_x, lit_y, 1.66 * radius))
    rim = mix(canvas.palette.light, canvas.palette.accents[0], 0.3)
    air = [(0, rim, 0.0), (0.86, rim, 0.0), (0.97, rim, 0.3), (1, rim, 0.75)]
    shift = 0.05 * radius
    canvas.circle(
        x,
        y,
        radius,
        fill=canvas.radial(air, x - shift * math.cos(towards), y - shift * math.sin(towards), 1.05 * radius),
    )


def _eclipse(canvas: Canvas) -> str:
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    x, y = focus(canvas)
    radius = min(rng.uniform(14, 24) * unit, 0.75 * min(x, y, canvas.width - x, canvas.height - y))
    fire = mix(palette.light, _warmest(palette), 0.35 if palette.is_dark else 0.8)
    canvas.glow(x, y, 2.6 * radius, mix(palette.accents[0], fire, 0.3), 0.75)
    _corona(canvas, x, y, radius, fire)
    canvas.glow(x, y, 1.6 * radius, palette.light, 0.95 if palette.is_dark else 0.6)
    night = darken(mix(palette.ink, palette.sky[0], 0.2), 0.2)
    canvas.circle(x, y, radius, **canvas.fill(night, shade=0.05))
    turn = rng.uniform(-2.6, -0.5)
    gem = (x + radius * math.cos(turn), y + radius * math.sin(turn))
    canvas.circle(x, y, radius, fill="none", stroke=palette.light, stroke_width=0.3 * unit, stroke_opacity=0.85)
    canvas.glow(*gem, 0.5 * radius, palette.light, 1.0)
    canvas.circle(*gem, 0.055 * radius, fill=palette.light)
    planets = canvas.count(0, 4)
    for at in range(planets):
        place = _around(canvas, [(x, y)], radius * (2 + 0.9 * at), 0.5, 12)
        _planet(canvas, *place, rng.uniform(0.9, 2.2) * unit, palette.accents[(at + 1) % len(palette.accents)], (x, y))
    return "a total eclipse with its corona and a last bead of light"


def _corona(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """Streamers of light, in two lengths."""
    rng, noise = canvas.rng, Noise(canvas.rng)
    for reach, opacity in ((1.9, 0.16), (1.5, 0.24)) if canvas.palette.is_dark else ((2.0, 0.3), (1.6, 0.4)):
        points, count = [], 60
        for step in range(count):
            turn = math.tau * step / count
            away = radius * (1 + (reach - 1) * noise.fractal(step * 0.6 + 7 * reach, 3) ** 1.6 * (1 + 0.6 * (step % 2)))
            points.append((x + away * math.cos(turn), y + away * math.sin(turn)))
        strength = opacity * rng.uniform(0.8, 1.2)
        paint = canvas.fill(colour) if canvas.treatment.outline else {"fill": colour, "fill_opacity": strength}
        canvas.path(canvas.smooth(points, closed=True), **paint)


ARRANGEMENTS: Mapping[str, Callable[[Canvas], str]] = {
    "solar_system": _system,
    "planet": _great,
    "eclipse": _eclipse,
}
