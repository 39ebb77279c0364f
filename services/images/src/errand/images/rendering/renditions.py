"""From the master to what pages show: smaller files of it, a placeholder, its colours."""

import base64
import io

from msgspec import Struct
from PIL import Image

from errand.images.rendering.colours import dominant_colours
from errand.images.rendering.decoding import decode
from errand.images.sizes import Size

WIDTHS = (1280, 640, 320)
PLACEHOLDER_SIDE = 32

# Seen: at 82 soft gradients fall into blocks and their faint lines into dashes.
_QUALITY = 90
# Measured: 4, the default, takes two and a half times as long, for files that are a twentieth smaller.
_METHOD = 2


class Rendition(Struct, frozen=True, kw_only=True):
    """A WebP file."""

    content: bytes
    size: Size


class Renditions(Struct, frozen=True, kw_only=True):
    """`files`: the narrowest first, the last of the master's own size. `placeholder` is a data URI of a few hundred
    bytes; `colours` are hex, the most of it first."""

    files: tuple[Rendition, ...]
    placeholder: str
    colours: tuple[str, ...]


def renditions(master: bytes) -> Renditions:
    """The same for the same master; they carry its provenance."""
    image = decode(master)
    xmp, image = image.info["xmp"], image.convert("RGB")
    files = [_rendition(image, xmp)]
    for width in WIDTHS:
        if width < image.width:
            # Each from the one before, which is half of the work.
            image = image.resize((width, _height(image, width)), Image.Resampling.LANCZOS)
            files.insert(0, _rendition(image, xmp))
    return Renditions(files=tuple(files), placeholder=_placeholder(image), colours=dominant_colours(image))


def _height(image: Image.Image, width: int) -> int:
    return max(1, round(image.height * width / image.width))


def _rendition(image: Image.Image, xmp: bytes) -> Rendition:
    return Rendition(content=_webp(image, _QUALITY, xmp), size=Size(*image.size))


def _placeholder(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((PLACEHOLDER_SIDE, PLACEHOLDER_SIDE), Image.Resampling.LANCZOS)
    return f"data:image/webp;base64,{base64.b64encode(_webp(small, 50)).decode()}"


def _webp(image: Image.Image, quality: int, xmp: bytes = b"") -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=quality, method=_METHOD, xmp=xmp)
    return file.getvalue()
