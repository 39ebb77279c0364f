"""Places and lines on a canvas."""

from collections.abc import Sequence

from msgspec import Struct

Point = tuple[float, float]


class Box(Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def contains(self, x: float, y: float, margin: float = 0) -> bool:
        """Whether the point is inside, or no farther from it than `margin`."""
        return self.x - margin <= x <= self.right + margin and self.y - margin <= y <= self.bottom + margin


def number(value: float) -> str:
    """As SVG has it, to a hundredth."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def pairs(points: Sequence[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def smooth(points: Sequence[Point], closed: bool = False) -> str:
    """Path data of a curve through all points (Catmull-Rom)."""
    count = len(points)
    if count < 3:
        return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for at in range(count if closed else count - 1):
        before, start, end, after = (_neighbour(points, at + step, closed) for step in (-1, 0, 1, 2))
        parts.append(
            f"C{number(start[0] + (end[0] - before[0]) / 6)} {number(start[1] + (end[1] - before[1]) / 6)}"
            f" {number(end[0] - (after[0] - start[0]) / 6)} {number(end[1] - (after[1] - start[1]) / 6)}"
            f" {number(end[0])} {number(end[1])}"
        )
    return "".join(parts) + ("Z" if closed else "")


def _neighbour(points: Sequence[Point], at: int, closed: bool) -> Point:
    return points[at % len(points)] if closed else points[min(max(at, 0), len(points) - 1)]
