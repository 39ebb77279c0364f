"""A port: gantry cranes, stacks of containers, ships, water."""

from typing import NamedTuple

from errand.images.scenes import sky
from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.noise import Noise


class Pen(NamedTuple):
    """What something is drawn with at a distance: its colours are veiled by `haze`, from 0 to 1."""

    canvas: Canvas
    body: str
    haze: float

    def veiled(self, colour: str) -> str:
        return mix(colour, self.canvas.palette.horizon, self.haze)

    def paint(self, colour: str, shade: float = 0.06) -> Paint:
        return self.canvas.fill(self.veiled(colour), shade=shade, weight=0.6)

    def stroke(self, width: float) -> Paint:
        colour = self.canvas.pen() if self.canvas.treatment.outline else self.veiled(self.body)
        thin = 0.55 if self.canvas.treatment.outline else 1
        return {"stroke": colour, "stroke_width": thin * width, "fill": "none"}


def draw(canvas: Canvas) -> str:
    # A pile in front leaves no calm water below, nor in the middle.
    piled = () if canvas.is_quiet_below or canvas.is_quiet_amid else ("yard",)
    place = canvas.choose("quay", "departure", *piled)
    arrangement = {"quay": _quay, "departure": _departure, "yard": _yard}[place]
    canvas.backdrop()
    light = sky.lights(canvas, 0.5 * canvas.height, canvas.unit * canvas.rng.uniform(5, 12))
    if canvas.shows("clouds", 0.7):
        sky.clouds(canvas, 0.1 * canvas.height, 0.42 * canvas.height, 5)
    return f"{arrangement(canvas)}, under {light}"


# Arrangements


def _quay(canvas: Canvas) -> str:
    """A ship at the quay, cranes over it."""
    level, side = _waterline(canvas), _busy_side(canvas)
    _far_shore(canvas, level)
    cranes = canvas.count(2, 4)
    scale = _scale(canvas)
    where = [_place(canvas, side, 0.1 + 0.5 * at / max(1, cranes - 1)) for at in range(cranes)]
    _land(canvas, level, side)
    for at, x in enumerate(where):
        pen = Pen(canvas, canvas.palette.ramp(6)[3], 0.3 - 0.25 * at / cranes)
        _stacks(pen, x - 26 * scale, level, 52 * scale, 5 * scale)
        _crane(pen, x, level, 62 * scale * canvas.rng.uniform(0.82, 1.12), -side)
    _water(canvas, level, cranes)
    ship = Pen(canvas, canvas.palette.ink, 0.05)
    _ship(ship, _place(canvas, side, 0.36), level + 6.5 * scale, 105 * scale, -side)
    return f"a container ship at a quay with {_number(cranes)} gantry cranes"


def _departure(canvas: Canvas) -> str:
    """A ship on open water, the port far behind, now and then another one on its way in."""
    rng, side, scale = canvas.rng, _busy_side(canvas), _scale(canvas)
    level = _waterline(canvas) - rng.uniform(0.02, 0.14) * canvas.height
    _far_shore(canvas, level)
    for at in range(canvas.count(2, 6)):
        pen = Pen(canvas, canvas.palette.ramp(6)[2], 0.35)
        _crane(pen, _place(canvas, side, 0.02 + 0.16 * at), level, 22 * scale * rng.uniform(0.8, 1.3), -side)
    _water(canvas, level, 0)
    ahead = rng.choice((-side, -side, side))
    if rng.random() < 0.5:
        far = Pen(canvas, canvas.palette.ramp(6)[4], 0.3)
        _ship(far, _place(canvas, -side, rng.uniform(0.12, 0.3)), level + 2.5 * scale, 34 * scale, -ahead)
    length = rng.uniform(85, 150) * scale
    _ship(
        Pen(canvas, canvas.palette.ink, 0.0),
        _place(canvas, side, rng.uniform(0.34, 0.48)),
        level + 0.11 * length,
        length,
        ahead,
    )
    return "a loaded container ship off a port with gantry cranes"


def _yard(canvas: Canvas) -> str:
    """Containers piled up in front, cranes behind them."""
    level, side, scale = _waterline(canvas) + 0.1 * canvas.height, _busy_side(canvas), _scale(canvas)
    _far_shore(canvas, level)
    for at in range(canvas.count(2, 4)):
        pen = Pen(canvas, canvas.palette.ramp(6)[3], 0.45 - 0.1 * at)
        _crane(pen, _place(canvas, side, 0.1 + 0.26 * at), level, scale * (52 + 9 * at), -side)
    _land(canvas, level, side)
    canvas.haze(level - 30 * scale, level, strength=0.45)
    rows = max(3, round((canvas.height - level) / (13 * scale)))
    for row in range(rows):
        pen = Pen(canvas, canvas.palette.ink, 0.4 - 0.4 * row / (rows - 1))
        base = level + (canvas.height + 2 * scale - level) * row / (rows - 1)
        _pile(pen, base, (7 + 9 * row / (rows - 1)) * scale, side)
    return "rows of stacked containers in front of gantry cranes"


