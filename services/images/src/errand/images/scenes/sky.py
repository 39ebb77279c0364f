"""What is above the horizon: the sun or the moon, stars, clouds; and their light on water."""

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import lab, lighten, mix
from errand.images.scenes.geometry import Point, number


def lights(canvas: Canvas, stars_down_to: float, radius: float) -> str:
    """Stars where it is dark, and the sun or the moon, unless they are to be left out. Answers what there is."""
    is_night = canvas.palette.is_dark and "sun" not in canvas.hints
    has_stars = is_night and canvas.shows("stars", 1)
    if has_stars:
        stars(canvas, stars_down_to)
    if canvas.shows("moon" if is_night else "sun", 1):
        return disc(canvas, radius, is_moon=is_night)
    return "a sky of stars" if has_stars else "a wide sky"


def disc(canvas: Canvas, radius: float, *, is_moon: bool) -> str:
    """At the place of the light. Answers its name."""
    x, y = canvas.sun
    # The accent that is most like a flame: a blue sun looks like a hole in the sky.
    warm = max(canvas.palette.accents, key=lambda accent: lab(accent).a + 1.4 * lab(accent).b)
    strength = 0.12 if is_moon or lab(warm).b < 0.03 else 0.42
    colour = mix(canvas.palette.light, warm, strength)
    canvas.glow(x, y, 2.6 * radius, colour, 0.55)
    paint = canvas.fill(mix(colour, canvas.palette.light, 0.5), shade=0)
    if canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, canvas.palette.light), (1, colour)])}
    if is_moon and canvas.rng.random() < 0.5:
        canvas.path(_crescent(x, y, radius), **paint)
        return "a crescent moon"
    canvas.circle(x, y, radius, **paint)
    return "a full moon" if is_moon else "a low sun"


def _crescent(x: float, y: float, radius: float) -> str:
    top = f"{number(x + 0.35 * radius)} {number(y - 0.94 * radius)}"
    bottom = f"{number(x + 0.35 * radius)} {number(y + 0.94 * radius)}"
    outer, inner = number(radius), number(1.12 * radius)
    return f"M{top}A{outer} {outer} 0 1 0 {bottom}A{inner} {inner} 0 0 1 {top}Z"


def stars(canvas: Canvas, bottom: float, most: int = 110) -> None:
    """Fewer and fainter towards `bottom`, and where the canvas is to be quiet."""
    rng = canvas.rng
    for _ in range(canvas.count(most // 4, most)):
        x, depth = rng.uniform(0, canvas.width), rng.random() ** 1.4
        size = canvas.unit * rng.choice((0.08, 0.1, 0.12, 0.2))
        fade = (1 - depth) * (1 - 0.75 * canvas.quiet(x, depth * bottom))
        canvas.circle(x, depth * bottom, size, fill=canvas.palette.light, fill_opacity=0.15 + 0.75 * fade)


def clouds(canvas: Canvas, top: float, bottom: float, most: int = 7) -> None:
    """Long and thin, lit from where the sun is."""
    rng = canvas.rng
    for _ in range(canvas.count(2, most)):
        x, y = rng.uniform(-0.1, 1.1) * canvas.width, rng.uniform(top, bottom)
        length = rng.uniform(0.18, 0.5) * max(canvas.width, 0.7 * canvas.height)
        _cloud(canvas, (x, y), length, rng.uniform(0.05, 0.1) * length)


def _cloud(canvas: Canvas, centre: Point, length: float, height: float) -> None:
    """A lens with humps on its upper side."""
    rng, (x, y) = canvas.rng, centre
    humps = [(x + length * (at - 0.5), y - height * rng.uniform(0.3, 1) * 4 * at * (1 - at)) for at in _steps(7)]
    d = canvas.smooth([(x - 0.5 * length, y), *humps, (x + 0.5 * length, y), (x, y + 0.16 * height)], closed=True)
    light = lighten(mix(canvas.palette.horizon, canvas.palette.light, 0.55), 0.1)
    strength = 0.25 if canvas.palette.is_dark else 0.55
    paint: Paint = {"fill": light, "fill_opacity": 0.6 * strength}
    if canvas.treatment.outline:
        paint = canvas.fill(light)
    elif canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, light, strength), (1, light, 0.05)])}
    canvas.path(d, **paint)


def glitter(canvas: Canvas, horizon: float, bottom: float) -> None:
    """The light's path on water: short strokes, longer and farther apart the nearer they are."""
    rng, x = canvas.rng, canvas.sun[0]
    colour = mix(canvas.palette.light, canvas.palette.accents[0], 0.15)
    for _ in range(canvas.count(22, 46)):
        depth = rng.random() ** 1.5
        y = horizon + (bottom - horizon) * depth
        spread = canvas.unit * (3 + 16 * depth)
        length = canvas.unit * rng.uniform(1.2, 3) * (0.5 + 2.6 * depth)
        centre = x + rng.gauss(0, 0.5) * spread
        canvas.ellipse(
            centre, y, length, canvas.unit * (0.08 + 0.26 * depth), fill=colour, fill_opacity=0.75 - 0.5 * depth
        )


def _steps(count: int) -> list[float]:
    """Between 0 and 1, without both."""
    return [(step + 1) / (count + 1) for step in range(count)]
