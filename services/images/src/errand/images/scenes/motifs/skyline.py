"""A city in layers, with a river, a park, a bridge or rooftops before it."""

import math
from collections.abc import Callable

from msgspec import Struct

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten, mix
from errand.images.scenes.geometry import number
from errand.images.scenes.shapes import box, loudness, ring
from errand.images.scenes.sky import clouds, lights


class Tower(Struct, frozen=True):
    """`base` is the height on the canvas that it stands on."""

    x: float
    width: float
    top: float
    base: float


def draw(canvas: Canvas) -> str:
    front = {"river": _river, "park": _park, "bridge": _bridge, "rooftops": _rooftops}[
        canvas.choose("river", "park", "bridge", "rooftops")
    ]
    ground = _ground(canvas)
    canvas.backdrop()
    heavens = _heavens(canvas, ground)
    layers = _city(canvas, ground)
    return f"a city skyline {front(canvas, ground, layers[-1])}, under {heavens}"


def _ground(canvas: Canvas) -> float:
    ground = canvas.rng.uniform(0.7, 0.8) * canvas.height
    return min(ground, canvas.safe.y + 0.06 * canvas.height) if canvas.safe.y > canvas.height / 2 else ground


def _heavens(canvas: Canvas, ground: float) -> str:
    what = lights(canvas, 0.7 * ground, canvas.rng.uniform(5, 10) * canvas.unit)
    if canvas.shows("clouds", 0.6):
        clouds(canvas, 0.1 * ground, 0.6 * ground)
    return what


def _city(canvas: Canvas, ground: float) -> list[list[Tower]]:
    count = 3 if canvas.treatment.minimal else canvas.rng.randint(3, 4)
    colours = (
        canvas.palette.ramp(count + 2)[:count] if canvas.palette.is_dark else canvas.palette.ramp(count + 1)[:count]
    )
    profile = _profile(canvas)
    layers = []
    for depth, colour in enumerate(colours):
        near = depth / (count - 1)
        towers = _row(canvas, ground, near, profile)
        _buildings(canvas, towers, colour, near, ground)
        layers.append(towers)
    return layers


def _profile(canvas: Canvas) -> Callable[[float], float]:
    """How high the city is over the width, from 0 to 1: one centre, two, or a long slope."""
    rng, width = canvas.rng, canvas.width
    hills = [(_centre(canvas), max(rng.uniform(0.1, 0.26) * width, 22 * canvas.unit), 1.0)]
    for _ in range(rng.randint(1, 2)):
        hills.append((rng.uniform(0, width), rng.uniform(0.06, 0.16) * width, rng.uniform(0.35, 0.7)))
    return lambda x: 0.2 + 0.8 * max(share * math.exp(-(((x - at) / wide) ** 2)) for at, wide, share in hills)


def _centre(canvas: Canvas) -> float:
    """Where the city is highest: beside the safe area, or anywhere where that takes all the width."""
    safe, width, rng = canvas.safe, canvas.width, canvas.rng
    if safe.width > 0.7 * width or safe.y > canvas.height / 2:
        return rng.uniform(0.2, 0.8) * width
    left, right = safe.x, width - safe.right
    on_the_right = right > left if abs(right - left) > 0.1 * width else canvas.sun[0] > width / 2
    return safe.right + 0.5 * right if on_the_right else 0.5 * left


def _highest(canvas: Canvas, x: float, margin: float, ground: float) -> float:
    """How high a building may be, so that it does not stand in the safe area."""
    safe = canvas.safe
    if safe.y > ground - 0.12 * canvas.height or not safe.x - margin < x < safe.right + margin:
        return ground
    return max(0.2 * ground, ground - safe.bottom) * canvas.rng.uniform(0.55, 1.05)