def _waterline(canvas: Canvas) -> float:
    if canvas.is_quiet_below:
        return 0.5 * canvas.height
    return canvas.height * (0.84 if canvas.is_quiet_amid else canvas.rng.uniform(0.7, 0.77))


def _busy_side(canvas: Canvas) -> int:
    """1: most is on the right, since the quiet area is on the left; -1: the other way round."""
    centre = canvas.safe.centre[0] / canvas.width
    return 1 if centre < 0.45 else -1 if centre > 0.55 else canvas.rng.choice((-1, 1))


def _place(canvas: Canvas, side: int, inward: float) -> float:
    """A distance from the busy edge, as a share of the width, as x."""
    return canvas.width * (1 - inward if side > 0 else inward)


def _scale(canvas: Canvas) -> float:
    """Like the unit, but no more than the height or the width can hold."""
    room = 0.42 if canvas.is_quiet_amid else 0.75 if canvas.is_quiet_below else 1
    return room * min(canvas.height * 1.0, canvas.width * 0.85, 1.3 * min(canvas.width, canvas.height)) / 100


# Surroundings


def _far_shore(canvas: Canvas, level: float) -> None:
    noise, colour = Noise(canvas.rng), canvas.palette.ramp(7)[0]
    rise = 0.09 * min(canvas.height, canvas.width)
    points = [(canvas.width * at / 40, level - rise * noise.fractal(at / 7, 4)) for at in range(41)]
    canvas.polygon(
        [(-canvas.unit, level), *points, (canvas.width + canvas.unit, level)], **canvas.fill(colour, shade=0.03)
    )
    canvas.haze(level - 1.6 * rise, level, strength=0.7)


def _land(canvas: Canvas, level: float, side: int) -> None:
    colour = canvas.palette.ramp(6)[4]
    canvas.rect(
        -canvas.unit, level - 0.6 * canvas.unit, canvas.width + 2 * canvas.unit, canvas.height, **canvas.fill(colour)
    )


def _water(canvas: Canvas, level: float, lamps: int) -> None:
    width, height = canvas.width, canvas.height
    top = level + (2.2 * canvas.unit if lamps else 0)
    near = mix(canvas.palette.ramp(6)[3], canvas.palette.sky[1], 0.3)
    far = mix(canvas.palette.horizon, near, 0.35)
    paint = canvas.fill(near)
    if canvas.treatment.is_soft:
        paint = {"fill": canvas.linear([(0, far), (0.35, near), (1, darken(near, 0.35))])}
    canvas.rect(-canvas.unit, top, width + 2 * canvas.unit, height, **paint)
    if not canvas.treatment.outline:
        sky.glitter(canvas, top, height)
    _ripples(canvas, top)


def _ripples(canvas: Canvas, top: float) -> None:
    rng = canvas.rng
    for _ in range(canvas.count(10, 34)):
        depth = rng.random()
        y, length = top + (canvas.height - top) * depth, canvas.unit * (3 + 14 * depth) * rng.uniform(0.5, 1.2)
        x = rng.uniform(0, canvas.width)
        fade = 0.3 * (1 - 0.6 * canvas.quiet(x, y))
        colour = canvas.pen() if canvas.treatment.outline else lighten(canvas.palette.horizon, 0.2)
        canvas.rect(
            x, y, length, canvas.unit * (0.1 + 0.18 * depth), rx=0.2 * canvas.unit, fill=colour, fill_opacity=fade
        )


# Things


def _crane(pen: Pen, x: float, base: float, tall: float, reach: int) -> None:
    """From the side: legs, a boom out over the water at `reach` (-1: to the left), an apex with stays, a trolley."""
    canvas, beam, thick = pen.canvas, base - 0.6 * tall, 0.034 * tall
    half = 0.13 * tall
    leg = pen.stroke(thick)
    for foot in (-half, half):
        canvas.path(f"M{x + foot:.2f} {base:.2f}V{beam:.2f}", **leg)
        canvas.rect(x + foot - 0.05 * tall, base - 0.03 * tall, 0.1 * tall, 0.03 * tall, **pen.paint(pen.body))
    brace = pen.stroke(0.5 * thick)
    canvas.path(f"M{x - half:.2f} {base - 0.2 * tall:.2f}H{x + half:.2f}", **leg)
    canvas.path(f"M{x - half:.2f} {base - 0.2 * tall:.2f}L{x + half:.2f} {beam:.2f}", **brace)
    _boom(pen, x, beam, tall, reach)
    if not canvas.treatment.outline:
        lit = -1 if canvas.sun[0] < x else 1
        glow = mix(pen.veiled(pen.body), canvas.palette.light, 0.6)
        for foot in (-half, half):
            canvas.rect(x + foot + lit * 0.35 * thick, beam, 0.18 * thick, base - beam, fill=glow, fill_opacity=0.7)


