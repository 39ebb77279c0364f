"""Leaves and flowers: from the corners, as a wreath, as a meadow, hanging."""

import math
from collections.abc import Callable, Mapping

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import lab, mix
from errand.images.scenes.geometry import Point, number
from errand.images.scenes.leaves import flower, leaf
from errand.images.scenes.shapes import focus, loudness


def draw(canvas: Canvas) -> str:
    names = [name for name in ARRANGEMENTS if name != _covered(canvas)]
    arrangement = ARRANGEMENTS[canvas.choose(*names)]
    canvas.backdrop()
    return arrangement(canvas)


def _covered(canvas: Canvas) -> str:
    """What would grow into the safe area."""
    if canvas.safe.height >= canvas.height:
        return ""
    return "meadow" if canvas.safe.y > canvas.height / 2 else "vines" if canvas.safe.y < 0.2 * canvas.height else ""


def _greens(canvas: Canvas, depth: float) -> str:
    """A colour for leaves: pale far away, dark close by; that of a silhouette where no accent is like a leaf."""
    palette, rng = canvas.palette, canvas.rng
    leafy = min(palette.accents, key=lambda accent: lab(accent).a)
    if lab(leafy).a > -0.03:
        return mix(palette.ramp(7)[1 + round(5 * depth)], rng.choice(palette.accents), rng.uniform(0.05, 0.25))
    tinted = mix(leafy, rng.choice(palette.accents), rng.uniform(0, 0.22))
    return mix(mix(palette.horizon, tinted, 0.6), mix(tinted, palette.ink, 0.55), depth)


def _bloom(canvas: Canvas) -> str:
    blooming = sorted(canvas.palette.accents, key=lambda accent: lab(accent).a)[1:]
    return canvas.rng.choice(blooming)


# From the corners


def _corners(canvas: Canvas) -> str:
    """Large leaves from a corner that the safe area leaves, and smaller ones from the one across or beside it."""
    kinds = canvas.rng.sample(["monstera", "fern", "palm", "oval", "eucalyptus", "lance", "twig"], 3)
    first, second = _free_corners(canvas)
    reach = min(78 * canvas.unit, 0.6 * max(canvas.width, canvas.height))
    _spray(canvas, second, 0.7 * reach, kinds)
    _spray(canvas, first, reach, kinds)
    if canvas.shows("flowers", 0.6):
        _posy(canvas, first, 0.3 * reach)
        return f"{_called(kinds)} leaves with flowers, from the corners"
    return f"{_called(kinds)} leaves, from the corners"


def _called(kinds: list[str]) -> str:
    words = {"oval": "broad", "lance": "slim", "monstera": "monstera", "twig": "pointed"}
    named = [words.get(kind, kind) for kind in kinds]
    return f"{', '.join(named[:-1])} and {named[-1]}"


def _free_corners(canvas: Canvas) -> tuple[Point, Point]:
    """The two that are farthest from the safe area, or any two across from each other."""
    width, height = canvas.width, canvas.height
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    canvas.rng.shuffle(corners)
    x, y = canvas.safe.centre
    first, *rest = sorted(corners, key=lambda corner: -round(math.dist(corner, (x, y)) / width, 1))
    beside = [corner for corner in rest if loudness(canvas, *corner) > 0.5]
    return first, (beside or rest)[0]


def _spray(canvas: Canvas, corner: Point, reach: float, kinds: list[str]) -> None:
    """Leaves that start along both rims at a corner and bend inwards, the far ones the longest."""
    rng = canvas.rng
    right, down = (-1 if corner[0] else 1), (-1 if corner[1] else 1)
    layers = 3 if canvas.density > 0.4 else 2
    for layer in range(layers):
        depth, count = layer / (layers - 1), canvas.count(4, 7)
        kind = kinds[layer % len(kinds)]
        for at in range(count):
            along = (at + rng.uniform(0.2, 0.8)) / count * 2 - 1
            rim = 0.55 * reach * (1 - 0.25 * depth) * abs(along)
            start = (corner[0] + right * rim * (along > 0), corner[1] + down * rim * (along <= 0))
            turn = math.pi / 4 * (1 - 0.55 * along) + rng.uniform(-0.3, 0.3)
            angle = math.atan2(-down * math.sin(turn), right * math.cos(turn))
            length = reach * (1 - 0.3 * depth) * (1 - 0.45 * abs(along)) * rng.uniform(0.8, 1.15)
            leaf(canvas, kind, start, angle, _kept(canvas, start, angle, length), _greens(canvas, 0.2 + 0.75 * depth))