def _row(canvas: Canvas, ground: float, near: float, profile: Callable[[float], float]) -> list[Tower]:
    rng, unit = canvas.rng, canvas.unit
    highest = (0.8 - 0.16 * near) * ground
    scale = 1 if canvas.density > 0.35 else 1.6
    towers, x = [], -rng.uniform(0, 6) * unit
    while x < canvas.width:
        width = rng.uniform(3.5, 8.5) * unit * (1 + 0.25 * near) * scale
        middle = x + width / 2
        height = highest * profile(middle) * rng.uniform(0.62, 1) * (1 - 0.45 * near * rng.random())
        height = min(height, _highest(canvas, middle, width, ground))
        towers.append(Tower(x, width, ground - height, ground))
        x += width + (rng.uniform(1, 5) * unit if rng.random() < 0.35 * (1 - near) + 0.1 else 0)
    return towers


def _buildings(canvas: Canvas, towers: list[Tower], colour: str, near: float, ground: float) -> None:
    shapes = [_body(canvas, tower) for tower in towers]
    _mass(canvas, "".join(shapes), colour, near)
    if canvas.treatment.outline:
        _panes(canvas, towers, canvas.pen(), 0.35, 0.3)
        return
    if near > 0.2:
        _shade(canvas, towers, colour)
    if canvas.treatment.minimal:
        return
    if canvas.palette.is_dark:
        warm = mix(canvas.palette.light, canvas.palette.accents[0], 0.55)
        _panes(canvas, towers, warm, 0.25 + 0.65 * near, 0.2 + 0.16 * near)
        _panes(canvas, towers, canvas.palette.accents[1], 0.2 + 0.5 * near, 0.04)
    elif near > 0.2:
        _panes(canvas, towers, lighten(colour, 0.5), 0.3, 0.55)


def _mass(canvas: Canvas, d: str, colour: str, near: float) -> None:
    """Bodies that overlap, as one: lines go around all of them."""
    if canvas.treatment.outline:
        canvas.path(d, fill="none", stroke=canvas.pen(), stroke_width=0.5 * canvas.unit)
        canvas.path(d, fill=canvas.paper(colour))
    else:
        canvas.path(d, **_paint(canvas, colour, near))


def _paint(canvas: Canvas, colour: str, near: float) -> Paint:
    if not canvas.treatment.is_soft:
        return canvas.fill(colour)
    fog = mix(colour, canvas.palette.horizon, 0.62 - 0.3 * near)
    return {"fill": canvas.linear([(0, colour), (0.45, colour), (1, fog)])}


def _body(canvas: Canvas, tower: Tower) -> str:
    """Path data of a building, of one of several kinds; few stand higher than their neighbours by a mast."""
    rng, x, top, width = canvas.rng, tower.x, tower.top, tower.width
    base, height = tower.base + 1, tower.base - tower.top
    kind = rng.random()
    if kind < 0.42 or height < 1.2 * width:
        return box(x, top, width, base - top) + (_on_top(canvas, tower) if rng.random() < 0.5 else "")
    if kind < 0.58:
        step, rise = width * rng.uniform(0.14, 0.22), height * rng.uniform(0.12, 0.3)
        middle = box(x + step, top + rise / 2, width - 2 * step, rise)
        return (
            box(x, top + rise, width, base - top - rise) + middle + box(x + 1.7 * step, top, width - 3.4 * step, rise)
        )
    if kind < 0.72:
        left, right = (0.0, 0.55 * width) if rng.random() < 0.5 else (0.55 * width, 0.0)
        return _outline(x, top + left, x + width, top + right, base)
    if kind < 0.84:
        r = number(width / 2)
        return f"M{number(x)} {number(base)}V{number(top + width / 2)}a{r} {r} 0 0 1 {number(width)} 0V{number(base)}Z"
    return _spire(x, top, width, base)


def _outline(x: float, left: float, right_x: float, right: float, base: float) -> str:
    return f"M{number(x)} {number(base)}V{number(left)}L{number(right_x)} {number(right)}V{number(base)}Z"


def _spire(x: float, top: float, width: float, base: float) -> str:
    shoulder, tip = top + 0.7 * width, top - 0.5 * width
    inset, middle = 0.3 * width, x + width / 2
    return (
        f"M{number(x)} {number(base)}V{number(shoulder)}L{number(x + inset)} {number(top)}"
        f"L{number(middle)} {number(tip)}L{number(x + width - inset)} {number(top)}"
        f"L{number(x + width)} {number(shoulder)}V{number(base)}Z"
    )