def _boom(pen: Pen, x: float, beam: float, tall: float, reach: int) -> None:
    canvas, thick = pen.canvas, 0.036 * tall
    raised = canvas.rng.random() < 0.25
    hinge = x + reach * 0.16 * tall
    tip_x, tip_y = (hinge + reach * 0.24 * tall, beam - 0.5 * tall) if raised else (x + reach * 0.8 * tall, beam)
    back = x - reach * 0.36 * tall
    apex_x, apex_y = x + reach * 0.1 * tall, beam - 0.36 * tall
    wire = pen.stroke(0.22 * thick)
    for to_x, to_y in ((tip_x, tip_y), ((hinge + tip_x) / 2, (beam + tip_y) / 2), (back, beam)):
        canvas.path(f"M{apex_x:.2f} {apex_y:.2f}L{to_x:.2f} {to_y:.2f}", **wire)
    canvas.path(
        f"M{x - 0.13 * tall:.2f} {beam:.2f}L{apex_x:.2f} {apex_y:.2f}L{x + 0.13 * tall:.2f} {beam:.2f}",
        **pen.stroke(0.6 * thick),
    )
    accent = Pen(canvas, canvas.palette.accents[0], pen.haze) if not canvas.treatment.outline else pen
    canvas.path(
        f"M{back:.2f} {beam:.2f}H{hinge:.2f}L{tip_x:.2f} {tip_y:.2f}", stroke_linejoin="round", **accent.stroke(thick)
    )
    canvas.rect(
        min(back, back + reach * 0.14 * tall), beam - 0.085 * tall, 0.14 * tall, 0.085 * tall, **pen.paint(pen.body)
    )
    if not raised:
        _load(pen, x + reach * canvas.rng.uniform(0.3, 0.7) * tall, beam, tall)


def _load(pen: Pen, x: float, beam: float, tall: float) -> None:
    """The trolley with its cabin, and a container on the ropes."""
    canvas, drop = pen.canvas, pen.canvas.rng.uniform(0.08, 0.24) * tall
    canvas.rect(x - 0.035 * tall, beam + 0.012 * tall, 0.07 * tall, 0.035 * tall, **pen.paint(pen.body))
    for side in (-1, 1):
        canvas.path(
            f"M{x + side * 0.025 * tall:.2f} {beam:.2f}L{x + side * 0.05 * tall:.2f} {beam + drop:.2f}",
            **pen.stroke(0.006 * tall),
        )
    _container(pen, x - 0.07 * tall, beam + drop, 0.14 * tall, 0.055 * tall)


