from collections.abc import Callable, Iterator

import pytest

from errand.agents.authoring.model import Model
from errand.agents.authoring.notes import Note
from errand.common.llm.budgets import Account, Budget
from tests.integration.common.llm.conftest import connect
from tests.vendors.double import WIRES, VendorDouble, vendor_double

NewModel = Callable[..., Model]


@pytest.fixture(params=sorted(WIRES))
def double(request: pytest.FixtureRequest) -> Iterator[VendorDouble]:
    with vendor_double(request.param) as double:
        yield double


@pytest.fixture
def notes() -> list[Note]:
    return []


@pytest.fixture
def new_model(double: VendorDouble, notes: list[Note]) -> NewModel:
    def new(budget: Budget | None = None, timeout_s: float = 20.0) -> Model:
        return Model(connect(double, timeout_s=timeout_s), Account(budget or Budget()), notes.append)

    return new


@pytest.fixture
def model(new_model: NewModel) -> Model:
    return new_model()
