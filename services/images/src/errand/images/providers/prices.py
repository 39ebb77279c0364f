"""What image models take and cost, from a dated table."""

import datetime
import functools
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from errand.common.conversion import convert
from errand.images.sizes import Quality, Size

_WORDS: Mapping[Quality, str] = {"draft": "low", "standard": "medium", "high": "high", "ultra": "high"}
_MILLION = 1_000_000
_SQUARE = Size(1024, 1024)
# Tokens have about four bytes of English, and three of Chinese, Arabic or Greek, or a little more.
_BYTES_PER_TOKEN = 3


class Usage(Struct, frozen=True, kw_only=True):
    """Tokens that a call was billed for."""

    text_tokens: int
    image_tokens: int
    output_tokens: int


class Model(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table's entry for some models: see there. Prices that are `guessed` are for estimates alone."""

    names: tuple[str, ...]
    text_input: Decimal
    image_input: Decimal
    image_output: Decimal
    output_tokens: dict[str, int]
    reference_tokens: int
    sizes: tuple[str, ...] = ()
    qualities: dict[Quality, str] = {}
    guessed: bool = False
    response_format: Literal["", "b64_json"] = ""

    def word(self, quality: Quality) -> str:
        """The vendor's for it."""
        return self.qualities.get(quality, _WORDS[quality])

    def estimate_usd(self, quality: Quality, size: Size, text: str, *, reference: bool) -> Decimal:
        """Of one image of `size`, from a prompt of `text` and maybe a draft: rather too much than too little."""
        scale = max(Decimal(1), Decimal(size.pixels) / _SQUARE.pixels)
        usage = Usage(
            text_tokens=len(text.encode()) // _BYTES_PER_TOKEN + 1,
            image_tokens=self.reference_tokens if reference else 0,
            output_tokens=int(self.output_tokens[self.word(quality)] * scale) + 1,
        )
        return self._price(usage)

    def cost_usd(self, usage: Usage | None) -> Decimal | None:
        """None where nobody can tell."""
        return None if usage is None or self.guessed else self._price(usage)

    def _price(self, usage: Usage) -> Decimal:
        total = usage.text_tokens * self.text_input + usage.image_tokens * self.image_input
        return round((total + usage.output_tokens * self.image_output) / _MILLION, 6)


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    """The table, as it was on the day `as_of`."""

    as_of: datetime.date
    models: tuple[Model, ...]

    def of(self, model: str) -> Model:
        return next(entry for entry in self.models if any(fnmatchcase(model, name) for name in entry.names))


@functools.cache
def load() -> Prices:
    content = files(__package__).joinpath("prices.toml").read_bytes()
    return convert(msgspec.toml.decode(content), Prices)
