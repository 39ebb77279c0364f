import random
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.common.jobs.domain import EventType
from errand.gateway.live.story import RETAINED_EVENTS, Batch, Event, Story, event_of


def event(seq: int, type: EventType = EventType.RETRYING) -> Event:
    return event_of(seq, b'{"event_type": "%b", "timestamp": "2026-01-01T00:00:00Z"}' % type.encode())


def events(*seqs: int) -> list[Event]:
    return [event(seq) for seq in seqs]


def seqs(batch: Batch | None) -> list[int]:
    return [event.seq for event in batch.events] if batch else []


@pytest.fixture
def story() -> Story:
    """At 5, with 4 and 5 known by heart."""
    story = Story(uuid4())
    story.start(5, "running", events(4, 5))
    return story


def test_a_story_goes_on_with_the_next_event(story: Story) -> None:
    batch = story.add(events(6, 7))

    assert batch is not None
    assert (batch.job_id, batch.seq, seqs(batch)) == (story.job_id, 7, [6, 7])
    assert (story.seq, story.has_gap) == (7, False)


def test_what_is_known_already_is_nothing_new(story: Story) -> None:
    assert story.add(events(1, 5, 5)) is None
    assert (story.seq, story.has_gap) == (5, False)


def test_what_comes_too_early_waits_for_what_is_missing(story: Story) -> None:
    assert story.add(events(8, 7)) is None
    assert (story.seq, story.has_gap) == (5, True)
    assert seqs(story.add(events(6))) == [6, 7, 8]
    assert not story.has_gap


def test_a_gap_in_the_middle_holds_back_only_what_comes_after(story: Story) -> None:
    assert seqs(story.add(events(6, 8))) == [6]
    assert story.has_gap


@given(st.integers(0, 40), st.data())
def test_in_whatever_order_events_are_heard_each_is_told_once_and_in_order(start: int, data: st.DataObject) -> None:
    last = start + 30
    heard = data.draw(st.lists(st.integers(1, last), max_size=60)) + list(range(start + 1, last + 1))
    random.Random(data.draw(st.integers())).shuffle(heard)
    story = Story(uuid4())
    story.start(start, "running")

    told = []
    while heard:
        size = data.draw(st.integers(1, 10))
        told += seqs(story.add(events(*heard[:size])))
        heard = heard[size:]

    assert told == list(range(start + 1, last + 1))
    assert not story.has_gap


def test_what_was_heard_before_the_beginning_is_not_lost() -> None:
    story = Story(uuid4())
    story.add(events(1, 6, 8))
    story.start(5, "running", events(4, 5))

    assert (story.seq, story.has_gap) == (6, True)
    assert [event.seq for event in story.after(3)] == [4, 5, 6]


def test_more_than_can_wait_leaves_a_gap_that_is_known(story: Story) -> None:
    story.add(events(*range(7, 1007)))
    told = seqs(story.add(events(6)))

    assert told == list(range(6, 6 + len(told)))
    assert len(told) < 1001
    assert story.has_gap
    story.add(events(*range(story.seq + 1, 1007)))
    assert (story.seq, story.has_gap) == (1006, False)


@pytest.mark.parametrize("type", [EventType.COMPLETED, EventType.FAILED, EventType.CANCELLED])
def test_a_story_is_over_until_the_job_is_retried(story: Story, type: EventType) -> None:
    story.add([event(6, type)])
    assert story.over
    story.add([event(7, EventType.QUEUED)])
    assert not story.over


@pytest.mark.parametrize(("status", "over"), [("completed", True), ("cancelled", True), ("waiting", False)])
def test_where_a_story_begins_the_jobs_status_tells_whether_it_is_over(status: str, over: bool) -> None:
    story = Story(uuid4())
    story.start(3, status)

    assert story.over is over


def test_what_is_known_by_heart_is_told_from_any_seq_on(story: Story) -> None:
    story.add(events(6))

    assert [[event.seq for event in story.after(seq)] for seq in (3, 4, 6)] == [[4, 5, 6], [5, 6], []]
    assert not story.after(2)


def test_only_the_last_events_are_known_by_heart(story: Story) -> None:
    last = 5 + RETAINED_EVENTS + 100
    story.add(events(*range(6, last + 1)))

    assert len(story.after(last - RETAINED_EVENTS)) == RETAINED_EVENTS
    assert not story.after(last - RETAINED_EVENTS - 1)


def test_a_batch_is_encoded_once_for_everybody_who_speaks_the_same() -> None:
    calls = []
    batch = Batch(uuid4(), events(6, 7))

    def encode(job_id: object, event: Event) -> bytes:
        calls.append(event.seq)
        return b"%d;" % event.seq

    assert [batch.encoded(encode) for _ in range(3)] == [b"6;7;"] * 3
    assert calls == [6, 7]
    assert batch.encoded(lambda job_id, event: b"x") == b"xx"
