"""What models cost, from a dated table."""

import datetime
import functools
import re
from importlib.resources import files

import msgspec
from msgspec import Struct

from errand.common.conversion import convert
from errand.common.llm.messages import Usage

# Vendors name a dated snapshot after its model: `gpt-5.5-2026-04-23`, `claude-haiku-4-5-20251001`.
_SNAPSHOT = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")
_MILLION = 1_000_000


class Price(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """US dollars for a million tokens, of prompts that have at most `max_input_tokens`."""

    input: float
    output: float
    cached: float
    cache_write: float
    max_input_tokens: int | None = None

    def of(self, usage: Usage) -> float | None:
        """None where the prompt is longer than the price is good for."""
        if self.max_input_tokens is not None and usage.input_tokens > self.max_input_tokens:
            return None
        fresh = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
        total = fresh * self.input + usage.output_tokens * self.output
        total += usage.cached_tokens * self.cached + usage.cache_write_tokens * self.cache_write
        return round(total / _MILLION, 9)


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    """The table, as it was on the day `as_of`: vendors by name, their models by name."""

    as_of: datetime.date
    vendors: dict[str, dict[str, Price]]

    def cost_usd(self, vendor: str, model: str, usage: Usage | None) -> float | None:
        """None for a model that is not in the table: a guess could be off by a hundred times."""
        models = self.vendors.get(vendor, {})
        price = models.get(model) or models.get(_SNAPSHOT.sub("", model))
        return price.of(usage) if price and usage else None


@functools.cache
def load() -> Prices:
    content = files(__package__).joinpath("prices.toml").read_bytes()
    return convert(msgspec.toml.decode(content), Prices)
