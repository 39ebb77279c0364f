import functools
from collections.abc import Callable, Iterator

import pytest

from errand.common.llm import prices
from errand.common.llm.budgets import Account, Budget
from errand.common.llm.provider import Provider
from errand.common.llm.vendors import Vendor
from errand.common.llm.vendors.anthropic import Anthropic
from errand.common.llm.vendors.openai import OpenAI
from tests.vendors.double import KEY, WIRES, VendorDouble, vendor_double

ADAPTERS: dict[str, Callable[[str, str], Vendor]] = {"openai": OpenAI, "anthropic": Anthropic}
PRICED = {"openai": "gpt-5.4-mini", "anthropic": "claude-haiku-4-5"}

NewProvider = Callable[..., Provider]


@pytest.fixture(params=sorted(WIRES))
def double(request: pytest.FixtureRequest) -> Iterator[VendorDouble]:
    with vendor_double(request.param) as double:
        yield double


@pytest.fixture
def new_provider(double: VendorDouble) -> NewProvider:
    return functools.partial(connect, double)


@pytest.fixture
def provider(new_provider: NewProvider) -> Provider:
    return new_provider()


@pytest.fixture
def account() -> Account:
    return Account(Budget())


def connect(
    double: VendorDouble, *, model: str = "", key: str = KEY, timeout_s: float = 20.0, backoff_s: float = 0.01
) -> Provider:
    vendor = ADAPTERS[double.vendor](double.base_url, key)
    model = model or PRICED[double.vendor]
    return Provider(vendor, model, prices.load(), timeout_s=timeout_s, max_output_tokens=500, backoff_s=backoff_s)
