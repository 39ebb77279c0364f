"""From a brief to pixels."""

import resvg_py
from msgspec import Struct

from errand.images.scenes import Brief, compose
from errand.images.sizes import Size


class Drawing(Struct, frozen=True, kw_only=True):
    """`png` has exactly the size that was asked for; `svg` shows the same at every other."""

    png: bytes
    svg: str
    alt_text: str


def draw(brief: Brief, size: Size) -> Drawing:
    """The brief's scene in `size`, which is a multiple of its canvas but for what rounding left."""
    scene = compose(brief)
    svg = _resized(scene.svg, brief, size)
    # Scenes have no text, and fonts would make a picture depend on the machine that it was drawn on.
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
    return Drawing(png=png, svg=scene.svg, alt_text=scene.alt_text)


def _resized(svg: str, brief: Brief, size: Size) -> str:
    """resvg keeps the ratio of the document, which is therefore the file's own; a canvas of 65 × 2047 fills its draft
    of 32 × 1024 to the rim."""
    _, _, body = svg.partition(">")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width}" height="{size.height}"'
        f' viewBox="0 0 {brief.width} {brief.height}" preserveAspectRatio="none">{body}'
    )
