"""What calls cost, and what is written down of them."""

import logging

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from errand.common.llm.budgets import Account, Budget, Spending
from errand.common.llm.errors import BudgetExceeded
from errand.common.llm.messages import Prompt, user
from errand.common.llm.provider import Provider
from tests.integration.common.llm.conftest import PRICED, NewProvider
from tests.spans import recorded_spans
from tests.vendors.double import KEY, VendorDouble
from tests.vendors.replies import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, Fails, Says

PROMPT = Prompt(system="You count sheep.", messages=(user("How many in the paddock?"),))
THREE = Says(text="There are three.")
# 60 fresh, 40 cached and 20 output tokens of the two models in PRICED.
COST_USD = {"openai": 0.000138, "anthropic": 0.000164}


def test_a_priced_model_costs_what_the_table_says(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(THREE, THREE)

    completion = provider.complete(PROMPT, account)
    provider.complete(PROMPT, account)

    assert completion.cost_usd == COST_USD[double.vendor]
    assert account.spent == Spending(
        calls=2,
        input_tokens=2 * INPUT_TOKENS,
        output_tokens=2 * OUTPUT_TOKENS,
        cached_tokens=2 * CACHED_TOKENS,
        cost_usd=2 * COST_USD[double.vendor],
    )


def test_a_model_without_a_price_is_recorded_as_such(
    double: VendorDouble, new_provider: NewProvider, account: Account
) -> None:
    double.will(THREE)

    with capture_logs() as lines:
        completion = new_provider(model="llama-of-ours").complete(PROMPT, account)

    assert completion.cost_usd is None
    assert account.spent.unpriced_calls == 1
    assert lines[0]["unpriced"] is True


def test_an_answer_without_usage_has_no_price(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="Three.", metered=False))

    completion = provider.complete(PROMPT, account)

    assert (completion.usage, completion.cost_usd) == (None, None)
    assert account.spent == Spending(calls=1, unpriced_calls=1)


@pytest.mark.parametrize("budget", [Budget(max_calls=1), Budget(max_tokens=120), Budget(limit_usd=0.0001)], ids=str)
def test_a_budget_ends_with_the_call_that_used_it_up(double: VendorDouble, provider: Provider, budget: Budget) -> None:
    double.will(THREE, THREE)
    account = Account(budget)
    provider.complete(PROMPT, account)

    with pytest.raises(BudgetExceeded):
        provider.complete(PROMPT, account)
    assert len(double.received) == account.spent.calls == 1


def test_failed_calls_count_for_the_budget(double: VendorDouble, provider: Provider) -> None:
    double.will(Fails(500), Fails(500), THREE)

    with pytest.raises(BudgetExceeded):
        provider.complete(PROMPT, Account(Budget(max_calls=2)))
    assert len(double.received) == 2


def test_what_was_spent_before_counts(double: VendorDouble, provider: Provider) -> None:
    with pytest.raises(BudgetExceeded):
        provider.complete(PROMPT, Account(Budget(limit_usd=1.0), Spending(cost_usd=1.0)))
    assert not double.received


def test_a_call_leaves_one_line_without_what_was_said(
    double: VendorDouble, provider: Provider, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    double.will(THREE)

    with caplog.at_level(logging.DEBUG), capture_logs() as lines:
        provider.complete(PROMPT, account)

    (line,) = lines
    assert line["event"] == "model answered"
    assert line["model"] == PRICED[double.vendor]
    assert line["tokens"] == {"input": INPUT_TOKENS, "output": OUTPUT_TOKENS}
    assert line["cost_usd"] == COST_USD[double.vendor]
    assert line["prompt"] == PROMPT.digest()
    said = f"{line} {caplog.text}"
    assert not [word for word in (KEY, "paddock", "sheep", "three") if word in said]


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_calls_tokens_and_cost_are_metrics(double: VendorDouble, provider: Provider, account: Account) -> None:
    model = PRICED[double.vendor]

    def samples() -> list[float]:
        return [
            sample("errand_model_call_duration_seconds_count", model=model, outcome="stop"),
            sample("errand_model_call_duration_seconds_count", model=model, outcome="failed"),
            sample("errand_model_tokens_total", model=model, kind="input"),
            sample("errand_model_tokens_total", model=model, kind="output"),
            sample("errand_model_cost_usd_total", model=model),
        ]

    before = samples()
    double.will(Fails(500), THREE)
    provider.complete(PROMPT, account)

    grown = [after - earlier for earlier, after in zip(before, samples(), strict=True)]
    assert grown == pytest.approx([1, 1, INPUT_TOKENS, OUTPUT_TOKENS, COST_USD[double.vendor]])


def test_a_call_is_a_span(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(THREE)

    with recorded_spans() as spans:
        provider.complete(PROMPT, account)

    (span,) = spans.all
    assert span.name == f"chat {PRICED[double.vendor]}"
    assert "paddock" not in span.to_json()
    assert "traceparent" not in str(double.received[0].body)