def _kept(canvas: Canvas, start: Point, angle: float, length: float) -> float:
    """The length at which a leaf does not reach into the safe area."""
    for share in (1.0, 0.8, 0.6, 0.45):
        tip = (start[0] + share * length * math.cos(angle), start[1] - share * length * math.sin(angle))
        if loudness(canvas, *tip, 4 * canvas.unit) > 0.9:
            return share * length
    return 0.3 * length


def _posy(canvas: Canvas, corner: Point, reach: float) -> None:
    rng = canvas.rng
    inwards = math.atan2(canvas.height / 2 - corner[1], canvas.width / 2 - corner[0])
    for at in range(canvas.count(2, 5)):
        turn, away = inwards + rng.uniform(-0.6, 0.6), reach * (0.3 + 0.36 * at)
        place = (corner[0] + away * math.cos(turn), corner[1] + away * math.sin(turn))
        if loudness(canvas, *place) > 0.6:
            flower(canvas, place, rng.uniform(4.5, 9) * canvas.unit, _bloom(canvas))


# Around


def _wreath(canvas: Canvas) -> str:
    rng, unit = canvas.rng, canvas.unit
    x, y = _wreath_centre(canvas)
    radius = min(rng.uniform(28, 36) * unit, 0.76 * min(x, canvas.width - x, y, canvas.height - y))
    kinds = rng.sample(["eucalyptus", "twig", "oval", "lance"], 2)
    if canvas.treatment.is_soft:
        canvas.glow(x, y, 1.5 * radius, canvas.palette.light, 0.5)
    wood = mix(canvas.palette.ink, canvas.palette.accents[0], 0.3)
    canvas.circle(x, y, radius, fill="none", stroke=wood, stroke_width=0.4 * unit, stroke_opacity=0.7)
    gap = rng.uniform(0, math.tau)
    open_share = rng.choice((0.0, 0.0, 0.14))
    for layer, kind in enumerate(kinds):
        count = canvas.count(18, 32)
        for at in range(count):
            turn = gap + math.tau * (open_share + (1 - open_share) * at / count)
            place = (x + radius * math.cos(turn), y - radius * math.sin(turn))
            outwards = turn + math.pi / 2 + rng.choice((-0.65, 0.0, 0.6)) + rng.uniform(-0.15, 0.15)
            leaf(canvas, kind, place, outwards, radius * rng.uniform(0.32, 0.5), _greens(canvas, 0.3 + 0.6 * layer))
    if canvas.shows("flowers", 0.75):
        for at in range(canvas.count(3, 7)):
            turn = gap + rng.choice((0.0, math.pi)) + rng.uniform(-0.45, 0.45) + 0.05 * at
            place = (x + radius * math.cos(turn), y - radius * math.sin(turn))
            flower(canvas, place, radius * rng.uniform(0.12, 0.22), _bloom(canvas))
        return "a wreath of leaves with flowers"
    return "a wreath of leaves"


def _wreath_centre(canvas: Canvas) -> Point:
    """Around the safe area where that is in the middle, else beside it."""
    middle = (canvas.width / 2, canvas.height / 2)
    is_central = canvas.safe.x > 0 and canvas.safe.y > 0 and canvas.safe.right < canvas.width
    return middle if is_central else focus(canvas)


# Upwards and downwards


def _meadow(canvas: Canvas) -> str:
    """Grass in rows from far to near, and flowers on stems."""
    rng, unit = canvas.rng, canvas.unit
    has_flowers = canvas.shows("flowers", 0.9)
    for row in range(3):
        depth = row / 2
        highest = (26 + 16 * depth) * unit * (1.3 if canvas.is_tall else 1)
        for _ in range(canvas.count(20, 46) if canvas.is_wide else canvas.count(14, 34)):
            x = rng.uniform(-0.04, 1.04) * canvas.width
            height = highest * rng.uniform(0.45, 1) * _room(canvas, x, highest)
            _blade(canvas, (x, canvas.height + unit), height, _greens(canvas, 0.15 + 0.75 * depth))
        if has_flowers:
            for _ in range(canvas.count(3, 9)):
                x = rng.uniform(0.02, 0.98) * canvas.width
                height = highest * rng.uniform(0.8, 1.35) * _room(canvas, x, 1.35 * highest)
                _stem(canvas, (x, canvas.height + unit), height, depth)
        canvas.haze(canvas.height - highest, canvas.height, strength=0.35 * (1 - depth))
    return "a meadow with tall flowers and grass" if has_flowers else "a meadow of tall grass"


