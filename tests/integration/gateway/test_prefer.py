"""`Prefer: wait=N` on submits."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import httpx2
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.common.jobs.domain import EventType
from errand.gateway.live import attendance, waiting
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import StoredJob
from tests.waiting import until

Submit = Callable[..., httpx2.Response]


@pytest.fixture
def submit(gateway: Gateway, incidents: FakeService, job: StoredJob) -> Submit:
    """Has `job` accepted by its service."""

    def submit(prefer: str = "wait=20", *, to: Gateway = gateway) -> httpx2.Response:
        return to.post(f"/incident/accepted?at={job.id}", job.owner, headers={"Prefer": prefer})

    return submit


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


def waits(submitting: Future[httpx2.Response]) -> Future[httpx2.Response]:
    until(lambda: connections("longpoll") == 1)
    return submitting


def test_a_job_that_is_over_in_time_is_the_answer(
    job: StoredJob, submit: Submit, publish: Publish, threads: ThreadPoolExecutor
) -> None:
    submitting = waits(threads.submit(submit))
    publish(job.store(EventType.RETRYING))
    publish(job.store(EventType.COMPLETED))
    answer = submitting.result()

    assert answer.status_code == 200
    assert answer.json()["job"]["status"] == "completed"
    assert answer.headers["Content-Location"] == f"/incident/run/{job.id}"
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert answer.headers["Content-Type"] == "application/json"


def test_a_job_that_was_over_before_anybody_waited_is_the_answer_too(job: StoredJob, submit: Submit) -> None:
    job.store(EventType.FAILED)

    assert submit("respond-async, wait=20").json()["job"]["status"] == "failed"


def is_accepted(answer: httpx2.Response, job: StoredJob) -> bool:
    assert "Preference-Applied" not in answer.headers
    return (answer.status_code, answer.text, answer.headers["Location"]) == (202, "pong", f"/incident/run/{job.id}")


def test_a_job_that_is_not_over_in_time_is_accepted(
    job: StoredJob, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MAX_WAIT_S", 0.05)

    assert is_accepted(submit(), job)


@pytest.mark.parametrize("prefer", ["", "respond-async", "wait=0", "wait=soon", "await=20", "wait"])
def test_other_words_change_nothing(incidents: FakeService, job: StoredJob, submit: Submit, prefer: str) -> None:
    assert is_accepted(submit(prefer), job)
    assert incidents.asked("/internal") == 0


@pytest.mark.parametrize("status", [200, 201, 409])
def test_what_is_not_accepted_is_answered_as_it_is(
    gateway: Gateway, incidents: FakeService, job: StoredJob, status: int
) -> None:
    job.store(EventType.COMPLETED)
    path = f"/incident/accepted?at={job.id}&status={status}"
    answer = gateway.post(path, job.owner, headers={"Prefer": "wait=20"})

    assert (answer.status_code, answer.text) == (status, "pong")
    assert incidents.asked("/internal") == 0


def test_a_large_answer_passes(gateway: Gateway, user: Principal) -> None:
    answer = gateway.post("/incident/large", user, headers={"Prefer": "wait=20"})

    assert len(answer.content) == 1_000_000


def test_a_job_stays_accepted_whatever_goes_wrong_with_the_waiting(
    incidents: FakeService, job: StoredJob, submit: Submit
) -> None:
    with incidents.outage():
        assert is_accepted(submit(), job)
    incidents.purge(job)
    assert is_accepted(submit(), job)


@pytest.mark.parametrize("id", [str(uuid4()), "nonsense", "a/b"], ids=["not ours", "no id", "no view"])
def test_who_is_sent_where_no_job_is_has_to_look_there_himself(gateway: Gateway, user: Principal, id: str) -> None:
    answer = gateway.post(f"/incident/accepted?at={id}", user, headers={"Prefer": "wait=20"})

    assert (answer.status_code, answer.headers["Location"]) == (202, f"/incident/run/{id}")


def test_nobody_may_wait_too_where_he_may_submit(
    gateway: Gateway, incidents: FakeService, publish: Publish, threads: ThreadPoolExecutor
) -> None:
    job = incidents.begin(ANONYMOUS)
    submitting = waits(threads.submit(gateway.post, f"/incident/accepted?at={job.id}", headers={"Prefer": "wait=20"}))
    publish(job.store(EventType.CANCELLED))

    assert submitting.result().json()["job"]["status"] == "cancelled"


def test_who_waits_already_is_not_made_to_wait_again(
    start_beside: StartGateway,
    job: StoredJob,
    submit: Submit,
    publish: Publish,
    threads: ThreadPoolExecutor,
) -> None:
    with start_beside(sockets_per_user=1) as gateway:
        submitting = waits(threads.submit(submit, to=gateway))
        assert is_accepted(submit(to=gateway), job)
        publish(job.store(EventType.COMPLETED))
        assert submitting.result().status_code == 200


def test_a_gateway_that_ends_answers_with_the_acceptance(
    start_beside: StartGateway,
    job: StoredJob,
    threads: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attendance, "DRAIN_S", 0.2)
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(start_beside())
        url = f"http://127.0.0.1:{gateway.port}/incident/accepted?at={job.id}"
        headers = {"Prefer": "wait=20", "Authorization": f"Bearer {gateway.token(job.owner)}"}
        submitting = waits(threads.submit(httpx2.post, url, headers=headers, timeout=20, trust_env=False))
        stack.close()

    assert is_accepted(submitting.result(), job)
