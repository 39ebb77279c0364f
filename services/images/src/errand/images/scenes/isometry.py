"""Blocks on a ground, seen from a corner: the ground's x runs to the lower right, y to the lower left, z up."""

from collections.abc import Sequence

from msgspec import Struct

from errand.images.scenes.canvas import Canvas, Paint
from errand.images.scenes.colours import darken, lighten
from errand.images.scenes.geometry import Point
from errand.images.scenes.shapes import in_one, outline


class Block(Struct, frozen=True, kw_only=True):
    """A box, in steps of the ground. `face` says what is on its sides; what is not `is_topmost` has another on it."""

    x: float
    y: float
    z: float = 0
    dx: float
    dy: float
    dz: float
    colour: str
    face: str = "plain"
    is_topmost: bool = True


class Ground(Struct, frozen=True):
    """Where the ground's origin is on the canvas, and how far one step of it goes to the side."""

    x: float
    y: float
    step: float

    def at(self, x: float, y: float, z: float = 0) -> Point:
        return self.x + (x - y) * self.step, self.y + ((x + y) / 2 - z) * self.step

    def area(self, x: float, y: float, dx: float, dy: float, z: float = 0) -> list[Point]:
        """A level rectangle."""
        return [self.at(x, y, z), self.at(x + dx, y, z), self.at(x + dx, y + dy, z), self.at(x, y + dy, z)]

    def left(self, block: Block, u: float, v: float, wide: float, high: float) -> list[Point]:
        """A rectangle on the side that looks to the lower left; all from 0 to 1, from its lower left corner."""
        y = block.y + block.dy
        x1, x2 = block.x + u * block.dx, block.x + (u + wide) * block.dx
        z1, z2 = block.z + v * block.dz, block.z + (v + high) * block.dz
        return [self.at(x1, y, z1), self.at(x2, y, z1), self.at(x2, y, z2), self.at(x1, y, z2)]

    def right(self, block: Block, u: float, v: float, wide: float, high: float) -> list[Point]:
        """As `left`, on the side that looks to the lower right."""
        x = block.x + block.dx
        y1, y2 = block.y + (1 - u) * block.dy, block.y + (1 - u - wide) * block.dy
        z1, z2 = block.z + v * block.dz, block.z + (v + high) * block.dz
        return [self.at(x, y1, z1), self.at(x, y2, z1), self.at(x, y2, z2), self.at(x, y1, z2)]


def shades(canvas: Canvas, colour: str) -> tuple[str, str, str]:
    """Of a block's top, left and right."""
    lit, dark = darken(colour, 0.06), darken(colour, 0.34)
    return (lighten(colour, 0.22), lit, dark) if canvas.lit_from_left else (lighten(colour, 0.22), dark, lit)


def sides(canvas: Canvas, ground: Ground, block: Block) -> None:
    """The left and the right of a block, paler towards the foot as if the ground shone on them."""
    _, left, right = shades(canvas, block.colour)
    canvas.polygon(ground.left(block, 0, 0, 1, 1), **_side(canvas, left))
    canvas.polygon(ground.right(block, 0, 0, 1, 1), **_side(canvas, right))


def _side(canvas: Canvas, colour: str) -> Paint:
    if not canvas.treatment.is_soft:
        return canvas.fill(colour, weight=0.6)
    return {"fill": canvas.linear([(0, lighten(colour, 0.05)), (1, darken(colour, 0.12))])}


def top(canvas: Canvas, ground: Ground, block: Block) -> None:
    colour = shades(canvas, block.colour)[0]
    paint = canvas.fill(colour, shade=0, weight=0.6)
    canvas.polygon(ground.area(block.x, block.y, block.dx, block.dy, block.z + block.dz), **paint)


def shadow(canvas: Canvas, ground: Ground, blocks: Sequence[Block]) -> None:
    """What blocks keep from the light, on the ground."""
    if canvas.treatment.outline:
        return
    areas = []
    for block in blocks:
        reach = 0.55 * block.dz
        if canvas.lit_from_left:
            areas.append(ground.area(block.x + block.dx, block.y, reach, block.dy))
        else:
            areas.append(ground.area(block.x, block.y + block.dy, block.dx, reach))
    in_one(canvas, map(outline, areas), fill=canvas.palette.ink, fill_opacity=0.2)
