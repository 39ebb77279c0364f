from collections.abc import Callable, Iterator

import pytest

from errand.common.llm.budgets import Budget
from errand.incidents.narration.model import Model
from tests.integration.common.llm.conftest import connect
from tests.vendors.double import KEY, WIRES, VendorDouble, vendor_double

NewModel = Callable[..., Model]


@pytest.fixture(params=sorted(WIRES))
def double(request: pytest.FixtureRequest) -> Iterator[VendorDouble]:
    with vendor_double(request.param) as double:
        yield double


@pytest.fixture
def new_model(double: VendorDouble) -> NewModel:
    def new(budget: Budget | None = None, timeout_s: float = 20.0) -> Model:
        return Model(connect(double, timeout_s=timeout_s), budget or Budget(), KEY)

    return new


@pytest.fixture
def model(new_model: NewModel) -> Model:
    return new_model()
