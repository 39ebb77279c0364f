"""The size that a vendor is asked for, not always the one that is wanted: the image is cut to that afterwards."""

import math
from collections.abc import Callable, Iterable

from errand.images.sizes import Size

# Of OpenAI's models since gpt-image-2: `ImageGenerateParams` in its SDK. That one also speaks of limits to the pixels;
# their numbers are from third parties who tested it.
STEP = 16
MAX_RATIO = 3
MAX_SIDE = 3840
MIN_PIXELS, MAX_PIXELS = 655_360, 3840 * 2160


def nearest(size: Size, offered: Iterable[str]) -> Size:
    """The one of `offered`, written as `1024x1024`, that least has to be cut away from; then the one nearest in
    pixels."""

    def distance(candidate: Size) -> tuple[float, float]:
        return (
            round(abs(math.log(candidate.ratio / size.ratio)), 6),
            abs(math.log(candidate.pixels / size.pixels)),
        )

    return min((_parsed(text) for text in offered), key=distance)


def fitted(size: Size) -> Size:
    """The smallest that `size` can be cut or scaled down from, within the limits above, where there is one."""
    width, height = max(size.width, size.height / MAX_RATIO), max(size.height, size.width / MAX_RATIO)
    least = math.sqrt(MIN_PIXELS / (width * height))
    most = min(MAX_SIDE / max(width, height), math.sqrt(MAX_PIXELS / (width * height)))
    factor = min(max(1.0, least), most)
    larger = _stepped(width * factor, height * factor, math.ceil)
    if larger.pixels <= MAX_PIXELS and max(larger.width, larger.height) <= MAX_SIDE:
        return larger
    return _stepped(width * factor, height * factor, math.floor)


def _stepped(width: float, height: float, whole: Callable[[float], int]) -> Size:
    # The product of a side and a factor may miss its multiple by a last digit.
    columns, rows = (whole(round(side / STEP, 6)) * STEP for side in (width, height))
    return Size(min(columns, MAX_RATIO * rows), min(rows, MAX_RATIO * columns))


def _parsed(text: str) -> Size:
    width, height = text.split("x")
    return Size(int(width), int(height))