def _on_top(canvas: Canvas, tower: Tower) -> str:
    """A hut of machines on the roof, or a mast."""
    unit, rng = canvas.unit, canvas.rng
    if rng.random() < 0.4:
        height = rng.uniform(2.5, 6) * unit
        return box(tower.x + tower.width / 2 - 0.12 * unit, tower.top - height, 0.24 * unit, height + 1)
    width = tower.width * rng.uniform(0.25, 0.45)
    return box(tower.x + rng.uniform(0.1, 0.5) * tower.width, tower.top - 0.9 * unit, width, unit)


def _shade(canvas: Canvas, towers: list[Tower], colour: str) -> None:
    """The sides away from the light, and a rim where it falls."""
    unit = canvas.unit
    dark, rim = [], []
    for tower in towers:
        depth = 0.34 * tower.width
        inset = tower.top + 0.7 * tower.width
        height = tower.base - inset
        if height <= 0:
            continue
        lit = tower.x if tower.x + tower.width / 2 > canvas.sun[0] else tower.x + tower.width - 0.3 * unit
        away = tower.x + tower.width - depth if lit == tower.x else tower.x
        dark.append(box(away, inset, depth, height))
        rim.append(box(lit, inset, 0.3 * unit, 0.6 * height))
    ink = darken(colour, 0.45)
    canvas.path("".join(dark), fill=canvas.linear([(0, ink, 0.5), (1, ink, 0.05)]))
    if canvas.treatment.is_soft:
        light = lighten(mix(colour, canvas.palette.accents[0], 0.4), 0.45)
        canvas.path("".join(rim), fill=canvas.linear([(0, light, 0.8), (1, light, 0)]))


def _panes(canvas: Canvas, towers: list[Tower], colour: str, opacity: float, share: float) -> None:
    """Windows, in storeys; whole storeys are lit or dark more often than single panes."""
    rng, unit = canvas.rng, canvas.unit
    panes = []
    for tower in towers:
        if loudness(canvas, tower.x + tower.width / 2, tower.top) < 0.5:
            continue
        columns = max(2, round(tower.width / (1.25 * unit)))
        pitch = (tower.width - 0.8 * unit) / columns
        top = tower.top + 0.75 * tower.width
        for storey in range(min(60, int((0.86 * tower.base + 0.14 * tower.top - top) / (1.7 * unit)))):
            lit = share * rng.choice((0.3, 1, 1.6))
            y = top + storey * 1.7 * unit
            for column in range(columns):
                if rng.random() < lit:
                    panes.append(box(tower.x + 0.4 * unit + (column + 0.2) * pitch, y, 0.6 * pitch, 0.8 * unit))
    if panes:
        canvas.path("".join(panes), fill=colour, fill_opacity=opacity)


def _river(canvas: Canvas, ground: float, towers: list[Tower]) -> str:
    _water(canvas, ground, towers)
    return "mirrored in a wide river"


def _water(canvas: Canvas, ground: float, towers: list[Tower]) -> None:
    palette, unit, rng = canvas.palette, canvas.unit, canvas.rng
    deep = mix(palette.sky[0], palette.ink, 0.55 if palette.is_dark else 0.28)
    depth = canvas.height - ground
    surface = mix(palette.horizon, palette.accents[0], 0.12)
    soft = canvas.linear([(0, surface), (0.5, mix(surface, deep, 0.6)), (1, deep)])
    canvas.rect(0, ground, canvas.width, depth + 1, fill=soft if canvas.treatment.is_soft else canvas.paper(deep))
    if canvas.treatment.is_soft:
        mirrored = "".join(box(t.x, ground, t.width, min(0.9 * depth, 0.75 * (ground - t.top))) for t in towers)
        canvas.path(
            mirrored, fill=canvas.linear([(0, palette.ink, 0.42), (0.6, palette.ink, 0.16), (1, palette.ink, 0)])
        )
    glints = []
    for _ in range(canvas.count(40, 150)):
        at = rng.random() ** 1.4
        y = ground + depth * at
        spread = (6 + 16 * at) * unit if rng.random() < 0.6 else canvas.width
        x = canvas.sun[0] + rng.uniform(-1, 1) * spread
        if loudness(canvas, x, y) > 0.4:
            width = rng.uniform(1.5, 7) * unit * (0.5 + at)
            glints.append(box(x - width / 2, y, width, (0.1 + 0.32 * at) * unit))
    canvas.path("".join(glints), fill=mix(palette.light, palette.accents[0], 0.2), fill_opacity=0.34)


