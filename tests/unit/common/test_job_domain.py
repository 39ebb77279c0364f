import pytest

from errand.common.errors import Conflict, Unavailable
from errand.common.jobs import domain
from errand.common.jobs.domain import JobStatus


def test_an_expected_error_fails_at_once_with_its_own_words() -> None:
    outcome = domain.failed_attempt(Conflict("Not now."), 1, 3)

    assert (outcome.status, outcome.error_code, outcome.error_message) == (JobStatus.FAILED, "conflict", "Not now.")


@pytest.mark.parametrize("error", [Unavailable("Down."), RuntimeError("secret")])
def test_what_may_succeed_next_time_is_tried_until_its_attempts_are_spent(error: Exception) -> None:
    outcomes = [domain.failed_attempt(error, attempt, 3) for attempt in (1, 2, 3)]

    assert [outcome.status for outcome in outcomes] == [JobStatus.PENDING, JobStatus.PENDING, JobStatus.FAILED]
    assert [outcome.retry_in_s is None for outcome in outcomes] == [False, False, True]
    assert not any("secret" in outcome.event.message for outcome in outcomes)


def test_backoff_grows_up_to_ten_minutes_and_is_spread() -> None:
    assert 5 <= domain.backoff_s(1) <= 6
    assert 15 <= domain.backoff_s(2) <= 18
    assert 600 <= domain.backoff_s(50) <= 720
    assert len({domain.backoff_s(1) for _ in range(10)}) > 1


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"cancel_requested": True, "overdue": True, "attempt": 3}, JobStatus.CANCELLED, None),
        ({"cancel_requested": False, "overdue": True, "attempt": 1}, JobStatus.FAILED, "deadline_exceeded"),
        ({"cancel_requested": False, "overdue": False, "attempt": 3}, JobStatus.FAILED, "worker_lost"),
        ({"cancel_requested": False, "overdue": False, "attempt": 2}, JobStatus.PENDING, None),
    ],
)
def test_what_follows_from_a_lost_lease(facts: dict[str, int], status: JobStatus, code: str | None) -> None:
    outcome = domain.expired(max_attempts=3, **facts)  # type: ignore[arg-type]

    assert (outcome.status, outcome.error_code) == (status, code)


def test_a_released_run_does_not_spend_its_attempt() -> None:
    assert not domain.released().counts


def test_whoever_is_down_may_say_when_to_come_back() -> None:
    late, soon = (domain.failed_attempt(Unavailable("Down.", retry_after_s=after), 1, 3) for after in (90, 1))

    assert late.retry_in_s == 90
    assert soon.retry_in_s is not None
    assert 5 <= soon.retry_in_s <= 6
