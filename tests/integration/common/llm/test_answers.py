"""What every provider does with an answer: one suite for all adapters, over their vendors' wires."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Literal

import pytest
from msgspec import Meta, Struct

from errand.common.llm.budgets import Account, Budget
from errand.common.llm.errors import AnswerUnusable, BudgetExceeded, CallRejected, Refused
from errand.common.llm.messages import Prompt, Usage, assistant, user
from errand.common.llm.provider import Provider
from tests.vendors.double import VendorDouble
from tests.vendors.replies import CACHED_TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, Fails, Says, says

PROMPT = Prompt(system="You count sheep.", messages=(user("How many?"),))


class Sheep(Struct, tag="sheep"):
    name: Annotated[str, Meta(max_length=10)]
    legs: Annotated[int, Meta(ge=3, le=4)] = 4
    bell: str | None = None


class Dog(Struct, tag="dog"):
    name: str


class Herd(Struct):
    size: Literal["small", "large"]
    animals: list[Sheep | Dog] = []


HERD = {"size": "small", "animals": [{"type": "sheep", "name": "Dolly", "legs": 4, "bell": None}]}
LONG_NAME = {"size": "small", "animals": [{"type": "sheep", "name": "Dolly the Great", "legs": 4, "bell": None}]}


def test_an_answer_comes_with_its_text_and_usage(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="There are three sheep."))

    completion = provider.complete(PROMPT, account)

    assert (completion.text, completion.finish) == ("There are three sheep.", "stop")
    assert completion.usage == Usage(
        input_tokens=INPUT_TOKENS, output_tokens=OUTPUT_TOKENS, cached_tokens=CACHED_TOKENS
    )


def test_the_text_is_told_as_it_comes(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="There are three sheep."))
    heard: list[str] = []

    provider.complete(PROMPT, account, on_text=heard.append)

    assert "".join(heard) == "There are three sheep."
    assert len(heard) > 1


def test_text_may_hold_any_character(double: VendorDouble, provider: Provider, account: Account) -> None:
    text = "Schäfchen 🐑\u2028\u0085 \r\n\x0b data: [DONE]"
    double.will(Says(text=text))

    assert provider.complete(PROMPT, account).text == text


def test_a_conversation_reaches_the_model_in_order(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="Four."))

    provider.complete(PROMPT.then(assistant("Three."), user("And the dog?")), account)

    (received,) = double.received
    assert received.system == "You count sheep."
    assert received.turns == [("user", "How many?"), ("assistant", "Three."), ("user", "And the dog?")]


def test_an_answer_that_is_cut_off_says_so(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="There are thr", cut_off=True))

    assert provider.complete(PROMPT, account).finish == "length"


def test_a_refusal_is_an_error_that_costs(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text="I would rather not.", refused=True))

    with pytest.raises(Refused):
        provider.complete(PROMPT, account)
    assert len(double.received) == 1
    assert account.spent.output_tokens == OUTPUT_TOKENS


def test_a_struct_comes_back_under_a_schema_that_the_vendor_takes(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says(HERD))

    assert provider.structured(Herd, PROMPT, account) == Herd("small", [Sheep("Dolly")])
    (received,) = double.received
    assert received.schema
    assert received.system == PROMPT.system


def test_a_field_that_does_not_fit_is_quoted_by_its_path_and_mended(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says(LONG_NAME), says(HERD))

    assert provider.structured(Herd, PROMPT, account) == Herd("small", [Sheep("Dolly")])
    again = double.received[1]
    assert again.turns[:-1] == [("user", "How many?"), ("assistant", says(LONG_NAME).text)]
    assert "$.animals[0].name" in again.turns[-1][1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "There are three sheep.",
        '{"size": "small", "animals": [',
        '{"size": "tiny"}',
        "[1]",
        '{"size": "\\ud800"}',
        '{"size": ' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_nonsense_is_asked_for_once_more_and_no_more(
    double: VendorDouble, provider: Provider, account: Account, text: str
) -> None:
    double.will(Says(text=text), Says(text=text), says(HERD))

    with pytest.raises(AnswerUnusable) as raised:
        provider.structured(Herd, PROMPT, account)
    assert raised.value.complaints
    assert raised.value.value is None
    assert len(double.received) == account.spent.calls == 2


def test_json_in_a_fence_is_json(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Says(text=f"Here you are:\n```json\n{says(HERD).text}\n```\nAnything else?"))

    assert provider.structured(Herd, PROMPT, account).size == "small"


def test_control_characters_are_taken_out_of_a_struct(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says({"size": "small", "animals": [{"type": "dog", "name": "Re\x00x\x1b\u202e\u2069\n\tII"}]}))

    assert provider.structured(Herd, PROMPT, account).animals == [Dog("Rex\n\tII")]


def test_a_struct_that_is_cut_off_is_not_asked_for_again(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(Says(text='{"size"', cut_off=True))

    with pytest.raises(AnswerUnusable):
        provider.structured(Herd, PROMPT, account)
    assert len(double.received) == 1


def test_what_the_caller_has_against_an_answer_goes_back_to_the_model(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says({"size": "small", "animals": []}), says(HERD))

    herd = provider.structured(Herd, PROMPT, account, check=lambda herd: [] if herd.animals else ["Nobody is there."])

    assert herd.animals
    assert "Nobody is there." in double.received[1].turns[-1][1]


def test_an_answer_that_the_caller_does_not_take_is_in_the_error(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says(HERD), says(HERD))

    with pytest.raises(AnswerUnusable) as raised:
        provider.structured(Herd, PROMPT, account, check=lambda _: ["No."])
    assert raised.value.complaints == ["No."]
    assert raised.value.value == Herd("small", [Sheep("Dolly")])


def test_an_answer_that_was_near_is_not_lost_where_there_is_no_second(double: VendorDouble, provider: Provider) -> None:
    double.will(says(HERD))

    with pytest.raises(AnswerUnusable) as raised:
        provider.structured(Herd, PROMPT, Account(Budget(max_calls=1)), check=lambda _: ["No."])
    assert raised.value.value == Herd("small", [Sheep("Dolly")])


def test_where_there_is_no_second_answer_to_nonsense_that_is_the_error(
    double: VendorDouble, provider: Provider
) -> None:
    double.will(Says(text="Sure!"))

    with pytest.raises(BudgetExceeded):
        provider.structured(Herd, PROMPT, Account(Budget(max_calls=1)))


class Wide(Struct):
    """More places of two types than Anthropic takes in a schema."""

    a: str | None
    b: str | None
    c: str | None
    d: str | None
    e: str | None
    f: str | None
    g: str | None
    h: str | None
    i: str | None
    j: str | None
    k: str | None
    l: str | None  # noqa: E741
    m: str | None
    n: str | None
    o: str | None
    p: str | None
    q: str | None


def test_a_schema_that_is_too_much_for_a_vendor_goes_into_the_prompt(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(says(dict.fromkeys("abcdefghijklmnopq")))

    assert provider.structured(Wide, PROMPT, account).q is None
    (received,) = double.received
    assert (received.schema is None) == (double.vendor == "anthropic") == ('"q"' in received.system)


def test_a_schema_that_the_vendor_does_not_take_goes_into_the_prompt_from_then_on(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(Fails(400, message="The compiled grammar is too large"), says(HERD), says(HERD))

    assert provider.structured(Herd, PROMPT, account) == provider.structured(Herd, PROMPT, account)
    assert [received.schema is None for received in double.received] == [False, True, True]
    assert '"Sheep"' in double.received[1].system


def test_a_call_that_is_rejected_without_a_schema_too_is_rejected(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(Fails(400), Fails(400), says(HERD))

    with pytest.raises(CallRejected):
        provider.structured(Herd, PROMPT, account)
    assert len(double.received) == 2


def test_threads_share_a_provider(double: VendorDouble, provider: Provider) -> None:
    double.will(*[Says(text="Three.")] * 12)

    with ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(lambda _: provider.complete(PROMPT, Account(Budget())).text, range(12)))

    assert texts == ["Three."] * 12
