"""A story in pieces, as JSON: at once, or as soon as there is something."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from errand.common.jobs.domain import EventType
from errand.gateway.live import attendance, waiting
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import PAGE, StoredJob
from tests.integration.gateway.watching import watching
from tests.waiting import until

LINE, END = EventType.RETRYING, EventType.COMPLETED

Poll = Callable[[Gateway, StoredJob, str], Future[httpx2.Response]]


def events(gateway: Gateway, job: StoredJob, query: str = "") -> dict[str, Any]:
    answer = gateway.get(f"/v1/jobs/{job.id}/events{query}", job.owner)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture
def poll() -> Iterator[Poll]:
    """Asks, and returns as soon as the gateway has it waiting."""
    with ThreadPoolExecutor() as threads:

        def poll(gateway: Gateway, job: StoredJob, query: str) -> Future[httpx2.Response]:
            url = f"http://127.0.0.1:{gateway.port}/v1/jobs/{job.id}/events{query}"
            headers = {"Authorization": f"Bearer {gateway.token(job.owner)}"}
            polling = threads.submit(httpx2.get, url, headers=headers, timeout=20, trust_env=False)
            until(lambda: connections("longpoll") == 1)
            return polling

        yield poll


def test_without_wait_what_there_is_comes_at_once(gateway: Gateway, job: StoredJob) -> None:
    told = events(gateway, job)

    assert [event["event_type"] for event in told["events"]] == ["job_queued", "job_started"]
    assert (told["seq"], told["status"]) == (2, "running")
    assert events(gateway, job, "?after=1")["events"] == told["events"][1:]
    assert events(gateway, job, "?after=2") == {"events": [], "seq": 2, "status": "running"}


@pytest.mark.parametrize("query", ["?after=1&wait=20", "?after=3&wait=20"], ids=["something new", "over"])
def test_a_poll_that_has_its_answer_does_not_wait(
    gateway: Gateway, incidents: FakeService, job: StoredJob, query: str
) -> None:
    job.store(END)

    assert events(gateway, job, query)["seq"] == 3
    assert incidents.asked("/internal") == 1


def test_a_poll_wakes_on_the_next_event(gateway: Gateway, job: StoredJob, publish: Publish, poll: Poll) -> None:
    polling = poll(gateway, job, "?after=2&wait=20")
    publish(job.store(LINE))
    told = polling.result().json()

    assert (len(told["events"]), told["seq"], told["status"]) == (1, 3, "running")


def test_a_poll_for_a_silent_job_ends_empty(gateway: Gateway, job: StoredJob) -> None:
    assert events(gateway, job, "?after=2&wait=0.05") == {"events": [], "seq": 2, "status": "running"}


@pytest.mark.parametrize("wait", ["26", "1e9", "inf"])
def test_nobody_waits_longer_than_the_longest_wait(
    gateway: Gateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch, wait: str
) -> None:
    monkeypatch.setattr(waiting, "MAX_WAIT_S", 0.05)

    assert events(gateway, job, f"?after=2&wait={wait}")["events"] == []


def test_a_poll_wakes_when_the_job_is_set_back(gateway: Gateway, job: StoredJob, publish: Publish, poll: Poll) -> None:
    publish(job.store(LINE, LINE))
    polling = poll(gateway, job, "?after=4&wait=20")
    del job.events[3:]
    with watching(gateway, job, after=99) as newcomer:
        newcomer.frames(2)

    assert polling.result().json() == {"events": [], "seq": 3, "status": "running"}


@pytest.mark.parametrize("query", ["?after=99", "?after=99&wait=20"])
def test_a_cursor_past_the_storys_end_is_put_right_at_once(gateway: Gateway, job: StoredJob, query: str) -> None:
    assert events(gateway, job, query) == {"events": [], "seq": 2, "status": "running"}


def test_cursors_lead_through_a_long_story(gateway: Gateway, job: StoredJob) -> None:
    job.store_many(PAGE)
    first = events(gateway, job)
    second = events(gateway, job, f"?after={first['seq']}&wait=20")

    assert (len(first["events"]), first["seq"]) == (PAGE, PAGE)
    assert (len(second["events"]), second["seq"]) == (2, PAGE + 2)


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", "?wait=-1", "?wait=x", "?wait=nan"])
def test_what_makes_no_sense_is_refused_by_name(gateway: Gateway, job: StoredJob, query: str) -> None:
    answer = gateway.get(f"/v1/jobs/{job.id}/events{query}", job.owner)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in query


def test_a_poll_counts_as_a_connection(
    start_beside: StartGateway,
    job: StoredJob,
    publish: Publish,
    poll: Poll,
) -> None:
    with start_beside(sockets_per_user=1) as gateway:
        polling = poll(gateway, job, "?after=2&wait=20")
        refused = gateway.get(f"/v1/jobs/{job.id}/events?after=2&wait=20", job.owner)
        publish(job.store(LINE))
        assert polling.result().json()["seq"] == 3

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_connections")


def test_a_service_that_goes_down_meanwhile_is_a_problem(
    gateway: Gateway, incidents: FakeService, job: StoredJob, publish: Publish, poll: Poll
) -> None:
    polling = poll(gateway, job, "?after=2&wait=20")
    until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events") == 2)
    with incidents.outage():
        publish(job.store(LINE))
        assert polling.result().status_code == 503


def test_a_gateway_that_ends_answers_its_polls(
    start_beside: StartGateway,
    job: StoredJob,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attendance, "DRAIN_S", 0.2)
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(start_beside())
        polling = poll(gateway, job, "?after=2&wait=20")
        stack.close()

    assert polling.result().json() == {"events": [], "seq": 2, "status": "running"}
