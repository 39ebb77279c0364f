"""Tools, by the same suite for all adapters."""

import msgspec
import pytest
from msgspec import Struct

from errand.common.errors import NotFound
from errand.common.llm.budgets import Account, Budget
from errand.common.llm.errors import BudgetExceeded, LoopDetected
from errand.common.llm.messages import Prompt, Tool, user
from errand.common.llm.provider import Provider
from errand.common.llm.tools import converse
from tests.vendors.double import VendorDouble
from tests.vendors.replies import Says


class Field(Struct):
    name: str


class FieldNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such field.")


def count(field: Field) -> str:
    if field.name != "paddock":
        raise FieldNotFound
    return "3 sheep"


PROMPT = Prompt(
    system="You count sheep.",
    messages=(user("How many?"),),
    tools=(Tool("count_sheep", "Counts the sheep of a field.", Field),),
)
ACTIONS = {"count_sheep": count}
PADDOCK = ("count_sheep", '{"name": "paddock"}')
MOON = ("count_sheep", '{"name": "moon"}')
THREE = Says(text="Three.")


def test_calls_come_back_as_data(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="Let me look.", calls=(PADDOCK, MOON)))

    completion = provider.complete(PROMPT, account)

    assert completion.finish == "tools"
    assert completion.text == "Let me look."
    assert [(call.tool, call.read(Field)) for call in completion.calls] == [
        ("count_sheep", Field("paddock")),
        ("count_sheep", Field("moon")),
    ]
    assert len({call.id for call in completion.calls}) == 2


def test_the_model_is_told_what_came_of_its_calls(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(calls=(PADDOCK, MOON)), THREE)

    assert converse(provider, PROMPT, ACTIONS, account).text == "Three."
    told = [text for role, text in double.received[1].turns[1:] if role == "user"]
    assert "".join(told) == "3 sheepThere is no such field."


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("count_goats", "{}"), "no tool count_goats"),
        (("count_sheep", '{"name": 7}'), "$.name"),
        (("count_sheep", '{"na'), "truncated"),
        (("count_sheep", ""), "name"),
    ],
)
def test_a_call_that_makes_no_sense_is_told_to_the_model(
    double: VendorDouble, provider: Provider, account: Account, call: tuple[str, str], told: str
) -> None:
    double.will(Says(calls=(call,)), Says(calls=(PADDOCK,)), THREE)

    assert converse(provider, PROMPT, ACTIONS, account).text == "Three."
    assert told in double.received[1].turns[-1][1]


def test_the_same_failing_call_twice_is_the_end(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(calls=(MOON,)), Says(calls=(PADDOCK,)), Says(calls=(MOON,)), THREE)

    with pytest.raises(LoopDetected):
        converse(provider, PROMPT, ACTIONS, account)
    assert len(double.received) == 3


def test_a_model_that_never_answers_is_stopped(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(*[Says(calls=(PADDOCK,))] * 4)

    with pytest.raises(LoopDetected):
        converse(provider, PROMPT, ACTIONS, account, max_rounds=3)
    assert len(double.received) == 3


def test_the_budget_holds_in_the_middle_of_a_conversation(double: VendorDouble, provider: Provider) -> None:
    double.will(Says(calls=(PADDOCK,)), THREE)

    with pytest.raises(BudgetExceeded):
        converse(provider, PROMPT, ACTIONS, Account(Budget(max_calls=1)))


def test_a_call_without_arguments_is_an_empty_object(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    class Nothing(Struct):
        pass

    double.will(Says(calls=(("look", ""),)))
    prompt = msgspec.structs.replace(PROMPT, tools=(Tool("look", "Looks around.", Nothing),))

    (call,) = provider.complete(prompt, account).calls
    assert isinstance(call.read(Nothing), Nothing)
