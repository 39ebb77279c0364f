"""Nodes and what links them, near and far."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from errand.images.scenes.canvas import Canvas
from errand.images.scenes.colours import lab, lighten, mix
from errand.images.scenes.geometry import Point, number
from errand.images.scenes.shapes import ball, focus, in_one, loudness, outline, ring


class Node(Struct, frozen=True):
    """`near` is 0 far away and 1 close by."""

    x: float
    y: float
    near: float

    def to(self, other: "Node") -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


def draw(canvas: Canvas) -> str:
    arrangement = ARRANGEMENTS[canvas.choose(*ARRANGEMENTS)]
    canvas.backdrop()
    return arrangement(canvas)


def _mesh(canvas: Canvas) -> str:
    nodes = _scattered(canvas)
    links = _links(nodes, 3, 26 * canvas.unit)
    _facets(canvas, nodes, links)
    _lines(canvas, [(nodes[a], nodes[b]) for a, b in links])
    _nodes(canvas, nodes)
    return "a mesh of glowing nodes, linked near and far"


def _scattered(canvas: Canvas) -> list[Node]:
    """On a loose grid, so that no two touch; fewer where it must be quiet."""
    rng, pitch = canvas.rng, canvas.unit * (18 - 7 * canvas.density)
    columns, rows = int(canvas.width / pitch) + 2, int(canvas.height / pitch) + 2
    nodes = []
    for column in range(min(columns, 60)):
        for row in range(min(rows, 60)):
            x, y = ((at - 0.5 + rng.uniform(-0.42, 0.42)) * pitch for at in (column, row))
            if rng.random() < 0.12 + 0.8 * loudness(canvas, x, y, 30 * canvas.unit):
                nodes.append(Node(x, y, rng.random() ** 1.8))
    return nodes


def _links(nodes: Sequence[Node], each: int, reach: float) -> list[tuple[int, int]]:
    """Every node with those closest to it."""
    found = set()
    for at, node in enumerate(nodes):
        close = [(node.to(other), index) for index, other in enumerate(nodes) if abs(other.x - node.x) < reach]
        found |= {(min(at, index), max(at, index)) for away, index in sorted(close)[1 : each + 1] if away < reach}
    return sorted(found)


def _facets(canvas: Canvas, nodes: Sequence[Node], links: Sequence[tuple[int, int]]) -> None:
    """Panes between nodes that are linked to each other."""
    if canvas.treatment.outline:
        return
    linked = set(links)
    panes: list[list[str]] = [[], [], []]
    for a, b in links:
        for c in range(b + 1, len(nodes)):
            if (a, c) in linked and (b, c) in linked:
                panes[canvas.rng.randrange(3)].append(outline([(nodes[at].x, nodes[at].y) for at in (a, b, c)]))
    for colour, found, opacity in zip(canvas.palette.accents, panes, (0.22, 0.16, 0.1), strict=False):
        in_one(canvas, found, fill=colour, fill_opacity=opacity)


def _tone(canvas: Canvas) -> str:
    """The colour of links."""
    if canvas.treatment.outline:
        return canvas.pen()
    palette = canvas.palette
    return (
        mix(palette.light, palette.accents[0], 0.4) if palette.is_dark else mix(palette.ink, palette.accents[0], 0.45)
    )


def _lines(canvas: Canvas, pairs: Sequence[tuple[Node, Node]]) -> None:
    for least, most, width, opacity in ((0.0, 0.3, 0.13, 0.32), (0.3, 0.55, 0.22, 0.55), (0.55, 1.1, 0.34, 0.8)):
        found = [(a, b) for a, b in pairs if least <= (a.near + b.near) / 2 < most]
        lines = [outline([(a.x, a.y), (b.x, b.y)], closed=False) for a, b in found]
        in_one(
            canvas, lines, fill="none", stroke=_tone(canvas), stroke_width=width * canvas.unit, stroke_opacity=opacity
        )


def _nodes(canvas: Canvas, nodes: Sequence[Node]) -> None:
    """Far ones are dots; near ones are lit bodies with a halo."""
    unit = canvas.unit
    far = [ring(node.x, node.y, (0.3 + 0.6 * node.near) * unit) for node in nodes if node.near < 0.45]
    in_one(canvas, far, fill=_tone(canvas), fill_opacity=0.7)
    for node in sorted((node for node in nodes if node.near >= 0.45), key=lambda node: node.near):
        _body(canvas, node, (0.4 + 1.9 * node.near**2) * unit * loudness(canvas, node.x, node.y, 8 * unit))


def _body(canvas: Canvas, node: Node, radius: float, accent: int | None = None) -> None:
    if radius < 0.2 * canvas.unit:
        return
    accents = canvas.palette.accents
    colour = accents[(canvas.rng.randrange(len(accents)) if accent is None else accent) % len(accents)]
    canvas.glow(node.x, node.y, 4 * radius, colour, 0.55)
    ball(canvas, node.x, node.y, radius, lighten(colour, 0.12))
    if radius > 1.4 * canvas.unit:
        canvas.circle(
            node.x,
            node.y,
            1.75 * radius,
            fill="none",
            stroke=colour,
            stroke_width=0.16 * canvas.unit,
            stroke_opacity=0.7,
        )


def _constellation(canvas: Canvas) -> str:
    rng, unit = canvas.rng, canvas.unit
    dust = [(rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)) for _ in range(canvas.count(120, 320))]
    dots = [ring(x, y, rng.uniform(0.08, 0.3) * unit) for x, y in dust if rng.random() < loudness(canvas, x, y)]
    in_one(canvas, dots, fill=_tone(canvas), fill_opacity=0.55)
    for _ in range(canvas.count(3, 7)):
        x, y = rng.uniform(0.08, 0.92) * canvas.width, rng.uniform(0.1, 0.9) * canvas.height
        if loudness(canvas, x, y) > 0.9:
            _figure(canvas, x, y)
    _figure(canvas, *focus(canvas))
    return "constellations of bright points on a field of dust"


def _chain(canvas: Canvas, x: float, y: float) -> list[Node]:
    """Stars one after the other, around a middle."""
    rng = canvas.rng
    turn, places = rng.uniform(0, math.tau), [(0.0, 0.0)]
    for _ in range(rng.randint(4, 7)):
        turn += rng.uniform(-1.1, 1.1)
        step, last = rng.uniform(9, 17) * canvas.unit, places[-1]
        places.append((last[0] + step * math.cos(turn), last[1] + step * math.sin(turn)))
    middle = [sum(side) / len(places) for side in zip(*places, strict=True)]
    return [Node(x + px - middle[0], y + py - middle[1], rng.uniform(0.35, 1)) for px, py in places]


def _figure(canvas: Canvas, x: float, y: float) -> None:
    """A chain of stars with a branch, inside a faint circle."""
    rng, unit, chain = canvas.rng, canvas.unit, _chain(canvas, x, y)
    twig = Node(chain[2].x + rng.uniform(-9, 9) * unit, chain[2].y + rng.uniform(-9, 9) * unit, 0.5)
    _lines(canvas, [*itertools.pairwise(chain), (chain[2], twig)])
    middle = chain[len(chain) // 2]
    for share in (0.6, 1.0):
        dashes = f"{number(0.3 * unit)} {number(1.6 * unit)}"
        radius = share * 0.8 * max(middle.to(node) for node in chain)
        canvas.circle(
            middle.x, middle.y, radius, fill="none", stroke=_tone(canvas), stroke_width=0.12 * unit,
            stroke_opacity=0.5, stroke_dasharray=dashes,
        )  # fmt: skip
    accent = canvas.palette.accents[rng.randrange(len(canvas.palette.accents))]
    for node in (*chain, twig):
        _sparkle(canvas, node, (0.7 + 2.2 * node.near**2) * unit, accent)


def _sparkle(canvas: Canvas, node: Node, size: float, accent: str) -> None:
    colour = mix(accent, canvas.palette.light if canvas.palette.is_dark else accent, 0.35)
    canvas.glow(node.x, node.y, 3 * size, accent, 0.4)
    x, y, s, w = node.x, node.y, size, 0.2 * size
    points = [
        (x, y - s),
        (x + w, y - w),
        (x + s, y),
        (x + w, y + w),
        (x, y + s),
        (x - w, y + w),
        (x - s, y),
        (x - w, y - w),
    ]
    canvas.polygon(points, **canvas.fill(colour, shade=0, weight=0.5))


def _hubs(canvas: Canvas) -> str:
    rng, unit = canvas.rng, canvas.unit
    x, y = focus(canvas)
    reach = 44 * unit
    middle = Node(x + rng.uniform(-6, 6) * unit, y + rng.uniform(-6, 6) * unit, 1.0)
    for share in (0.45, 0.75, 1.05, 1.4):
        canvas.circle(
            middle.x, middle.y, share * reach, fill="none", stroke=_tone(canvas), stroke_width=0.14 * unit,
            stroke_opacity=0.34 / (0.5 + share),
        )  # fmt: skip
    count, turn = rng.randint(5, 8), rng.uniform(0, math.tau)
    for spoke in range(count):
        angle = turn + math.tau * (spoke + rng.uniform(-0.22, 0.22)) / count
        stretch = (1.6 if canvas.is_wide else 1.0, 1.5 if canvas.is_tall else 1.0)
        away = rng.uniform(0.55, 1) * reach
        hub = Node(middle.x + away * stretch[0] * math.cos(angle), middle.y + away * stretch[1] * math.sin(angle), 0.8)
        _spoke(canvas, middle, hub, angle, spoke)
    _body(canvas, middle, 6 * unit, 0)
    return f"a hub with {count} spokes, each with nodes of its own"


def _spoke(canvas: Canvas, middle: Node, hub: Node, angle: float, accent: int) -> None:
    rng, unit = canvas.rng, canvas.unit
    loud = loudness(canvas, hub.x, hub.y)
    leaves = []
    for _ in range(canvas.count(3, 9)):
        at, away = angle + rng.uniform(-1.5, 1.5), rng.uniform(6, 15) * unit
        leaves.append(Node(hub.x + away * math.cos(at), hub.y + away * math.sin(at), rng.uniform(0, 0.44)))
    _lines(canvas, [(hub, leaf) for leaf in leaves])
    bend = rng.choice((-1, 1)) * 0.18
    cx, cy = (middle.x + hub.x) / 2 - bend * (hub.y - middle.y), (middle.y + hub.y) / 2 + bend * (hub.x - middle.x)
    d = f"M{number(middle.x)} {number(middle.y)}Q{number(cx)} {number(cy)} {number(hub.x)} {number(hub.y)}"
    canvas.path(d, fill="none", stroke=_tone(canvas), stroke_width=0.4 * unit, stroke_opacity=0.3 + 0.4 * loud)
    _nodes(canvas, leaves)
    _body(canvas, hub, rng.uniform(1.7, 3.2) * unit * (0.4 + 0.6 * loud), accent + 1)


def _globe(canvas: Canvas) -> str:
    rng, unit, palette = canvas.rng, canvas.unit, canvas.palette
    centre_x, centre_y = focus(canvas)
    radius = rng.uniform(38, 52) * unit
    centre = (centre_x + rng.uniform(0, 0.08) * canvas.width * (1 if centre_x > canvas.width / 2 else -1),
              centre_y + rng.uniform(0, 0.45) * radius)  # fmt: skip
    canvas.glow(*centre, 1.4 * radius, palette.accents[0], 0.4)
    cool = min(palette.accents, key=lambda accent: lab(accent).a + lab(accent).b)
    sea = mix(palette.sky[0], cool, 0.3) if palette.is_dark else mix(cool, palette.ink, 0.35)
    ball(canvas, *centre, radius, sea)
    tilt, spin = rng.uniform(-0.5, 0.2), rng.uniform(0, math.tau)
    _continents(canvas, centre, radius, tilt, spin)
    ports = [_on_globe(centre, radius, rng.uniform(-0.7, 0.8), rng.uniform(0.2, 2.9), tilt, 0) for _ in range(9)]
    _flights(canvas, [port for port in ports if port.near > 0.3], centre)
    return "a globe of dots with arcs from place to place"


def _on_globe(centre: Point, radius: float, sine: float, longitude: float, tilt: float, spin: float) -> Node:
    """`sine` is that of the latitude; `near` is above 0 on the side that is seen."""
    around = math.sqrt(1 - sine * sine)
    x, y, z = around * math.cos(longitude + spin), sine, around * math.sin(longitude + spin)
    y, z = y * math.cos(tilt) - z * math.sin(tilt), y * math.sin(tilt) + z * math.cos(tilt)
    return Node(centre[0] + radius * x, centre[1] - radius * y, z)


def _continents(canvas: Canvas, centre: Point, radius: float, tilt: float, spin: float) -> None:
    """Dots spread evenly over a sphere, where a noise says that there is land; faint ones elsewhere."""
    count, phases = canvas.count(900, 1500), [canvas.rng.uniform(0, math.tau) for _ in range(3)]
    dots: dict[tuple[bool, bool], list[str]] = {}
    for at in range(count):
        sine, longitude = 1 - 2 * (at + 0.5) / count, at * 2.39996
        node = _on_globe(centre, radius, sine, longitude, tilt, spin)
        if node.near > 0.04:
            is_land = _is_land(sine, longitude, phases)
            size = (0.2 + 0.36 * node.near) * canvas.unit * (1 if is_land else 0.5)
            dots.setdefault((is_land, node.near > 0.5), []).append(ring(node.x, node.y, size))
    light = mix(canvas.palette.light, canvas.palette.accents[1], 0.2)
    for (is_land, is_near), found in sorted(dots.items()):
        opacity = (0.85 if is_land else 0.3) * (1 if is_near else 0.6)
        colour = canvas.pen() if canvas.treatment.outline else light
        canvas.path("".join(found), fill=colour, fill_opacity=opacity)


def _is_land(sine: float, longitude: float, phases: Sequence[float]) -> bool:
    waves = zip((2, 1, 3), (1.5, 4.0, -2.5), phases, strict=True)
    return sum(math.sin(around * longitude + up * sine + phase) for around, up, phase in waves) > 0.25


def _flights(canvas: Canvas, ports: Sequence[Node], centre: Point) -> None:
    unit, accents = canvas.unit, canvas.palette.accents
    for at, (start, end) in enumerate(itertools.pairwise(ports)):
        lift = 1 + 0.35 * start.to(end) / (30 * unit)
        top = [c + ((a + b) / 2 - c) * lift for c, a, b in zip(centre, (start.x, start.y), (end.x, end.y), strict=True)]
        colour = lighten(accents[(at + 1) % len(accents)], 0.2)
        d = f"M{number(start.x)} {number(start.y)}Q{number(top[0])} {number(top[1])} {number(end.x)} {number(end.y)}"
        canvas.path(d, fill="none", stroke=colour, stroke_width=0.42 * unit, stroke_linecap="round", stroke_opacity=0.9)
    for at, port in enumerate(ports):
        _body(canvas, port, 1.1 * unit, at + 1)


ARRANGEMENTS: Mapping[str, Callable[[Canvas], str]] = {
    "mesh": _mesh,
    "constellation": _constellation,
    "hubs": _hubs,
    "globe": _globe,
}