def _container(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    canvas = pen.canvas
    colour = canvas.rng.choice(canvas.palette.accents)
    colour = mix(colour, canvas.palette.ink, canvas.rng.choice((0.05, 0.15, 0.3)))
    canvas.rect(x, y, width, height, **pen.paint(colour, 0.05))
    if width > 5 * canvas.unit:
        ribs = "".join(f"M{x + width * at / 8:.2f} {y + 0.12 * height:.2f}v{0.76 * height:.2f}" for at in range(1, 8))
        dark = pen.veiled(darken(colour, 0.3))
        canvas.path(ribs, stroke=dark, stroke_width=0.03 * height, stroke_opacity=0.5)
    if not canvas.treatment.outline:
        canvas.rect(x, y, width, 0.09 * height, fill=pen.veiled(lighten(colour, 0.35)), fill_opacity=0.8)


def _stacks(pen: Pen, left: float, base: float, width: float, tall: float) -> None:
    """Containers in columns, `tall` each."""
    wide = 2.3 * tall
    for column in range(int(width / wide)):
        for level in range(pen.canvas.rng.randint(0, 4)):
            _container(pen, left + column * wide, base - (level + 1) * tall, 0.97 * wide, 0.96 * tall)


def _pile(pen: Pen, base: float, tall: float, side: int) -> None:
    """Columns from edge to edge, higher towards the busy one."""
    canvas, wide = pen.canvas, 2.35 * tall
    noise = Noise(canvas.rng)
    for column in range(-1, int(canvas.width / wide) + 2):
        x = column * wide
        busy = x / canvas.width if side > 0 else 1 - x / canvas.width
        most = (
            4.6
            * noise.fractal(0.7 * column + 20, 2)
            * (0.25 + 1.1 * max(0.0, busy))
            * (1 - 0.6 * canvas.quiet(x, base - 2 * tall))
        )
        for level in range(max(1, round(min(most, 3.4)))):
            _container(pen, x, base - (level + 1) * tall, 0.98 * wide, 0.97 * tall)
    colour = pen.veiled(canvas.palette.ink)
    canvas.rect(-canvas.unit, base, canvas.width + 2 * canvas.unit, canvas.height, **canvas.fill(colour, shade=0.03))


def _ship(pen: Pen, middle: float, water: float, length: float, ahead: int) -> None:
    """Afloat at `water`, its bow at `ahead` (-1: to the left)."""
    canvas, tall = pen.canvas, 0.085 * length
    stern, bow = middle - ahead * length / 2, middle + ahead * length / 2
    deck = water - tall
    foot, head = (stern + ahead * 0.02 * length, water), (bow - ahead * 0.05 * length, water)
    bulwark = [(bow - ahead * 0.09 * length, deck - 0.18 * tall), (bow - ahead * 0.1 * length, deck)]
    hull = [(stern, deck), foot, head, (bow, deck - 0.25 * tall), *bulwark]
    _mirror(pen, middle, water, length)
    _cargo(pen, stern + ahead * 0.24 * length, deck, 0.64 * length, ahead)
    _bridge(pen, stern + ahead * 0.13 * length, deck, length)
    canvas.polygon(hull, **pen.paint(pen.body))
    stripe = [
        (stern + ahead * 0.014 * length, water - 0.3 * tall),
        (bow - ahead * 0.037 * length, water - 0.3 * tall),
        hull[2],
        hull[1],
    ]
    canvas.polygon(stripe, **pen.paint(mix(canvas.palette.accents[0], canvas.palette.ink, 0.25)))
    if not canvas.treatment.outline:
        edge = mix(pen.body, canvas.palette.light, 0.45)
        canvas.path(f"M{stern:.2f} {deck:.2f}H{bow - ahead * 0.1 * length:.2f}", stroke=edge, stroke_width=0.05 * tall)
    canvas.rect(
        min(stern, bow) + 0.03 * length, water, 0.9 * length, 0.06 * tall, fill=canvas.palette.light, fill_opacity=0.5
    )


def _cargo(pen: Pen, start: float, deck: float, width: float, ahead: int) -> None:
    rng, wide, tall = pen.canvas.rng, width / 11, width / 30
    loaded = rng.randint(3, 6)
    for column in range(11):
        x = start + ahead * column * wide
        most = rng.randint(loaded - 2, loaded) - (column > 8)
        for level in range(max(1, most)):
            _container(pen, min(x, x + ahead * wide), deck - (level + 1) * tall, 0.96 * wide, 0.95 * tall)


def _bridge(pen: Pen, x: float, deck: float, length: float) -> None:
    canvas, wide, tall = pen.canvas, 0.08 * length, 0.19 * length
    white = mix(canvas.palette.light, canvas.palette.ink, 0.12)
    canvas.rect(x - wide / 2, deck - tall, wide, tall, **pen.paint(white))
    canvas.rect(x - 0.75 * wide, deck - tall, 1.5 * wide, 0.13 * tall, **pen.paint(white))
    for floor in range(5):
        y = deck - tall * (0.95 - 0.17 * floor)
        canvas.rect(x - 0.4 * wide, y, 0.8 * wide, 0.045 * tall, fill=pen.veiled(canvas.palette.ink), fill_opacity=0.75)
    canvas.rect(x - 0.14 * wide, deck - 1.3 * tall, 0.06 * wide, 0.3 * tall, **pen.paint(pen.body, 0))


def _mirror(pen: Pen, middle: float, water: float, length: float) -> None:
    """What the water shows of the hull: broken into bars that fade with depth."""
    canvas, rng = pen.canvas, pen.canvas.rng
    if canvas.treatment.outline:
        return
    for at in range(11):
        y, wide = water + length * 0.013 * at, length * (0.95 - 0.035 * at) * rng.uniform(0.75, 1)
        x = middle + length * rng.uniform(-0.04, 0.04)
        height = length * rng.uniform(0.006, 0.013)
        canvas.rect(x - wide / 2, y, wide, height, rx=height / 2, fill=pen.body, fill_opacity=0.5 - 0.043 * at)


def _number(count: int) -> str:
    return ("no", "one", "two", "three", "four", "five")[count]