def _bridge(canvas: Canvas, ground: float, towers: list[Tower]) -> str:
    _water(canvas, ground, towers)
    palette, unit, width = canvas.palette, canvas.unit, canvas.width
    span = max(0.42 * width, 60 * unit)
    first = canvas.rng.uniform(-0.2, 0.4) * width
    deck = ground + 0.18 * (canvas.height - ground)
    top = deck - min(32 * unit, 0.42 * ground)
    colour = mix(palette.ink, palette.accents[0], canvas.rng.choice((0.0, 0.75)))
    paint = canvas.fill(colour, shade=0.12)
    cables, hangers = [], []
    for pier in range(-1, 3):
        left = first + pier * span
        cables.append(
            f"M{number(left)} {number(top)}Q{number(left + span / 2)} {number(2 * deck - top - 6 * unit)}"
            f" {number(left + span)} {number(top)}"
        )
        for step in range(1, 24):
            t = step / 24
            y = top + 4 * t * (1 - t) * (deck - top - 3 * unit)
            hangers.append(f"M{number(left + t * span)} {number(y)}V{number(deck)}")
    line = canvas.pen() if canvas.treatment.outline else colour
    canvas.path("".join(hangers), fill="none", stroke=line, stroke_width=0.14 * unit, stroke_opacity=0.75)
    canvas.path("".join(cables), fill="none", stroke=line, stroke_width=0.55 * unit)
    for pier in range(-1, 3):
        _pier(canvas, first + pier * span, top, deck, paint)
    canvas.rect(-unit, deck, width + 2 * unit, 1.5 * unit, **paint)
    return "behind a long suspension bridge"


def _pier(canvas: Canvas, x: float, top: float, deck: float, paint: Paint) -> None:
    unit = canvas.unit
    foot = deck + 0.3 * (canvas.height - deck)
    legs = box(x - 2 * unit, top - unit, 1.1 * unit, foot - top + unit) + box(
        x + 0.9 * unit, top - unit, 1.1 * unit, foot - top + unit
    )
    beams = "".join(box(x - unit, top + share * (deck - top), 2 * unit, unit) for share in (0.0, 0.33, 0.66))
    canvas.path(legs + beams, **paint)
    canvas.rect(x - 3.4 * unit, foot - unit, 6.8 * unit, 2 * unit, rx=0.5 * unit, **paint)


def _park(canvas: Canvas, ground: float, towers: list[Tower]) -> str:
    palette, unit, rng = canvas.palette, canvas.unit, canvas.rng
    canvas.haze(ground - 14 * unit, ground + unit, strength=0.5)
    green = mix(palette.ink, palette.accents[1], 0.35 if palette.is_dark else 0.6)
    rows = 3
    for row in range(rows):
        near = row / (rows - 1)
        y = ground + (canvas.height - ground) * 0.34 * row
        colour = mix(mix(palette.horizon, green, 0.62), mix(green, palette.ink, 0.55), near)
        _mass(canvas, _trees(canvas, y, (3.2 + 3.4 * near) * unit), colour, 0.7)
    if rng.random() < 0.6:
        for _ in range(canvas.count(3, 9)):
            _bird(canvas, rng.uniform(0, canvas.width), rng.uniform(0.2, 0.5) * ground)
    return "above the trees of a park"


