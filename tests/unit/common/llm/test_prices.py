import datetime

import pytest

from errand.common.llm import prices
from errand.common.llm.messages import Usage

TABLE = prices.load()
MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000)


def test_the_table_is_dated_and_names_both_vendors() -> None:
    assert TABLE.as_of >= datetime.date(2026, 11, 1)
    assert set(TABLE.vendors) == {"openai", "anthropic"}


@pytest.mark.parametrize("vendor", sorted(TABLE.vendors))
def test_caches_are_cheaper_to_read_and_answers_dearer_than_prompts(vendor: str) -> None:
    for name, price in TABLE.vendors[vendor].items():
        assert 0 < price.cached < price.input <= price.cache_write < price.output, name


def test_a_million_tokens_cost_their_price() -> None:
    assert TABLE.cost_usd("anthropic", "claude-haiku-4-5", MILLION) == 6.0


def test_cached_tokens_are_counted_once_at_their_own_price() -> None:
    usage = Usage(input_tokens=1_000_000, output_tokens=0, cached_tokens=400_000, cache_write_tokens=100_000)

    assert TABLE.cost_usd("anthropic", "claude-haiku-4-5", usage) == pytest.approx(0.5 + 0.04 + 0.125)


@pytest.mark.parametrize(
    ("vendor", "snapshot", "model"),
    [
        ("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("openai", "gpt-5.4-mini-2026-03-17", "gpt-5.4-mini"),
    ],
)
def test_a_dated_snapshot_costs_what_its_model_does(vendor: str, snapshot: str, model: str) -> None:
    assert TABLE.cost_usd(vendor, snapshot, MILLION) == TABLE.cost_usd(vendor, model, MILLION) is not None


@pytest.mark.parametrize(
    ("vendor", "model"),
    [("openai", "llama3.3"), ("openai", "claude-haiku-4-5"), ("ollama", "gpt-5.4-mini"), ("openai", "gpt-5.4-minimal")],
)
def test_an_unknown_model_has_no_price(vendor: str, model: str) -> None:
    assert TABLE.cost_usd(vendor, model, MILLION) is None


def test_a_prompt_beyond_what_the_price_is_good_for_has_none() -> None:
    long, short = (Usage(input_tokens=count, output_tokens=1) for count in (272_001, 272_000))

    assert TABLE.cost_usd("openai", "gpt-6-luna", long) is None
    assert TABLE.cost_usd("openai", "gpt-6-luna", short) is not None


def test_no_usage_has_no_price() -> None:
    assert TABLE.cost_usd("openai", "gpt-6-luna", None) is None
