"""Blocks seen from a corner: a city, a container yard, servers, warehouses."""

import math
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import darken, lab, lighten, mix
from errand.images.scenes.isometry import Block, Ground, shades, shadow, sides, top
from errand.images.scenes.shapes import ball, focus, in_one, loudness, outline


class Kind(Struct, frozen=True):
    """What stands on a lot, and how it is called."""

    build: Callable[[Canvas, int, int], list[Block]]
    phrase: str


def draw(canvas: Canvas) -> str:
    name = canvas.choose(*KINDS)
    y = focus(canvas)[1]
    is_island = canvas.rng.random() < 0.6 and min(y, canvas.height - y) > 0.28 * canvas.height
    ground, lots = _island(canvas) if is_island else _plain(canvas, name)
    _floor(canvas, ground, lots, name)
    blocks = [block for x, y in lots if _is_loud(canvas, ground, x, y) for block in KINDS[name].build(canvas, x, y)]
    shadow(canvas, ground, [block for block in blocks if block.z == 0 and block.face != "tree"])
    for block in blocks:
        _block(canvas, ground, block)
    gardens = " with gardens" if any(block.face == "tree" for block in blocks) else ""
    return f"{KINDS[name].phrase}{gardens}{' on a floating slab' if is_island else ''}, seen from a corner"


# Grounds


def _island(canvas: Canvas) -> tuple[Ground, list[tuple[int, int]]]:
    """A slab that floats in the part of the canvas that is free."""
    rng, unit = canvas.rng, canvas.unit
    canvas.backdrop()
    columns = rows = 3 if canvas.treatment.minimal else rng.randint(4, 5)
    columns += rng.randint(0, 1) + (canvas.width > 2 * canvas.height)
    x, y = focus(canvas)
    room = 1.9 * min(x, canvas.width - x)
    step = min(room, 120 * unit, 3 * min(y, canvas.height - y)) / (columns + rows)
    ground = Ground(x - (columns - rows) / 2 * step, y - (columns + rows) / 4 * step + 0.5 * step, step)
    slab = Block(x=-0.3, y=-0.3, z=-0.5, dx=columns + 0.6, dy=rows + 0.6, dz=0.5, colour=_paving(canvas))
    _under(canvas, ground, slab)
    sides(canvas, ground, slab)
    top(canvas, ground, slab)
    return ground, _by_depth([(column, row) for column in range(columns) for row in range(rows)])


def _under(canvas: Canvas, ground: Ground, slab: Block) -> None:
    """The slab's own shadow, far below it."""
    if canvas.treatment.is_soft:
        for grown, opacity in ((0.6 - 0.13 * step, 0.035) for step in range(8)):
            area = ground.area(slab.x - grown, slab.y - grown, slab.dx + 2 * grown, slab.dy + 2 * grown, -1.6)
            canvas.polygon(area, fill=canvas.palette.ink, fill_opacity=opacity, stroke_linejoin="round")


def _plain(canvas: Canvas, name: str) -> tuple[Ground, list[tuple[int, int]]]:
    """Lots from rim to rim."""
    step = canvas.rng.uniform(16, 21) * canvas.unit if name == "city" else canvas.rng.uniform(12, 16) * canvas.unit
    step = max(step, math.sqrt(canvas.width * canvas.height / (44 if name == "yard" else 64)))
    ground = Ground(canvas.width / 2, canvas.height / 2, step)
    reach = int(canvas.width / step / 2 + canvas.height / step) + 3
    reach = min(reach, 40)
    lots = []
    for column in range(-reach, reach):
        for row in range(-reach, reach):
            x, y = ground.at(column + 0.5, row + 0.5)
            if -step < x < canvas.width + step and -step < y < canvas.height + 2.2 * step:
                lots.append((column, row))
    floor = _paving(canvas)
    paint = canvas.linear([(0, mix(floor, canvas.palette.horizon, 0.35)), (1, floor)])
    canvas.rect(0, 0, canvas.width, canvas.height, fill=paint if canvas.treatment.is_soft else canvas.paper())
    canvas.glow(*canvas.sun, 0.6 * max(canvas.width, canvas.height), canvas.palette.light, 0.3)
    return ground, _by_depth(lots)


