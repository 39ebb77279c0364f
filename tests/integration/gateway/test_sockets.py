"""The socket of one job: what it tells, and whom it turns away."""

import contextlib
from collections.abc import Callable
from uuid import uuid4

import pytest

from errand.common.identity import Principal
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import EventType
from errand.gateway.live import hub
from tests.integration.gateway.conftest import Gateway, Publish
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import PAGE, StoredJob
from tests.integration.gateway.watching import socket, watching
from tests.waiting import until

LINE, END = EventType.RETRYING, EventType.COMPLETED


def test_a_socket_tells_the_whole_story_and_goes_on_live(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with watching(gateway, job) as watcher:
        assert watcher.frame() == {"type": "attached", "job_id": str(job.id), "resume": "complete", "seq": 2}
        assert [event["event"]["event_type"] for event in watcher.events(2)] == ["job_queued", "job_started"]
        publish(job.store(LINE))
        assert watcher.seqs(1) == [3]
        publish(job.store(END))
        frames, code = watcher.rest()

    assert [frame["seq"] for frame in frames] == [4]
    assert frames[0]["event"]["event_type"] == "job_completed"
    assert code == 1000


@pytest.mark.parametrize("path", ["/ws/v1/jobs/{}?after=2", "/ws/v1/jobs/{}/?after=2"])
@pytest.mark.parametrize("spell", [str, str.upper])
def test_a_cursor_leaves_out_what_the_client_has(
    gateway: Gateway, job: StoredJob, user: Principal, publish: Publish, path: str, spell: Callable[[str], str]
) -> None:
    publish(job.store(LINE, LINE))
    with socket(gateway, path.format(spell(str(job.id))), user) as watcher:
        assert (watcher.frame()["job_id"], watcher.seqs(2)) == (str(job.id), [3, 4])


@pytest.mark.parametrize("end", [EventType.COMPLETED, EventType.FAILED, EventType.CANCELLED])
def test_a_story_that_is_over_is_told_and_closed(gateway: Gateway, job: StoredJob, end: EventType) -> None:
    job.store(end)
    with watching(gateway, job) as late, watching(gateway, job, after=3) as latest:
        (attached, *events), code = late.rest()
        (only,), same_code = latest.rest()

    assert [event["seq"] for event in events] == [1, 2, 3]
    assert (attached["resume"], only["resume"]) == ("complete", "complete")
    assert (code, same_code) == (1000, 1000)


def test_a_story_of_several_pages_is_told_without_gap(gateway: Gateway, job: StoredJob) -> None:
    job.store_many(2 * PAGE)
    with watching(gateway, job) as watcher:
        watcher.frame()
        assert watcher.seqs(2 * PAGE + 2) == list(range(1, 2 * PAGE + 3))


def test_a_crowd_hears_the_same(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with contextlib.ExitStack() as stack:
        watchers = [stack.enter_context(watching(gateway, job, after=number % 3)) for number in range(20)]
        publish(job.store(LINE, LINE, END))
        told = [watcher.rest() for watcher in watchers]

    for number, (frames, code) in enumerate(told):
        assert [frame["seq"] for frame in frames[1:]] == list(range(number % 3 + 1, 6))
        assert code == 1000


def test_a_cursor_past_the_storys_end_gets_the_job_as_it_is(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with watching(gateway, job, after=99) as watcher:
        attached, resync = watcher.frames(2)
        publish(job.store(LINE))
        assert watcher.seqs(1) == [3]

    assert (attached["resume"], attached["seq"]) == ("gap", 2)
    assert (resync["type"], resync["seq"], resync["job"]["id"]) == ("resync", 2, str(job.id))


def test_a_cursor_past_the_end_of_a_story_that_is_over_gets_the_job_and_is_closed(
    gateway: Gateway, job: StoredJob
) -> None:
    job.store(END)
    with watching(gateway, job, after=99) as watcher:
        frames, code = watcher.rest()

    assert [(frame["type"], frame["seq"]) for frame in frames] == [("attached", 3), ("resync", 3)]
    assert (frames[1]["job"]["status"], code) == ("completed", 1000)


def test_who_is_too_far_behind_gets_the_job_as_it_is(
    gateway: Gateway, job: StoredJob, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_REPLAYED", 1)
    with watching(gateway, job, after=1) as near, watching(gateway, job) as far:
        near.frame()
        attached, resync = far.frames(2)
        publish(job.store(LINE))
        assert (near.seqs(2), far.seqs(1)) == ([2, 3], [3])

    assert (attached["resume"], resync["type"], resync["seq"]) == ("snapshot", "resync", 2)


@pytest.mark.parametrize(
    "job_id", [str(new_id(Service.INCIDENTS)), str(uuid4()), "nonsense"], ids=["unknown", "not ours", "no id"]
)
def test_a_job_that_is_not_there_closes_4003(gateway: Gateway, user: Principal, job_id: str) -> None:
    with socket(gateway, f"/ws/v1/jobs/{job_id}", user) as watcher:
        assert watcher.close_code() == 4003


def test_a_job_of_another_user_closes_4003_also_while_its_owner_watches(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    path, stranger = f"/ws/v1/jobs/{job.id}", Principal(uuid4())
    with socket(gateway, path, stranger) as early:
        assert early.close_code() == 4003
    with watching(gateway, job, after=2) as owner:
        owner.frame()
        with socket(gateway, path, stranger) as late:
            assert late.close_code() == 4003
        publish(job.store(LINE))
        assert owner.seqs(1) == [3]


def test_a_job_that_is_purged_closes_4003(
    gateway: Gateway, incidents: FakeService, job: StoredJob, publish: Publish
) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        news = job.store(LINE, LINE)
        incidents.purge(job)
        publish(news[1:])
        assert watcher.close_code() == 4003


def test_while_its_service_is_down_a_job_closes_1013_for_newcomers_only(
    gateway: Gateway, incidents: FakeService, job: StoredJob, publish: Publish
) -> None:
    other = incidents.begin(job.owner)
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        with incidents.outage():
            with watching(gateway, other) as newcomer:
                assert newcomer.close_code() == 1013
            job.store(LINE)
            publish(job.store(LINE))
            until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events") > 1)
        assert watcher.seqs(2) == [3, 4]


def test_a_service_that_makes_no_sense_closes_1011_and_spoils_nothing(
    gateway: Gateway, incidents: FakeService, job: StoredJob
) -> None:
    with incidents.confusion(), watching(gateway, job) as watcher:
        assert watcher.close_code() == 1011
    with watching(gateway, job) as again:
        assert again.frame()["resume"] == "complete"


@pytest.mark.parametrize(
    "path",
    [
        "/ws/v1/jobs/{}?after=-1",
        "/ws/v1/jobs/{}?after=x",
        "/ws/v1/jobs/{}?after=" + "9" * 19,
        "/ws/v1/jobs/{}/more",
        "/ws/v2",
        "/v1/jobs/{}/events",
    ],
)
def test_what_is_no_socket_or_no_cursor_closes_1008(
    gateway: Gateway, job: StoredJob, user: Principal, path: str
) -> None:
    with socket(gateway, path.format(job.id), user) as watcher:
        assert watcher.close_code() == 1008


def test_a_request_that_asks_for_no_socket_finds_nothing_there(gateway: Gateway, user: Principal) -> None:
    assert gateway.get("/ws/v1/jobs", user).status_code == 404


def test_what_has_ended_leaves_nothing_behind(gateway: Gateway, incidents: FakeService, job: StoredJob) -> None:
    with watching(gateway, job) as first, watching(gateway, job) as second:
        first.frames(3)
        second.frames(3)
    until(lambda: connections("ws") == 0)
    with watching(gateway, job, after=2) as third:
        third.frame()

    # The last began anew: nobody had remembered the story.
    assert incidents.asked(f"/internal/jobs/{job.id}/events?after=2") == 1