def _room(canvas: Canvas, x: float, height: float) -> float:
    """The share of a height that stays out of the safe area."""
    if canvas.safe.height >= canvas.height:
        return 0.3 + 0.7 * loudness(canvas, x, canvas.height, 20 * canvas.unit)
    free = canvas.height - canvas.safe.bottom
    return 1.0 if loudness(canvas, x, canvas.safe.centre[1]) > 0.9 or height < free else max(0.2, free / height)


def _blade(canvas: Canvas, foot: Point, height: float, colour: str) -> None:
    if canvas.rng.random() < 0.3:
        kind = canvas.rng.choice(("fern", "twig", "lance", "eucalyptus"))
        leaf(canvas, kind, foot, math.pi / 2 + canvas.rng.uniform(-0.3, 0.3), height, colour)
        return
    (x, y), lean, wide = foot, canvas.rng.uniform(-0.4, 0.4) * height, 0.035 * height + 0.3 * canvas.unit
    tip = f"{number(x + lean)} {number(y - height)}"
    d = (
        f"M{number(x - wide)} {number(y)}Q{number(x - wide)} {number(y - 0.6 * height)} {tip}"
        f"Q{number(x + wide)} {number(y - 0.5 * height)} {number(x + wide)} {number(y)}Z"
    )
    canvas.path(d, **canvas.fill(colour, shade=0.14, weight=0.7))


def _stem(canvas: Canvas, foot: Point, height: float, depth: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    (x, y), lean = foot, rng.uniform(-0.16, 0.16) * height
    tip = (x + lean, y - height)
    colour = canvas.pen() if canvas.treatment.outline else _greens(canvas, 0.3 + 0.5 * depth)
    d = f"M{number(x)} {number(y)}Q{number(x)} {number(y - 0.6 * height)} {number(tip[0])} {number(tip[1])}"
    canvas.path(d, fill="none", stroke=colour, stroke_width=(0.25 + 0.25 * depth) * unit)
    bloom = mix(canvas.palette.horizon, _bloom(canvas), 0.5 + 0.5 * depth)
    radius = (2.4 + 3.2 * depth) * unit * rng.uniform(0.7, 1.15)
    if rng.random() < 0.6:
        flower(canvas, tip, radius, bloom)
    else:
        _tulip(canvas, tip, radius, bloom)


def _tulip(canvas: Canvas, tip: Point, radius: float, colour: str) -> None:
    """Seen from the side: three petals that close upwards."""
    for turn in (0.42, -0.42, 0.0):
        leaf(
            canvas,
            "oval",
            (tip[0], tip[1] + 0.4 * radius),
            math.pi / 2 + turn,
            1.9 * radius,
            mix(colour, canvas.palette.light, 0.1 * (turn == 0)),
        )


def _vines(canvas: Canvas) -> str:
    """Twigs that hang from the upper rim, with a few leaves from beside."""
    rng, unit = canvas.rng, canvas.unit
    for layer in range(3):
        depth = layer / 2
        longest = (46 - 10 * depth) * unit * (1.4 if canvas.is_tall else 1)
        for _ in range(canvas.count(5, 12)):
            x = rng.uniform(-0.02, 1.02) * canvas.width
            length = longest * rng.uniform(0.4, 1) * _headroom(canvas, x, longest)
            kind = rng.choice(("eucalyptus", "twig", "fern", "lance", "twig"))
            turn = -math.pi / 2 + rng.uniform(-0.25, 0.25)
            leaf(canvas, kind, (x, -1.5 * unit), turn, length, _greens(canvas, 0.15 + 0.75 * depth))
    if canvas.shows("flowers", 0.6):
        for _ in range(canvas.count(3, 9)):
            x, y = rng.uniform(0, 1) * canvas.width, rng.uniform(0.0, 12) * unit
            if loudness(canvas, x, y) > 0.7:
                flower(canvas, (x, y), rng.uniform(3, 6) * unit, _bloom(canvas))
        return "hanging vines with flowers"
    return "hanging vines and leaves"


def _headroom(canvas: Canvas, x: float, length: float) -> float:
    """As `_room`, from above."""
    if canvas.safe.height >= canvas.height:
        return 0.25 + 0.75 * loudness(canvas, x, 0, 20 * canvas.unit)
    return (
        1.0
        if loudness(canvas, x, canvas.safe.centre[1]) > 0.9 or length < canvas.safe.y
        else max(0.2, canvas.safe.y / length)
    )


ARRANGEMENTS: Mapping[str, Callable[[Canvas], str]] = {
    "corners": _corners,
    "wreath": _wreath,
    "meadow": _meadow,
    "vines": _vines,
}
