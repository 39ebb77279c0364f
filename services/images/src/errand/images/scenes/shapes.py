"""What several motifs draw alike."""

import math
from collections.abc import Iterable, Sequence

from errand.images.scenes.canvas import Canvas, Value
from errand.images.scenes.colours import darken, lighten
from errand.images.scenes.geometry import Point, number


def loudness(canvas: Canvas, x: float, y: float, feather: float | None = None) -> float:
    """How much may happen here: 0 in the safe area, 1 from `feather` on."""
    safe = canvas.safe
    away = math.hypot(max(safe.x - x, 0, x - safe.right), max(safe.y - y, 0, y - safe.bottom))
    return min(1.0, away / (feather or 14 * canvas.unit))


def focus(canvas: Canvas) -> Point:
    """The middle of the largest part of the canvas that the safe area leaves."""
    safe, width, height = canvas.safe, canvas.width, canvas.height
    parts = (
        (safe.x * height, (safe.x / 2, height / 2)),
        ((width - safe.right) * height, ((safe.right + width) / 2, height / 2)),
        (safe.y * width, (width / 2, safe.y / 2)),
        ((height - safe.bottom) * width, (width / 2, (safe.bottom + height) / 2)),
    )
    return max(parts)[1]


def fading(canvas: Canvas, colour: str, strength: float = 1) -> str:
    """Paint for what covers the canvas, and is not to be seen in the safe area."""
    safe, width, height = canvas.safe, canvas.width, canvas.height
    if safe.height >= height:
        edge = safe.right / width if safe.x <= 0 else 1 - safe.x / width
        angle_deg = 0 if safe.x <= 0 else 180
    elif safe.width >= width:
        edge = safe.bottom / height if safe.y <= 0 else 1 - safe.y / height
        angle_deg = 90 if safe.y <= 0 else 270
    else:
        reach = 0.5 * math.hypot(safe.width, safe.height)
        return canvas.radial([(0, colour, 0.0), (0.62, colour, 0.02), (1, colour, strength)], *safe.centre, 1.5 * reach)
    seen = min(1.0, edge + 0.28)
    return canvas.linear(
        [(0, colour, 0.0), (edge, colour, 0.03), (seen, colour, strength), (1, colour, strength)], angle_deg
    )


def ring(x: float, y: float, radius: float) -> str:
    """Path data of a circle, for many in one path."""
    r = number(radius)
    return (
        f"M{number(x - radius)} {number(y)}a{r} {r} 0 1 1 {number(2 * radius)} 0a{r} {r} 0 1 1 {number(-2 * radius)} 0Z"
    )


def box(x: float, y: float, width: float, height: float) -> str:
    """Path data of a rectangle, for many in one path."""
    return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}Z"


def in_one(canvas: Canvas, parts: Iterable[str], **attributes: Value) -> None:
    """Many pieces of path data as one path; nothing where there are none."""
    d = "".join(parts)
    if d:
        canvas.path(d, **attributes)


def outline(points: Sequence[Point], closed: bool = True) -> str:
    """Path data of straight lines."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def ball(canvas: Canvas, x: float, y: float, radius: float, colour: str, light: Point | None = None) -> None:
    """A sphere, lit from `light`: from the sun, if from nothing else."""
    towards = math.atan2((light or canvas.sun)[1] - y, (light or canvas.sun)[0] - x)
    dx, dy = math.cos(towards) * radius, math.sin(towards) * radius
    if canvas.treatment.is_soft:
        stops = [(0, lighten(colour, 0.4)), (0.45, colour), (0.8, darken(colour, 0.45)), (1, darken(colour, 0.62))]
        canvas.circle(x, y, radius, fill=canvas.radial(stops, x + 0.5 * dx, y + 0.5 * dy, 1.55 * radius))
        return
    canvas.circle(x, y, radius, **canvas.fill(colour))
    shade = canvas.pen() if canvas.treatment.outline else darken(colour, 0.3)
    r, wide = number(radius), number(1.25 * radius)
    ends = [f"{number(x - dy * side)} {number(y + dx * side)}" for side in (1, -1)]
    d = f"M{ends[0]}A{r} {r} 0 0 1 {ends[1]}A{wide} {wide} 0 0 0 {ends[0]}Z"
    canvas.path(d, fill=shade, fill_opacity=0.3)
