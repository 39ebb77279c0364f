"""How many pixels an image has: by its ratio and quality, or as its user says."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from errand.common.errors import FieldError, Unprocessable

Quality = Literal["draft", "standard", "high", "ultra"]
AspectRatio = Literal["1:1", "3:4", "4:3", "16:9", "9:16", "21:9", "2:3", "3:2", "custom"]

MIN_SIDE, MAX_SIDE = 64, 2048


class Size(Struct, frozen=True):
    """In pixels."""

    width: int
    height: int

    @property
    def ratio(self) -> float:
        return self.width / self.height

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def scaled(self, factor: Fraction) -> "Size":
        return Size(max(1, round(self.width * factor)), max(1, round(self.height * factor)))


#: What an image of standard quality has. All sides are multiples of 32, so that those of a draft suit every vendor.
STANDARD: Mapping[AspectRatio, Size] = {
    "1:1": Size(1024, 1024),
    "3:4": Size(768, 1024),
    "4:3": Size(1024, 768),
    "16:9": Size(1344, 768),
    "9:16": Size(768, 1344),
    "21:9": Size(1536, 640),
    "2:3": Size(768, 1152),
    "3:2": Size(1152, 768),
}
#: Of each side.
SCALES: Mapping[Quality, Fraction] = {
    "draft": Fraction(1, 2),
    "standard": Fraction(1),
    "high": Fraction(3, 2),
    "ultra": Fraction(2),
}


def canvas_of(aspect_ratio: AspectRatio, width: int | None, height: int | None) -> Size:
    """The size at standard quality. Raises SizeInvalid where a custom one is not told, or another one is."""
    if aspect_ratio != "custom":
        if width is not None or height is not None:
            raise SizeInvalid("aspect_ratio", "`width` and `height` go with the aspect_ratio `custom`.")
        return STANDARD[aspect_ratio]
    if width is None or height is None:
        missing = "width" if width is None else "height"
        raise SizeInvalid(missing, "The aspect_ratio `custom` needs `width` and `height`.")
    return Size(width, height)


class SizeInvalid(Unprocessable):
    code = "size_invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, FieldError(field, message))