def _trees(canvas: Canvas, y: float, size: float) -> str:
    """Path data of crowns side by side, and of the ground below them."""
    rng = canvas.rng
    crowns, x = [box(-size, y, canvas.width + 2 * size, canvas.height - y + 1)], -size
    while x < canvas.width + size:
        radius = size * rng.uniform(0.55, 1.15)
        crowns.append(ring(x, y - radius * rng.uniform(0, 0.45), radius))
        x += radius * rng.uniform(0.9, 1.5)
    return "".join(crowns)


def _bird(canvas: Canvas, x: float, y: float) -> None:
    if loudness(canvas, x, y) < 0.6:
        return
    wing = canvas.rng.uniform(0.8, 1.5) * canvas.unit
    w, h = number(wing), number(0.5 * wing)
    d = f"M{number(x - wing)} {number(y)}q{number(wing / 2)} -{h} {w} {h}q{number(wing / 2)} -{number(wing)} {w} -{h}"
    canvas.path(d, fill="none", stroke=canvas.palette.ink, stroke_width=0.22 * canvas.unit, stroke_opacity=0.7)


def _rooftops(canvas: Canvas, ground: float, towers: list[Tower]) -> str:
    palette, unit, rng = canvas.palette, canvas.unit, canvas.rng
    canvas.haze(ground - 20 * unit, ground + unit, strength=0.6)
    canvas.rect(0, ground, canvas.width, canvas.height - ground + 1, fill=palette.ramp(5)[3])
    x = -rng.uniform(2, 10) * unit
    while x < canvas.width:
        width = rng.uniform(16, 30) * unit
        rise = rng.uniform(2, 13) * unit * loudness(canvas, x + width / 2, ground - 6 * unit)
        _roof(canvas, Tower(x, width, ground + 3 * unit - rise, canvas.height))
        x += width
    return "beyond rooftops with water tanks"


def _roof(canvas: Canvas, tower: Tower) -> None:
    palette, unit, rng = canvas.palette, canvas.unit, canvas.rng
    colour = mix(palette.ink, palette.accents[rng.randrange(len(palette.accents))], rng.uniform(0.02, 0.2))
    paint = _paint(canvas, colour, 1.0)
    middle = tower.x + tower.width * rng.uniform(0.25, 0.7)
    if rng.random() < 0.55 and loudness(canvas, middle, tower.top - 8 * unit) > 0.7:
        _tank(canvas, middle, tower.top, canvas.fill(colour, shade=0.12, angle_deg=0))
    for _ in range(rng.randint(1, 3)):
        chimney = tower.x + rng.uniform(0.05, 0.85) * tower.width
        canvas.rect(chimney, tower.top - rng.uniform(1.5, 3.5) * unit, 1.8 * unit, 4 * unit, **paint)
    canvas.rect(tower.x, tower.top, tower.width + 0.5, tower.base - tower.top + 1, **paint)
    canvas.rect(
        tower.x - 0.4 * unit, tower.top, tower.width + 0.8 * unit, 0.9 * unit, **canvas.fill(lighten(colour, 0.12))
    )
    lit = mix(palette.light, palette.accents[0], 0.5)
    if not canvas.treatment.minimal:
        faces = [Tower(tower.x + unit, tower.width - 2 * unit, tower.top - 0.6 * tower.width, tower.base)]
        _panes(canvas, faces, lit, 0.85 if palette.is_dark else 0.25, 0.12)


def _tank(canvas: Canvas, x: float, base: float, paint: Paint) -> None:
    unit = canvas.unit
    radius, height = 2.9 * unit, 5 * unit
    top = base - height - 3.2 * unit
    legs = "".join(
        box(x + share * radius - 0.18 * unit, base - 3.4 * unit, 0.36 * unit, 3.5 * unit) for share in (-0.8, 0, 0.8)
    )
    canvas.path(legs, **paint)
    canvas.rect(x - radius, top, 2 * radius, height, **paint)
    canvas.polygon([(x - 1.12 * radius, top), (x, top - 2.3 * unit), (x + 1.12 * radius, top)], **paint)
