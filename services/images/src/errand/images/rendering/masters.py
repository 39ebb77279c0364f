"""The master: the PNG that everything else of an image is made from."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps

from errand.images.rendering.decoding import decode, rgb
from errand.images.rendering.provenance import SOFTWARE, Provenance
from errand.images.sizes import Size

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 4


def master(content: bytes, size: Size, provenance: Provenance) -> bytes:
    """`content` as a PNG of exactly `size`, cropped at its middle and scaled where it is of another; with `provenance`
    instead of what its maker wrote beside the pixels. Raises PictureUnreadable."""
    image = decode(content)
    png = content if _is_as_wanted(image, content, size) else _encode(_cover(rgb(image), size))
    return _with_provenance(png, provenance)


def _is_as_wanted(image: Image.Image, content: bytes, size: Size) -> bool:
    """Whether its pixels need not be encoded anew, which takes several times as long as all else."""
    if image.format != "PNG" or image.size != (size.width, size.height):
        return False
    bit_depth = content[len(_SIGNATURE) + 16]
    return bit_depth == 8 and (image.mode == "RGB" or _is_opaque(image)) and "transparency" not in image.info


def _is_opaque(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255)


def _cover(image: Image.Image, size: Size) -> Image.Image:
    if image.size == (size.width, size.height):
        return image
    return ImageOps.fit(image, (size.width, size.height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=_LEVEL)
    return file.getvalue()


def _with_provenance(png: bytes, provenance: Provenance) -> bytes:
    """Header, provenance, pixels: a vendor's profiles, previews, texts and further frames stay behind."""
    chunks = list(_chunks(png))
    header = [data for kind, data in chunks if kind == b"IHDR"][:1]
    pixels = [data for kind, data in chunks if kind == b"IDAT"]
    parts = [
        *(_chunk(b"IHDR", data) for data in header),
        _chunk(b"tEXt", b"Software\0" + SOFTWARE.encode()),
        # Keyword, not compressed, no language, no translated keyword.
        _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + provenance.xmp()),
        *(_chunk(b"IDAT", data) for data in pixels),
        _chunk(b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(parts)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
