"""Small pictures inside of a scene."""

import base64
import random
import struct
import zlib
from collections.abc import Sequence
from functools import cache

# A PNG's kinds of pixels, by the bytes that each has.
_KINDS = {2: 4, 3: 2}


@cache
def grain(size: int = 128) -> str:
    """A tile of specks, dark and light, most of them hardly to be seen; always the same one."""
    rng = random.Random(size)
    specks = [bytes((shade, strength)) for shade in (0, 255) for strength in (0, 0, 0, 8, 18)]
    return data_uri([b"".join(rng.choices(specks, k=size)) for _ in range(size)], 2)


def data_uri(rows: Sequence[bytes], depth: int = 3) -> str:
    """A PNG of rows of pixels with `depth` bytes each: red, green and blue, or grey and alpha."""
    width = len(rows[0]) // depth
    header = struct.pack(">IIBBBBB", width, len(rows), 8, _KINDS[depth], 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
