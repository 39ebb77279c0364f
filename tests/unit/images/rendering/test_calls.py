import os

from errand.common.jobs.domain import Speed
from errand.images.rendering.calls import Call, WaitingCalls

FAST_FIRST = [Speed.FAST, Speed.SLOW]
SLOW_FIRST = [Speed.SLOW, Speed.FAST]


def call() -> Call:
    return Call(os.getpid, ())


def waiting(*speeds: Speed, takers: int = 1) -> tuple[WaitingCalls, list[Call]]:
    calls, put = WaitingCalls(takers), [call() for _ in speeds]
    for one, speed in zip(put, speeds, strict=True):
        calls.put(one, speed)
    calls.end()
    return calls, put


def test_each_taker_has_an_order_of_his_own() -> None:
    calls, (final, second_final, draft, second_draft) = waiting(
        Speed.SLOW, Speed.SLOW, Speed.FAST, Speed.FAST, takers=3
    )
    drafts_first, finals_first = calls.take(0, FAST_FIRST), calls.take(1, SLOW_FIRST)

    assert [next(drafts_first), next(finals_first), next(drafts_first)] == [draft, final, second_draft]
    assert list(calls.take(2, [Speed.FAST])) == []
    assert list(drafts_first) == [second_final]
    assert list(finals_first) == []


def test_what_nobody_wants_takes_nobodys_turn() -> None:
    calls, (unwanted, second_unwanted, wanted) = waiting(Speed.FAST, Speed.SLOW, Speed.SLOW)
    unwanted.is_wanted = second_unwanted.is_wanted = False

    assert list(calls.take(0, FAST_FIRST)) == [wanted]


def test_a_call_whose_caller_was_stopped_before_its_turn_takes_no_other_calls_turn() -> None:
    calls, abandoned, wanted = WaitingCalls(1), call(), call()
    calls._lines[Speed.SLOW].put(abandoned)
    calls.put(wanted, Speed.SLOW)
    calls.end()

    assert list(calls.take(0, FAST_FIRST)) == [abandoned, wanted]
