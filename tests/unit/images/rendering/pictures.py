"""Images as vendors might send them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

from errand.images.rendering.provenance import Provenance
from errand.images.sizes import Size

PROVENANCE = Provenance(provider="openai", model="gpt-image-x", prompt_hash="ab" * 32)


SIZE = Size(60, 40)


def picture(mode: str = "RGB", size: Size = SIZE) -> Image.Image:
    """A gradient from black on the left to red on the right, and on to yellow at the bottom."""
    ramp = Image.linear_gradient("L")
    image = Image.merge("RGB", (ramp.rotate(90), ramp, Image.new("L", ramp.size)))
    return image.resize((size.width, size.height)).convert(mode)


def saved(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def kinds(png: bytes) -> list[bytes]:
    """Of its chunks."""
    found, at = [], 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        found.append(kind)
        at += length + 12
    return found
