"""The compositions that `artwork` chooses from. Classes `f1`…`f6` are fills and `l1`…`l3` lines of the stylesheet."""

from collections.abc import Callable, Iterator
from itertools import product
from math import cos, pi, sin
from random import Random

# Where a curve may start, swing twice, and end, in shares of the height: the two swing against each other and twist.
_UPPER = ((0.1, 0.4), (0.6, 1.25), (-0.35, 0.3), (0.15, 0.5))
_LOWER = ((0.6, 0.95), (-0.2, 0.4), (0.75, 1.35), (0.6, 0.95))
_THREADS = 24

# How tall a block may be, in its sides.
_TALL = (0.12, 0.3, 0.6, 0.9, 1.5, 2.1)

Motif = Callable[[Random, str, int, int], Iterator[str]]


def tiles(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """Quarter circles, discs and bars on a grid."""
    size = 128 if width > height * 2 else 160
    columns, rows = -(-width // size), -(-height // size)
    for row, column in product(range(rows), range(columns)):
        x, y = column * size, row * size
        ground, figure = random.sample(("f1", "f2", "f3", "f4", "f4", "f5"), 2)
        yield f'<path class="{ground}" d="M{x} {y}h{size}v{size}h-{size}z"/>'
        yield _tile(random.randrange(6), figure, x, y, size, random.randrange(4))


def _tile(kind: int, fill: str, x: int, y: int, size: int, turn: int) -> str:
    half = size // 2
    turned = f' transform="rotate({turn * 90} {x + half} {y + half})"'
    if kind <= 2:
        return f'<path class="{fill}"{turned} d="M{x} {y}h{size}a{size} {size} 0 0 1-{size} {size}z"/>'
    if kind == 3:
        return f'<circle class="{fill}" cx="{x + half}" cy="{y + half}" r="{half * 0.62:g}"/>'
    if kind == 4:
        return f'<path class="{fill}"{turned} d="M{x} {y + half}a{half} {half} 0 0 1 {size} 0z"/>'
    bar = size // 8
    bars = "".join(f"M{x} {y + bar * step}h{size}v{bar}h-{size}z" for step in (1, 3, 5))
    return f'<path class="{fill}"{turned} d="{bars}"/>'


def ribbons(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """Threads between two curves."""
    x, y = width * random.uniform(0.35, 0.65), height * random.uniform(0.4, 0.6)
    yield f'<circle fill="url(#{id}_r)" cx="{x:.0f}" cy="{y:.0f}" r="{min(width, height) * 0.55:.0f}"/>'
    upper, lower = _curve(random, height, *_UPPER), _curve(random, height, *_LOWER)
    for step in range(_THREADS):
        share = step / (_THREADS - 1)
        a, b, c, d = _between(upper, lower, share)
        path = f"M0 {a:.0f}C{width / 3:.0f} {b:.0f} {width * 2 / 3:.0f} {c:.0f} {width} {d:.0f}"
        yield f'<path class="thread" stroke="url(#{id}_l)" stroke-opacity="{0.25 + 0.75 * share:.2f}" d="{path}"/>'
    for along in (0.14, 0.36, 0.62, 0.84):
        along += random.uniform(-0.07, 0.07)
        a, b, c, d = _between(upper, lower, random.choice((0.0, 0.5, 1.0)))
        rest = 1 - along
        y = a * rest**3 + 3 * b * rest**2 * along + 3 * c * rest * along**2 + d * along**3
        yield f'<circle class="f2" cx="{width * along:.0f}" cy="{y:.0f}" r="{random.choice((6, 9, 13))}"/>'


def _between(upper: list[float], lower: list[float], share: float) -> list[float]:
    return [start + (end - start) * share for start, end in zip(upper, lower, strict=True)]


def _curve(random: Random, height: int, *ranges: tuple[float, float]) -> list[float]:
    return [random.uniform(low, high) * height for low, high in ranges]


def orbits(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """A sphere, its rings, and what goes round on them."""
    unit = min(width, height)
    x, y = width * random.uniform(0.42, 0.58), height * random.uniform(0.44, 0.56)
    yield f'<circle fill="url(#{id}_r)" cx="{x:.0f}" cy="{y:.0f}" r="{unit * 0.6:.0f}"/>'
    reach = max(width, height) * 0.72
    rings = [radius * unit / 100 for radius in range(21, 150, 10) if radius * unit / 100 < reach]
    for index, radius in enumerate(rings):
        yield f'<circle class="l1" cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'
        yield _arc(random, ("l2", "l3")[index % 2], x, y, radius)
    yield f'<circle fill="url(#{id}_f)" cx="{x:.0f}" cy="{y:.0f}" r="{unit * 0.145:.0f}"/>'
    for index, radius in enumerate(rings[:7]):
        angle = random.uniform(0, 2 * pi)
        fill, size = ("f1", "f2", "f3")[index % 3], random.uniform(0.012, 0.034) * unit
        across, down = x + radius * cos(angle), y + radius * sin(angle)
        yield f'<circle class="{fill}" cx="{across:.0f}" cy="{down:.0f}" r="{size:.0f}"/>'


def _arc(random: Random, line: str, x: float, y: float, radius: float) -> str:
    start = random.uniform(0, 2 * pi)
    end = start + random.uniform(0.5, 2.4)
    return (
        f'<path class="{line}" d="M{x + radius * cos(start):.0f} {y + radius * sin(start):.0f}'
        f'A{radius:.0f} {radius:.0f} 0 0 1 {x + radius * cos(end):.0f} {y + radius * sin(end):.0f}"/>'
    )


def ridges(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """Hills behind hills, and a sun."""
    x, radius = width * random.uniform(0.25, 0.75), min(width, height) * random.uniform(0.15, 0.21)
    yield f'<circle fill="url(#{id}_r)" cx="{x:.0f}" cy="{height * 0.36:.0f}" r="{radius * 2.4:.0f}"/>'
    yield f'<circle fill="url(#{id}_f)" cx="{x:.0f}" cy="{height * 0.36:.0f}" r="{radius:.0f}"/>'
    count = 6
    for layer in range(count):
        base = height * (0.42 + 0.5 * layer / count)
        yield f'<path class="r{layer + 1}" d="{_ridge(random, width, height, base)}"/>'


def _ridge(random: Random, width: int, height: int, base: float) -> str:
    swing, length, phase = height * random.uniform(0.05, 0.12), random.uniform(0.9, 1.9), random.uniform(0, 2 * pi)
    points = []
    for step in range(17):
        angle = 2 * pi * length * step / 16 + phase
        points.append((width * step / 16, base + swing * (sin(angle) + 0.35 * sin(2.3 * angle + 1))))
    line = "".join(
        f"Q{x1:.0f} {y1:.0f} {(x1 + x2) / 2:.0f} {(y1 + y2) / 2:.0f}"
        for (x1, y1), (x2, y2) in zip(points[1:], [*points[2:], (width + 40, points[-1][1])], strict=True)
    )
    return f"M0 {points[0][1]:.0f}{line}V{height}H0z"


def petals(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """Blossoms of leaves that shine through each other."""
    unit = min(width, height)
    centres = [(width * random.uniform(0.44, 0.56), height * random.uniform(0.46, 0.54), unit * 0.46)]
    if width > height * 1.6:
        centres += [(width * place, height * random.uniform(0.3, 0.8), unit * 0.36) for place in (0.14, 0.86)]
    yield f'<circle fill="url(#{id}_r)" cx="{centres[0][0]:.0f}" cy="{centres[0][1]:.0f}" r="{unit * 0.48:.0f}"/>'
    for index, (x, y, reach) in enumerate(centres):
        yield from _blossom(random, f"{id}_{index}", x, y, reach)


def _blossom(random: Random, id: str, x: float, y: float, reach: float) -> Iterator[str]:
    count, turn = random.choice((7, 8, 9, 11)), random.uniform(0, 90)
    layers = zip((1.0, 0.72, 0.46), random.sample(("f1", "f2", "f3"), 3), strict=True)
    for index, (scale, fill) in enumerate(layers):
        length, breadth = reach * scale, reach * scale * random.uniform(0.3, 0.44)
        leaf = f"M0 0C{breadth:.0f}-{length * 0.35:.0f} {breadth:.0f}-{length * 0.8:.0f} 0-{length:.0f}"
        leaf += f"C-{breadth:.0f}-{length * 0.8:.0f}-{breadth:.0f}-{length * 0.35:.0f} 0 0z"
        turned = turn + index * 180 / count
        yield f'<g class="{fill} leaves" transform="translate({x:.0f} {y:.0f})rotate({turned:.0f})">'
        yield f'<path id="{id}{index}" d="{leaf}"/>'
        for step in range(1, count):
            yield f'<use href="#{id}{index}" transform="rotate({360 * step / count:.0f})"/>'
        yield "</g>"
    yield f'<circle class="f5" cx="{x:.0f}" cy="{y:.0f}" r="{reach * 0.085:.0f}"/>'


def blocks(random: Random, id: str, width: int, height: int) -> Iterator[str]:
    """Columns of different heights, seen from above a corner: a square of them, or a street where it is wide."""
    wide = width > height * 1.7
    side = height / 7 if wide else min(width, height) / 9
    light = f'cx="{width / 2:.0f}" cy="{height * 0.5:.0f}" rx="{width * 0.48:.0f}" ry="{height * 0.5:.0f}"'
    yield f'<ellipse fill="url(#{id}_r)" {light}/>'
    yield f"<defs>{''.join(_block(f'{id}_{index}', side, tall) for index, tall in enumerate(_TALL))}</defs>"
    for down, across in product(range(-4, 5), range(-10, 11)):
        inside = abs(down) < 4 if wide else abs(down) + abs(across) <= 4
        if inside and (down + across) % 2 == 0:
            x, y = width / 2 + across * side * 0.9, height * 0.58 + down * side * 0.5
            kind, colour = random.choice((0, 0, 1, 1, 2, 3, 4, 5)), random.choice("aaabbc")
            yield f'<use class="b{colour}" href="#{id}_{kind}" x="{x:.0f}" y="{y:.0f}"/>'


def _block(id: str, side: float, share: float) -> str:
    across, down, tall = side * 0.8, side * 0.44, side * share
    left, right, top = f"-{across:.0f}", f"{across:.0f}", f"-{tall:.0f}"
    front, foot = f"{down - tall:.0f}", f"{down:.0f}"
    return (
        f'<g id="{id}"><path class="top" d="M0-{tall + down:.0f}L{right} {top} 0 {front} {left} {top}z"/>'
        f'<path class="near" d="M{left} {top}L0 {front}V{foot}L{left} 0z"/>'
        f'<path class="far" d="M{right} {top}L0 {front}V{foot}L{right} 0z"/></g>'
    )
