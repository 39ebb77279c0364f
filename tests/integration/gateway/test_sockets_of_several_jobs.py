"""One socket for several jobs."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from errand.common.identity import Principal
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import EventType
from errand.gateway.live import sessions
from tests.integration.gateway.conftest import Gateway, Publish
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.watching import Socket, socket

LINE, END = EventType.RETRYING, EventType.COMPLETED


@pytest.fixture
def several(gateway: Gateway, user: Principal) -> Iterator[Socket]:
    """The user's socket for several jobs."""
    with socket(gateway, "/ws/v1/jobs", user) as several:
        yield several


def test_one_socket_watches_jobs_of_several_services(
    several: Socket, incidents: FakeService, images: FakeService, user: Principal, publish: Publish
) -> None:
    jobs = {str(job.id): job for job in (incidents.begin(user), images.begin(user))}
    for id in jobs:
        several.send(type="subscribe", job_id=id, after=1)
    first = several.frames(4)
    for job in jobs.values():
        publish(job.store(END))
    last = several.frames(2)

    assert sorted((frame["job_id"], frame["type"], frame["seq"]) for frame in first) == sorted(
        (id, *told) for id in jobs for told in (("attached", 2), ("event", 2))
    )
    assert {(frame["job_id"], frame["seq"]) for frame in last} == {(id, 3) for id in jobs}


def test_the_socket_of_several_jobs_stays_when_they_are_over_and_tells_of_a_retry(
    several: Socket, job: StoredJob, publish: Publish
) -> None:
    several.send(type="subscribe", job_id=str(job.id), after=2)
    several.frame()
    publish(job.store(END))
    assert several.seqs(1) == [3]
    publish(job.store(EventType.QUEUED, LINE, END))
    assert several.seqs(3) == [4, 5, 6]


def test_who_unsubscribes_hears_no_more_and_may_come_back(
    several: Socket, incidents: FakeService, job: StoredJob, publish: Publish
) -> None:
    other = incidents.begin(job.owner)
    for watched in (job, other):
        several.send(type="subscribe", job_id=str(watched.id), after=2)
    several.frames(2)
    several.send(type="unsubscribe", job_id=str(job.id))
    assert several.frame() == {"type": "unsubscribed", "job_id": str(job.id)}
    publish([*job.store(LINE), *other.store(LINE)])
    assert several.frame()["job_id"] == str(other.id)
    several.send(type="subscribe", job_id=str(job.id), after=2)

    assert [(frame["type"], frame["seq"]) for frame in several.frames(2)] == [("attached", 3), ("event", 3)]


def test_a_subscription_may_be_taken_back_before_it_is_answered(
    several: Socket, incidents: FakeService, job: StoredJob
) -> None:
    with incidents.delay():
        several.send(type="subscribe", job_id=str(job.id))
        several.send(type="unsubscribe", job_id=str(job.id))
        assert several.frame()["type"] == "unsubscribed"
    several.send(type="subscribe", job_id=str(job.id), after=2)

    assert several.frame()["type"] == "attached"


def test_what_cannot_be_subscribed_to_is_said_with_the_jobs_id(
    several: Socket, incidents: FakeService, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(type: str, id: object) -> str:
        several.send(type=type, job_id=str(id))
        frame = several.frame()
        assert (frame["type"], frame["job_id"]) == ("error", str(id))
        return str(frame["code"])

    foreign, unknown = incidents.begin(Principal(uuid4())).id, new_id(Service.INCIDENTS)
    assert [refusal("subscribe", id) for id in (foreign, unknown, uuid4())] == ["job_not_found"] * 3
    assert refusal("unsubscribe", job.id) == "not_subscribed"
    several.send(type="subscribe", job_id=str(job.id), after=2)
    several.frame()
    assert refusal("subscribe", job.id) == "already_subscribed"
    monkeypatch.setattr(sessions, "MAX_SUBSCRIPTIONS", 1)
    assert refusal("subscribe", foreign) == "too_many_subscriptions"


def test_a_cursor_past_the_storys_end_gets_the_job_as_it_is(several: Socket, job: StoredJob, publish: Publish) -> None:
    several.send(type="subscribe", job_id=str(job.id), after=99)
    attached, resync = several.frames(2)
    publish(job.store(LINE))

    assert (attached["resume"], resync["type"], resync["seq"]) == ("gap", "resync", 2)
    assert {frame["job_id"] for frame in (attached, resync)} == {str(job.id)}
    assert several.seqs(1) == [3]


def test_a_job_that_is_purged_is_said_and_the_others_go_on(
    several: Socket, incidents: FakeService, job: StoredJob, publish: Publish
) -> None:
    other = incidents.begin(job.owner)
    for watched in (job, other):
        several.send(type="subscribe", job_id=str(watched.id), after=2)
    several.frames(2)
    news = job.store(LINE, LINE)
    incidents.purge(job)
    publish(news[1:])
    refused = several.frame()
    several.send(type="unsubscribe", job_id=str(job.id))
    forgotten = several.frame()
    publish(other.store(LINE))

    assert (refused["code"], refused["job_id"]) == ("job_not_found", str(job.id))
    assert forgotten["code"] == "not_subscribed"
    assert several.seqs(1) == [3]


def test_a_service_in_trouble_is_said_and_the_job_may_be_asked_for_again(
    several: Socket, incidents: FakeService, job: StoredJob
) -> None:
    subscribe = {"type": "subscribe", "job_id": str(job.id), "after": 2}
    for trouble, code in ((incidents.outage, "service_unavailable"), (incidents.confusion, "internal_error")):
        with trouble():
            several.send(**subscribe)
            assert several.frame()["code"] == code
    several.send(**subscribe)

    assert several.frame()["type"] == "attached"


@pytest.mark.parametrize("after", [-1, "2", 1.5, None])
def test_a_cursor_that_is_none_is_a_bad_frame(several: Socket, job: StoredJob, after: object) -> None:
    several.send(type="subscribe", job_id=str(job.id), after=after)

    assert several.frame()["code"] == "bad_frame"


def test_many_long_stories_on_one_socket_do_not_make_it_too_slow(
    several: Socket, incidents: FakeService, user: Principal
) -> None:
    jobs = [incidents.begin(user) for _ in range(8)]
    for job in jobs:
        job.store_many(600, text="x" * 500)
        several.send(type="subscribe", job_id=str(job.id))

    told: dict[str, list[int]] = {str(job.id): [] for job in jobs}
    for frame in several.frames(8 * 603):
        if frame["type"] == "event":
            told[frame["job_id"]].append(frame["seq"])
    assert set(map(tuple, told.values())) == {tuple(range(1, 603))}
