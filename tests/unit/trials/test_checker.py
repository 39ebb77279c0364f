"""The check of a trial finds what it is there for: each test spoils one thing of a story that is well."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.faults.trials import checker
from tests.faults.trials.history import History, Outcome, Submission
from tests.live.journal import Entry
from tests.live.watching import Watcher

JOB = UUID("01a0b1c2-d3e4-8f50-a607-1820930a4b5c")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Event:
    seq: int
    type: str
    run: int = 1
    attempt: int = 1
    number: int | None = None
    theme: str | None = None
    job_id: UUID = JOB

    @property
    def created_at(self) -> datetime:
        return NOON + timedelta(seconds=self.seq)


@dataclass
class Job:
    seq: int
    id: UUID = JOB
    status: str = "completed"
    tag: str = "tag"
    session: str | None = None
    result: str | None = "2"
    lines: int = 2
    failures: int = 0
    error_code: str | None = None


Story = list[Event]


@pytest.fixture
def story() -> Story:
    """Its worker is lost after a line, and another tells all of it."""
    return [
        Event(1, "job_queued", attempt=0),
        Event(2, "job_started"),
        Event(3, "line", number=0, theme="sea"),
        Event(4, "job_retrying"),
        Event(5, "job_started", attempt=2),
        Event(6, "line", attempt=2, number=0, theme="sea"),
        Event(7, "line", attempt=2, number=1, theme="sea"),
        Event(8, "job_completed", attempt=2),
    ]


@pytest.fixture
def job(story: Story) -> Job:
    return Job(seq=len(story))


def later(story: Story, by: int = 1) -> Story:
    return [replace(event, seq=event.seq + by) for event in story]


def found(job: Job, story: Story) -> list[str]:
    jobs, stories = [job], {JOB: story}
    return [
        *checker.endings(jobs, stories),
        *checker.numbering(jobs, stories),
        *checker.outcomes(stories),
        *checker.fencing(stories),
        *checker.tellings(jobs, stories),
    ]


def test_nothing_is_wrong_with_a_story_that_is_well(job: Job, story: Story) -> None:
    assert found(job, story) == []


@pytest.mark.parametrize(
    ("spoil", "verdict"),
    [
        pytest.param(lambda story: story[:-1], "lost", id="the last event is gone"),
        pytest.param(lambda story: [*story[:3], *story[4:]], "lost", id="an event is gone"),
        pytest.param(lambda story: [*story, replace(story[-1], seq=9)], "doubled", id="two outcomes"),
        pytest.param(lambda story: [*story, Event(9, "line", attempt=2, number=2)], "wrong", id="a line after the end"),
        pytest.param(
            lambda story: [*story[:5], Event(6, "line", number=1, theme="sea"), *story[6:]],
            "wrong",
            id="a line of the first worker during the second's lease",
        ),
        pytest.param(
            lambda story: [*story[:4], replace(story[2], seq=5, number=1), *later(story[4:])],
            "wrong",
            id="a line of the first worker when its lease was gone",
        ),
        pytest.param(
            lambda story: [*story[:3], *later(story[4:], -1)], "wrong", id="a second worker while the first had a lease"
        ),
        pytest.param(lambda story: [*story[:7], replace(story[7], attempt=1)], "wrong", id="an outcome of the first"),
        pytest.param(lambda story: [*story[:6], replace(story[6], number=0), story[7]], "wrong", id="a line twice"),
        pytest.param(
            lambda story: [*story[:6], replace(story[6], theme="land"), story[7]], "doubled", id="a step done again"
        ),
        pytest.param(lambda story: [*story[:7], replace(story[7], type="job_failed")], "wrong", id="another outcome"),
    ],
)
def test_a_spoilt_story_is_found(job: Job, story: Story, spoil: Callable[[Story], Story], verdict: str) -> None:
    assert verdict in {violation.partition(":")[0] for violation in found(job, spoil(story))}


@pytest.mark.parametrize(
    ("spoilt", "verdict"),
    [
        pytest.param({"status": "running"}, "lost", id="it never ended"),
        pytest.param({"status": "waiting"}, "lost", id="it waits for nobody"),
        pytest.param({"status": "failed"}, "wrong", id="row and story disagree"),
        pytest.param({"seq": 9}, "lost", id="the head is ahead"),
        pytest.param({"error_code": "internal_error"}, "wrong", id="it failed for no reason"),
        pytest.param({"result": None}, "wrong", id="no result"),
        pytest.param({"lines": 3, "result": "3"}, "wrong", id="a line too few"),
    ],
)
def test_a_spoilt_job_is_found(job: Job, story: Story, spoilt: dict[str, object], verdict: str) -> None:
    (first, *_) = found(replace(job, **spoilt), story)  # type: ignore[arg-type]

    assert first.startswith(verdict)


@pytest.mark.parametrize(
    ("keyed", "outcomes", "job_ids", "rows", "verdict"),
    [
        (True, [Outcome.OK], [str(JOB)], 1, None),
        (True, [Outcome.UNKNOWN, Outcome.OK], [str(JOB)], 1, None),
        (False, [Outcome.UNKNOWN], [], 1, None),
        (False, [Outcome.UNKNOWN], [], 0, None),
        (False, [Outcome.FAILED], [], 0, None),
        (True, [Outcome.OK], [str(JOB)], 0, "lost"),
        (True, [Outcome.OK], ["another"], 1, "lost"),
        (True, [Outcome.UNKNOWN, Outcome.OK], [str(JOB)], 2, "doubled"),
        (False, [Outcome.UNKNOWN], [], 2, "doubled"),
        (False, [Outcome.FAILED], [], 1, "wrong"),
    ],
)
def test_submits_are_held_against_the_jobs_that_they_became(
    job: Job, keyed: bool, outcomes: list[Outcome], job_ids: list[str], rows: int, verdict: str | None
) -> None:
    history = History()
    history.submissions["tag"] = Submission(keyed, began_at=0, outcomes=outcomes, job_ids=job_ids)

    verdicts = {violation.partition(":")[0] for violation in checker.submissions(history, [job] * rows)}

    assert verdicts == ({verdict} if verdict else set())


def test_a_job_that_nobody_submitted_is_found(job: Job) -> None:
    assert len(list(checker.submissions(History(), [job]))) == 1


@pytest.mark.parametrize(
    ("accepted", "unknown", "added", "verdict"),
    [(1, 0, 1, None), (0, 1, 0, None), (0, 1, 1, None), (1, 0, 0, "lost"), (1, 0, 2, "doubled"), (0, 0, 1, "doubled")],
)
def test_messages_and_retries_are_held_against_the_runs_that_they_added(
    story: Story, accepted: int, unknown: int, added: int, verdict: str | None
) -> None:
    history = History()
    for outcome, count in ((Outcome.OK, accepted), (Outcome.UNKNOWN, unknown)):
        for _ in range(count):
            history.count_addition(str(JOB), outcome)

    queued = [Event(9 + number, "job_queued", run=2 + number) for number in range(added)]
    verdicts = {violation.partition(":")[0] for violation in checker.additions(history, {JOB: [*story, *queued]})}

    assert verdicts == ({verdict} if verdict else set())


def test_a_message_to_a_job_that_is_gone_is_found() -> None:
    history = History()
    history.count_addition(str(JOB), Outcome.OK)

    assert len(list(checker.additions(history, {}))) == 1


def test_a_cancel_that_is_not_in_the_story_is_found(story: Story) -> None:
    history = History()
    history.cancelled.add(str(JOB))

    assert len(list(checker.cancels(history, {JOB: story}))) == 1
    assert list(checker.cancels(history, {JOB: [*story, Event(9, "job_cancel_requested")]})) == []


class Told(Watcher):
    """Somebody who was told these types of events, at one a second from noon on."""

    def __init__(self, types: list[str], *, began_s: int = 0) -> None:
        super().__init__([], "", [str(JOB)])
        self.began_at = NOON.timestamp() + began_s
        for entry in stored(types):
            self.journal.record(str(JOB), *entry)


def stored(types: list[str]) -> list[Entry]:
    return [
        Entry(seq, {"event_type": type, "timestamp": (NOON + timedelta(seconds=seq)).isoformat()})
        for seq, type in enumerate(types, 1)
    ]


RETRIED = ["job_queued", "job_cancelled", "job_queued", "line", "job_completed"]


@pytest.mark.parametrize(
    ("watcher", "is_wrong"),
    [
        pytest.param(Told(RETRIED), False, id="all of it"),
        pytest.param(Told(RETRIED[:2]), False, id="to an end that came meanwhile"),
        pytest.param(Told(RETRIED[:2], began_s=3), True, id="to an end that was there before"),
        pytest.param(Told(RETRIED[:4]), True, id="not to an end"),
        pytest.param(Told([]), True, id="nothing"),
        pytest.param(Told([*RETRIED, "line"]), True, id="too much"),
        pytest.param(Told(["job_queued", *RETRIED[2:]]), True, id="not all of it"),
    ],
)
def test_a_client_that_was_not_told_all_is_found(watcher: Told, is_wrong: bool) -> None:
    assert bool(list(checker.journals([watcher], lambda _: stored(RETRIED)))) is is_wrong


def test_a_client_that_had_to_begin_anew_is_found() -> None:
    watcher = Told(RETRIED)
    watcher.journal.record_resync(str(JOB), 5)

    assert len(list(checker.journals([watcher], lambda _: stored(RETRIED)))) == 1


@pytest.mark.parametrize(("types", "is_wrong"), [(RETRIED[:3], False), (["job_queued", "line"], True)])
def test_a_poll_of_another_story_is_found(types: list[str], is_wrong: bool) -> None:
    history = History()
    history.polled[str(JOB)] = [entry.event for entry in stored(types)]

    assert bool(list(checker.polls(history, lambda _: stored(RETRIED)))) is is_wrong


@pytest.mark.parametrize(("later_s", "is_wrong"), [(6, False), (2, True)])
def test_two_attempts_at_once_in_a_session_are_found(story: Story, later_s: int, is_wrong: bool) -> None:
    other = UUID(int=JOB.int + 1)
    second = [replace(event, job_id=other, seq=event.seq + later_s) for event in story]
    jobs = [Job(8, session="s"), Job(8, id=other, session="s")]

    assert bool(list(checker.sessions(jobs, {JOB: story, other: second}))) is is_wrong
