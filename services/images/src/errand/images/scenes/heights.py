"""Heights over the canvas, and the lines that join places of equal height."""

from collections.abc import Callable, Iterator

from errand.images.scenes.geometry import Point, number

# Which sides of a cell a line joins, by which corners are high: 1 top left, 2 top right, 4 bottom right, 8 bottom left.
# A line runs with what is high on its right. Sides: 0 top, 1 right, 2 bottom, 3 left.
_SIDES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 0), (1, 2)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 10: ((0, 1), (2, 3)), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip
_Edge = tuple[int, int, bool]


class Field:
    """Of about `pitch` between its points, and flat as a sea floor beyond its rim, so that all its contours close."""

    def __init__(self, width: float, height: float, pitch: float, height_at: Callable[[float, float], float]) -> None:
        # Two points beyond each rim: the outer ones are the floor, and no closing line is seen.
        self.columns, self.rows = round(width / pitch) + 5, round(height / pitch) + 5
        self._step_x, self._step_y = width / (self.columns - 5), height / (self.rows - 5)
        self._heights = [
            [self._sampled(height_at, column, row) for column in range(self.columns)] for row in range(self.rows)
        ]

    def _sampled(self, height_at: Callable[[float, float], float], column: int, row: int) -> float:
        if column in (0, self.columns - 1) or row in (0, self.rows - 1):
            return -1.0
        return height_at(*self.place(column, row))

    def level(self, share: float) -> float:
        """0 is the sea's, 1 that of the highest place."""
        return share * max(map(max, self._heights))

    def place(self, column: float, row: float) -> Point:
        return (column - 2) * self._step_x, (row - 2) * self._step_y

    def points(self) -> Iterator[Point]:
        return (self.place(column, row) for row in range(2, self.rows - 2) for column in range(2, self.columns - 2))

    def height(self, x: float, y: float) -> float:
        """That of the nearest point."""
        return self._heights[round(y / self._step_y) + 2][round(x / self._step_x) + 2]

    def crossings(self, level: float) -> dict[_Edge, _Edge]:
        """From each edge of a cell that the contour crosses, the one it crosses next (marching squares)."""
        following: dict[_Edge, _Edge] = {}
        for row in range(self.rows - 1):
            upper, lower = self._heights[row], self._heights[row + 1]
            above = [height > level for height in upper]
            below = [height > level for height in lower]
            for column in range(self.columns - 1):
                case = above[column] + 2 * above[column + 1] + 4 * below[column + 1] + 8 * below[column]
                if 0 < case < 15:
                    sides = (
                        (row, column, True),
                        (row, column + 1, False),
                        (row + 1, column, True),
                        (row, column, False),
                    )
                    for start, end in _SIDES[case]:
                        following[sides[start]] = sides[end]
        return following

    def crossing(self, edge: _Edge, level: float) -> Point:
        """Where on an edge the level is. Edges run along a row (True) or a column."""
        row, column, along = edge
        start = self._heights[row][column]
        end = self._heights[row][column + 1] if along else self._heights[row + 1][column]
        # Kept off the corners, so that no two points of a line coincide.
        t = min(0.95, max(0.05, (level - start) / (end - start)))
        return self.place(column + t, row) if along else self.place(column, row + t)


def contours(field: Field, level: float) -> list[str]:
    """Path data of the closed lines around all that is higher."""
    following = field.crossings(level)
    lines = []
    while following:
        start, edge = following.popitem()
        line = [field.crossing(start, level)]
        while edge != start and edge in following:
            line.append(field.crossing(edge, level))
            edge = following.pop(edge)
        if len(line) > 3:
            lines.append(_rounded(line))
    return lines


def _rounded(line: list[Point]) -> str:
    """Curves from the middle of each side to the next, which the corners pull."""
    parts = []
    for (x, y), (next_x, next_y) in zip(line, line[1:] + line[:1], strict=True):
        parts.append(f"{number(x)} {number(y)} {number((x + next_x) / 2)} {number((y + next_y) / 2)}")
    (first_x, first_y), (last_x, last_y) = line[0], line[-1]
    return f"M{number((first_x + last_x) / 2)} {number((first_y + last_y) / 2)}Q{' '.join(parts)}Z"
