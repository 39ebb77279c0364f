import datetime
from decimal import Decimal

import pytest

from errand.images.providers import dimensions, prices
from errand.images.providers.prices import Usage
from errand.images.sizes import SCALES, STANDARD, Size

TABLE = prices.load()
SQUARE = Size(1024, 1024)


def test_the_table_is_dated_and_knows_every_model() -> None:
    assert TABLE.as_of >= datetime.date(2026, 11, 1)
    assert TABLE.models[-1].names == ("*",)


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        ("gpt-image-2", "gpt-image-2"),
        ("gpt-image-2-2026-04-21", "gpt-image-2"),
        ("gpt-image-2.5-flare", "gpt-image-2.5-*"),
        ("gpt-image-2.5-sunburst-2026-09-08", "gpt-image-2.5-*"),
        ("gpt-image-2.6-flare", "gpt-image-2.6-*"),
        ("gpt-image-1.5", "gpt-image-1.5"),
        ("gpt-image-1-mini", "gpt-image-1-mini"),
        ("gpt-image-1", "gpt-image-*"),
        ("gpt-image-3", "gpt-image-*"),
        ("stable-diffusion-3.5", "*"),
    ],
)
def test_a_model_has_the_first_entry_that_names_it(model: str, entry: str) -> None:
    assert TABLE.of(model).names[0] == entry


@pytest.mark.parametrize("model", TABLE.models, ids=lambda model: model.names[0])
def test_every_entry_can_estimate_every_quality(model: prices.Model) -> None:
    draft, standard, high, ultra = (
        model.estimate_usd(quality, SQUARE, "A lighthouse.", reference=False)
        for quality in ("draft", "standard", "high", "ultra")
    )
    assert 0 < draft < standard < high <= ultra < 1


@pytest.mark.parametrize("model", TABLE.models, ids=lambda model: model.names[0])
def test_every_size_that_is_offered_can_be_asked_for(model: prices.Model) -> None:
    for size in (size.scaled(factor) for size in STANDARD.values() for factor in SCALES.values()):
        if model.sizes:
            asked = dimensions.nearest(size, model.sizes)
            assert f"{asked.width}x{asked.height}" in model.sizes


def test_larger_images_references_and_long_prompts_cost_more() -> None:
    model = TABLE.of("gpt-image-2")

    def estimate(size: Size = SQUARE, text: str = "x", reference: bool = False) -> Decimal:
        return model.estimate_usd("high", size, text, reference=reference)

    assert estimate(Size(2048, 2048)) > 3 * estimate()
    assert estimate(reference=True) > estimate()
    assert estimate(text="港" * 1000) > estimate()


def test_a_million_tokens_of_each_kind_cost_their_prices() -> None:
    usage = Usage(text_tokens=1_000_000, image_tokens=1_000_000, output_tokens=1_000_000)

    assert TABLE.of("gpt-image-2.5-flare").cost_usd(usage) == Decimal(43)
    assert TABLE.of("gpt-image-1-mini").cost_usd(usage) == Decimal("12.5")


def test_an_image_of_published_price_is_estimated_at_that_or_a_little_more() -> None:
    published = {"draft": "0.006", "standard": "0.053", "high": "0.211"}

    for quality, price in published.items():
        estimate = TABLE.of("gpt-image-2").estimate_usd(quality, SQUARE, "", reference=False)  # type: ignore[arg-type]
        assert Decimal(price) <= estimate <= Decimal(price) * Decimal("1.1")


@pytest.mark.parametrize("model", ["gpt-image-3", "stable-diffusion-3.5"])
def test_what_an_unknown_model_has_cost_nobody_can_tell(model: str) -> None:
    assert TABLE.of(model).cost_usd(Usage(text_tokens=1, image_tokens=0, output_tokens=1)) is None


def test_no_usage_has_no_price() -> None:
    assert TABLE.of("gpt-image-2").cost_usd(None) is None
