"""What every provider does where there is no answer."""

import json
import threading
from typing import Any

import pytest
from dramatiq.threading import Interrupt, raise_thread_exception
from msgspec import Struct
from structlog.testing import capture_logs

from errand.common.llm.budgets import Account, Budget
from errand.common.llm.errors import AnswerUnusable, CallRejected, ModelUnavailable
from errand.common.llm.messages import Prompt, user
from errand.common.llm.provider import TRIES, Provider
from tests.integration.common.llm.conftest import NewProvider
from tests.vendors.double import KEY, VendorDouble
from tests.vendors.replies import Breaks, Fails, Hangs, Reply, Says
from tests.waiting import until

PROMPT = Prompt(system="You count sheep.", messages=(user("How many?"),))
THREE = Says(text="Three.")


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(double: VendorDouble, provider: Provider, account: Account, status: int) -> None:
    double.will(Fails(status), Fails(status), THREE)

    assert provider.complete(PROMPT, account).text == "Three."
    assert account.spent.calls == 3
    assert account.spent.unpriced_calls == 0


def test_it_gives_up_after_some_tries(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(*[Fails(500)] * (TRIES + 1))

    with pytest.raises(ModelUnavailable):
        provider.complete(PROMPT, account)
    assert len(double.received) == TRIES


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
def test_what_will_not_pass_is_not_tried_again(
    double: VendorDouble, provider: Provider, account: Account, status: int
) -> None:
    double.will(Fails(status), THREE)

    with pytest.raises(CallRejected):
        provider.complete(PROMPT, account)
    assert len(double.received) == 1


def test_a_wrong_key_is_told_to_nobody(double: VendorDouble, new_provider: NewProvider, account: Account) -> None:
    with capture_logs() as lines, pytest.raises(CallRejected) as raised:
        new_provider(key="sk-wrong-0815").complete(PROMPT, account)

    assert "status 401" in str(raised.value)
    assert [line["status"] for line in lines] == [401]
    assert "sk-wrong-0815" not in f"{lines} {raised.value}"


@pytest.mark.parametrize("value", ["1", "Fri, 31 Dec 1999 23:59:59 GMT", "soon"])
def test_it_waits_as_long_as_the_vendor_asks(
    double: VendorDouble, provider: Provider, account: Account, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("errand.common.llm.provider.pause", waits.append)
    double.will(Fails(429, {"retry-after": value}), THREE)

    assert provider.complete(PROMPT, account).text == "Three."
    (wait_s,) = waits
    assert wait_s >= (1 if value == "1" else 0)
    assert wait_s < 2


def test_a_wait_that_is_longer_than_there_is_time_ends_it_at_once(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    double.will(Fails(429, {"retry-after": "3600"}), THREE)

    with pytest.raises(ModelUnavailable) as raised:
        provider.complete(PROMPT, account)
    assert raised.value.retry_after_s == 3600
    assert len(double.received) == 1


def test_a_key_that_the_vendor_repeats_in_its_answer_is_told_to_nobody(
    double: VendorDouble, provider: Provider, account: Account
) -> None:
    error = {"type": "error", "error": {"message": f"no credit left for {KEY}"}}
    double.will(Breaks(garbage=json.dumps(error).encode()), THREE)

    with capture_logs() as lines:
        provider.complete(PROMPT, account)

    assert "no credit left for ***" in lines[0]["detail"]
    assert KEY not in str(lines)


def test_an_answer_without_end_is_not_waited_for(double: VendorDouble, provider: Provider, account: Account) -> None:
    double.will(Breaks(garbage=b"x" * 20_000_000))

    with pytest.raises(ModelUnavailable, match="does not end"):
        provider.complete(PROMPT, account, on_text=lambda _: None)


class Lamb(Struct):
    name: str


BROKEN = {
    "connection": Breaks(),
    "vendor": Breaks(error=True),
    "garbage": Breaks(garbage=b'{"choices": [{"del'),
    "strange": Breaks(garbage=b'{"choices": [7], "type": "content_block_delta"}'),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=list(BROKEN))
def test_an_answer_that_breaks_off_is_asked_for_again(
    double: VendorDouble, provider: Provider, account: Account, reply: Reply
) -> None:
    double.will(reply, THREE)

    assert provider.complete(PROMPT, account).text == "Three."
    assert account.spent.unpriced_calls == 1


@pytest.mark.parametrize("reply", BROKEN.values(), ids=list(BROKEN))
def test_text_that_was_handed_on_is_not_told_twice(
    double: VendorDouble, provider: Provider, account: Account, reply: Reply
) -> None:
    double.will(reply, THREE)
    heard: list[str] = []

    with pytest.raises(ModelUnavailable):
        provider.complete(PROMPT, account, on_text=heard.append)
    assert "".join(heard) == "Once upon"


@pytest.mark.parametrize("reply", [Hangs(), Hangs(drips=True)], ids=["silence", "signs of life"])
def test_a_model_that_takes_too_long_is_left(
    double: VendorDouble, new_provider: NewProvider, account: Account, reply: Reply
) -> None:
    double.will(reply)

    with pytest.raises(ModelUnavailable, match="too long"):
        new_provider(timeout_s=0.3, backoff_s=5.0).complete(PROMPT, account)


def test_an_answer_and_its_mending_have_the_time_of_one(
    double: VendorDouble, new_provider: NewProvider, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("errand.common.llm.vendors.Deadline.left_s", lambda _: 20.0 - clock[0])

    def late(_: Lamb) -> list[str]:
        clock[0] += 20.0
        return ["Too woolly."]

    double.will(Says(text='{"name": "Dolly"}'), Says(text='{"name": "Dolly"}'))

    with pytest.raises(AnswerUnusable):
        new_provider(timeout_s=20.0).structured(Lamb, PROMPT, account, check=late)
    assert len(double.received) == 1


def test_a_vendor_that_is_not_there_is_unavailable(
    double: VendorDouble, new_provider: NewProvider, account: Account
) -> None:
    provider = new_provider()
    double.close()

    with pytest.raises(ModelUnavailable):
        provider.complete(PROMPT, account)


class Stopped(Interrupt):
    pass


def stop_in_the_middle(provider: Provider, double: VendorDouble) -> list[Any]:
    """Calls on a thread that is stopped once the call has arrived; what came of it."""
    ends: list[Any] = []

    def call() -> None:
        try:
            ends.append(provider.complete(PROMPT, Account(Budget())))
        except Stopped as stopped:
            ends.append(stopped)

    thread = threading.Thread(target=call)
    thread.start()
    until(lambda: len(double.received) == 1)
    raise_thread_exception(thread.ident or 0, Stopped)
    thread.join(timeout=20)
    return ends


@pytest.mark.parametrize(
    "reply", [Hangs(drips=True), Fails(429, {"retry-after": "30"})], ids=["while it answers", "between two tries"]
)
def test_a_thread_that_has_to_stop_does_so_in_the_middle_of_a_call(
    double: VendorDouble, new_provider: NewProvider, reply: Reply
) -> None:
    provider = new_provider(timeout_s=100.0)
    double.will(reply, THREE)

    (end,) = stop_in_the_middle(provider, double)

    assert isinstance(end, Stopped)
    assert provider.complete(PROMPT, Account(Budget())).text == "Three."