def _by_depth(lots: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(lots, key=lambda lot: (lot[0] + lot[1], lot[0]))


def _paving(canvas: Canvas) -> str:
    palette = canvas.palette
    return mix(palette.sky[1], palette.ink, 0.3) if palette.is_dark else mix(palette.sky[1], palette.light, 0.45)


def _floor(canvas: Canvas, ground: Ground, lots: Sequence[tuple[int, int]], name: str) -> None:
    """Tiles, or lots between streets, or lines of light between servers."""
    inset = 0.12 if name == "city" else 0.04
    tiles = "".join(
        outline(ground.area(x + inset, y + inset, 1 - 2 * inset, 1 - 2 * inset))
        for x, y in lots
        if _is_loud(canvas, ground, x, y)
    )
    paving = _paving(canvas)
    tone = lighten(paving, 0.07) if canvas.palette.is_dark else darken(paving, 0.045)
    if canvas.treatment.outline:
        canvas.path(tiles, fill="none", stroke=canvas.pen(), stroke_width=0.12 * canvas.unit, stroke_opacity=0.4)
        return
    canvas.path(tiles, fill=tone)
    if name == "servers":
        wires = [(x, y) for x, y in lots if canvas.rng.random() < 0.4 * loudness(canvas, *ground.at(x, y))]
        ways = [[ground.at(x, y + 0.96), ground.at(x + 1, y + 0.96), ground.at(x + 1, y)] for x, y in wires]
        in_one(
            canvas,
            [outline(way, closed=False) for way in ways],
            fill="none",
            stroke=canvas.palette.accents[0],
            stroke_width=0.35 * canvas.unit,
            stroke_opacity=0.7,
        )


def _is_loud(canvas: Canvas, ground: Ground, x: float, y: float) -> bool:
    feather = 3 * canvas.unit
    low, high = ground.at(x + 0.5, y + 0.5), ground.at(x + 0.5, y + 0.5, 1)
    return min(loudness(canvas, *low, feather), loudness(canvas, *high, feather)) > 0.5


# What stands there


def _city(canvas: Canvas, x: int, y: int) -> list[Block]:
    rng = canvas.rng
    if "forest" not in canvas.omitted and rng.random() < 0.16 + 0.2 * (1 - canvas.density):
        return _garden(canvas, x, y)
    height = rng.uniform(0.5, 1.1) + (rng.uniform(0.4, 1.3) if rng.random() < 0.3 else 0)
    colour = _wall(canvas)
    inset = rng.uniform(0.16, 0.22)
    wide = 1 - 2 * inset
    body = Block(x=x + inset, y=y + inset, dx=wide, dy=wide, dz=height, colour=colour, face="windows")
    if rng.random() < 0.45:
        step = Block(
            x=x + inset + 0.14, y=y + inset + 0.14, z=height, dx=wide - 0.28, dy=wide - 0.28, dz=0.35 * height,
            colour=colour, face="windows",
        )  # fmt: skip
        return [body, step]
    hut = Block(x=x + inset + 0.1, y=y + inset + 0.1, z=height, dx=0.22, dy=0.2, dz=0.1, colour=darken(colour, 0.1))
    return [body, hut]


def _garden(canvas: Canvas, x: int, y: int) -> list[Block]:
    green = _green(canvas)
    lawn = Block(x=x + 0.14, y=y + 0.14, dx=0.72, dy=0.72, dz=0.03, colour=mix(green, canvas.palette.light, 0.35))
    places = [(0.28, 0.3), (0.66, 0.26), (0.36, 0.68), (0.7, 0.66)][: canvas.rng.randint(2, 4)]
    sizes = [canvas.rng.uniform(0.11, 0.17) for _ in places]
    trees = [
        Block(x=x + at, y=y + to, dx=size, dy=size, dz=0.24, colour=green, face="tree")
        for (at, to), size in zip(places, sizes, strict=True)
    ]
    return [lawn, *trees]


def _wall(canvas: Canvas) -> str:
    palette, rng = canvas.palette, canvas.rng
    if rng.random() < 0.3:
        return mix(rng.choice(palette.accents), palette.ink if palette.is_dark else palette.light, 0.12)
    if palette.is_dark:
        return mix(mix(palette.sky[1], palette.light, 0.1), rng.choice(palette.accents), rng.uniform(0.05, 0.25))
    return mix(mix(palette.light, palette.sky[1], 0.35), rng.choice(palette.accents), rng.uniform(0.0, 0.12))


def _green(canvas: Canvas) -> str:
    return mix(min(canvas.palette.accents, key=lambda accent: lab(accent).a), canvas.palette.ink, 0.15)


def _containers(canvas: Canvas, x: int, y: int) -> list[Block]:
    """Stacks of two rows of boxes, with lanes between them."""
    rng = canvas.rng
    if (x % 4 == 3) or rng.random() < 0.1:
        return []
    stack = []
    for row in (0.06, 0.53):
        height = rng.choice((0, 1, 1, 2, 2, 3)) + (canvas.density > 0.6)
        for level in range(height):
            colour = rng.choice((*canvas.palette.accents, mix(canvas.palette.light, canvas.palette.sky[1], 0.3)))
            stack.append(
                Block(
                    x=x + 0.02,
                    y=y + row,
                    z=0.36 * level,
                    dx=0.94,
                    dy=0.4,
                    dz=0.35,
                    colour=colour,
                    face="ribs",
                    is_topmost=level == height - 1,
                )
            )
    return stack


def _servers(canvas: Canvas, x: int, y: int) -> list[Block]:
    if x % 2 == 1 or canvas.rng.random() < 0.08:
        return []
    palette = canvas.palette
    dark = mix(palette.sky[1], palette.light, 0.14) if palette.is_dark else mix(palette.ink, palette.sky[1], 0.25)
    colour = mix(dark, canvas.rng.choice(palette.accents), 0.1)
    height = canvas.rng.choice((1.1, 1.1, 1.5))
    return [Block(x=x + 0.1, y=y + at, dx=0.8, dy=0.44, dz=height, colour=colour, face="lights") for at in (0.04, 0.52)]


def _warehouses(canvas: Canvas, x: int, y: int) -> list[Block]:
    """Halls on every other row; lorries and trees in the yards between them."""
    rng, palette = canvas.rng, canvas.palette
    if y % 2 == 0:
        colour = mix(rng.choice(palette.accents), palette.light, 0.2)
        if "forest" not in canvas.omitted and rng.random() < 0.12:
            return _garden(canvas, x, y)
        return [Block(x=x + 0.05, y=y + 0.12, dx=0.9, dy=0.8, dz=rng.choice((0.42, 0.5)), colour=colour, face="doors")]
    if rng.random() < 0.55:
        return []
    cab = mix(rng.choice(palette.accents), palette.ink, 0.1)
    load = mix(palette.light, palette.sky[1], 0.2)
    at = rng.uniform(0.1, 0.4)
    return [
        Block(x=x + at, y=y + 0.2, dx=0.42, dy=0.16, dz=0.2, colour=load),
        Block(x=x + at + 0.44, y=y + 0.2, dx=0.12, dy=0.16, dz=0.14, colour=cab),
    ]


# Faces


def _block(canvas: Canvas, ground: Ground, block: Block) -> None:
    if block.face == "tree":
        _tree(canvas, ground, block)
        return
    sides(canvas, ground, block)
    if block.face != "ribs" or block.is_topmost:
        top(canvas, ground, block)
    if block.face in FACES and not (canvas.treatment.minimal and block.face == "windows"):
        FACES[block.face](canvas, ground, block)


def _tree(canvas: Canvas, ground: Ground, block: Block) -> None:
    foot_x, foot_y = ground.at(block.x, block.y)
    radius = block.dx * ground.step
    canvas.line(foot_x, foot_y, foot_x, foot_y - radius, stroke=canvas.palette.ink, stroke_width=0.16 * radius)
    ball(canvas, foot_x, foot_y - 1.5 * radius, radius, block.colour)


def _windows(canvas: Canvas, ground: Ground, block: Block) -> None:
    rng, palette = canvas.rng, canvas.palette
    storeys, across = max(1, round(block.dz / 0.2)), max(2, round(block.dx / 0.16))
    lit = mix(palette.light, palette.accents[0], 0.35 if palette.is_dark else 0.1)
    _, left, right = shades(canvas, block.colour)
    for side, colour in ((ground.left, left), (ground.right, right)):
        bright: list[str] = []
        dim: list[str] = []
        for storey in range(storeys):
            for at in range(across):
                pane = side(block, (at + 0.22) / across, (storey + 0.25) / storeys, 0.56 / across, 0.5 / storeys)
                (bright if rng.random() < (0.35 if palette.is_dark else 0.15) else dim).append(outline(pane))
        shade = darken(colour, 0.28)
        if canvas.treatment.outline:
            canvas.path("".join(bright + dim), fill=canvas.pen(), fill_opacity=0.3)
            continue
        in_one(canvas, dim, fill=shade, fill_opacity=0.55)
        in_one(canvas, bright, fill=lit, fill_opacity=0.92)


def _ribs(canvas: Canvas, ground: Ground, block: Block) -> None:
    _, left, right = shades(canvas, block.colour)
    line = canvas.pen() if canvas.treatment.outline else None
    ribs = "".join(outline(ground.left(block, (at + 0.3) / 9, 0.1, 0.4 / 9, 0.8)) for at in range(9))
    canvas.path(ribs, fill=line or darken(left, 0.16), fill_opacity=0.3 if line else 0.7)
    doors = "".join(outline(ground.right(block, at, 0.08, 0.4, 0.84)) for at in (0.07, 0.53))
    canvas.path(doors, fill=line or darken(right, 0.16), fill_opacity=0.3 if line else 0.7)


def _lights(canvas: Canvas, ground: Ground, block: Block) -> None:
    """Slots with small lights, on the side of the aisle."""
    rng, palette = canvas.rng, canvas.palette
    slots = round(block.dz / 0.11)
    _, _, right = shades(canvas, block.colour)
    plates = "".join(outline(ground.right(block, 0.1, (at + 0.2) / slots, 0.8, 0.6 / slots)) for at in range(slots))
    canvas.path(plates, fill=lighten(right, 0.1), fill_opacity=0.9 if not canvas.treatment.outline else 0.25)
    for colour in (palette.accents[0], palette.accents[1], palette.accents[2]):
        spots = [(at, rng.randrange(6)) for at in range(slots) if rng.random() < 0.75]
        lit = [ground.right(block, 0.16 + 0.11 * to, (at + 0.36) / slots, 0.07, 0.28 / slots) for at, to in spots]
        in_one(canvas, map(outline, lit), fill=lighten(colour, 0.25))
    glow = ground.left(block, 0.06, 0.04, 0.05, 0.92)
    canvas.polygon(glow, fill=palette.accents[0], fill_opacity=0.8)


def _doors(canvas: Canvas, ground: Ground, block: Block) -> None:
    """A roof with a ridge, and gates along the yard."""
    _, left, right = shades(canvas, block.colour)
    roof, rise = lighten(block.colour, 0.35), 0.24
    middle, high = block.y + block.dy / 2, block.z + block.dz
    ridge = [ground.at(block.x, middle, high + rise), ground.at(block.x + block.dx, middle, high + rise)]
    front = [ground.at(block.x + block.dx, block.y + block.dy, high), ground.at(block.x, block.y + block.dy, high)]
    back = [ground.at(block.x + block.dx, block.y, high), ground.at(block.x, block.y, high)]
    gable = [ridge[1], front[0], back[0]]
    far, near = (darken(roof, 0.14), roof) if canvas.lit_from_left else (roof, darken(roof, 0.14))
    canvas.polygon([*ridge, *back], **canvas.fill(far, shade=0.03, weight=0.6))
    canvas.polygon(gable, **canvas.fill(right, shade=0, weight=0.6))
    canvas.polygon([*ridge, *front], **canvas.fill(near, shade=0.05, weight=0.6))
    gates = "".join(outline(ground.left(block, 0.08 + 0.31 * at, 0.0, 0.22, 0.62)) for at in range(3))
    gate = canvas.pen() if canvas.treatment.outline else darken(left, 0.45)
    canvas.path(gates, fill=gate, fill_opacity=0.3 if canvas.treatment.outline else 0.85)


FACES: Mapping[str, Callable[[Canvas, Ground, Block], None]] = {
    "windows": _windows,
    "ribs": _ribs,
    "lights": _lights,
    "doors": _doors,
}
KINDS: Mapping[str, Kind] = {
    "city": Kind(_city, "city blocks"),
    "yard": Kind(_containers, "stacks of containers"),
    "servers": Kind(_servers, "rows of servers with small lights"),
    "warehouses": Kind(_warehouses, "warehouses around their yards"),
}
