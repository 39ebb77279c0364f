"""Drawings for pages that bring no picture: decorative, and different from name to name."""

import zlib
from random import Random

from errand.agents.landing.rendering import motifs

# Straight shapes for sharp pages, curves for round ones.
_MOTIFS: dict[str, tuple[motifs.Motif, ...]] = {
    "sharp": (motifs.tiles, motifs.blocks, motifs.ribbons),
    "soft": (motifs.ribbons, motifs.orbits, motifs.ridges, motifs.blocks),
    "round": (motifs.petals, motifs.ridges, motifs.orbits, motifs.tiles),
}

_FRAME = (
    '<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
    'focusable="false"><defs><linearGradient id="{id}_f" x2="1" y2="1"><stop class="s2"/><stop class="s3" offset="1"/>'
    '</linearGradient><linearGradient id="{id}_l"><stop class="s1"/><stop class="s3" offset=".5"/><stop class="s2" '
    'offset="1"/></linearGradient><radialGradient id="{id}_r"><stop class="s1" stop-opacity=".42"/><stop class="s1" '
    'offset="1" stop-opacity="0"/></radialGradient></defs><g>{drawing}</g></svg>'
)


def draw(name: str, shape: str, id: str, width: int, height: int, turn: int = 0) -> str:
    """An SVG whose colours are the stylesheet's. `id` is unique on the page and goes before the drawing's own ids.

    One name's drawings differ from turn to turn.
    """
    choice = _MOTIFS[shape]
    motif = choice[(zlib.crc32(name.encode()) + turn) % len(choice)]
    random = Random(zlib.crc32(f"{name} {turn}".encode()))
    return _FRAME.format(width=width, height=height, id=id, drawing="".join(motif(random, id, width, height)))
