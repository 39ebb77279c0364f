"""Parts of a file, as HTTP asks for them (RFC 9110, section 14)."""

import re

from litestar.exceptions import ClientException
from msgspec import Struct

# More digits than a file has bytes would be none of a client that means it.
_RANGE = re.compile(r"bytes=\s*([0-9]{0,30})-([0-9]{0,30})\s*", re.ASCII | re.IGNORECASE)


class RangeNotSatisfiable(ClientException):
    status_code = 416

    def __init__(self, size: int) -> None:
        super().__init__(f"The file has {size} bytes.", headers={"Content-Range": f"bytes */{size}"})


class Part(Struct, frozen=True):
    """The bytes from `start` up to `end`."""

    start: int
    end: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.end - 1}/{size}"


def part_of(header: str | None, size: int) -> Part | None:
    """What a `Range` header asks for of a file of `size` bytes; None: the whole, also where the header makes no sense
    or asks for several. Raises RangeNotSatisfiable."""
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return Part(start, end)
