"""A route that is awaited answers with what came of its job, and knows no 202."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.common.jobs.domain import EventType
from errand.gateway.live import waiting
from tests.integration.gateway.conftest import Gateway, Publish
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import StoredJob
from tests.waiting import until


@pytest.fixture
def job(images: FakeService, user: Principal) -> StoredJob:
    return images.begin(user)


def generate(gateway: Gateway, job: StoredJob) -> httpx2.Response:
    return gateway.post(f"/api/v1/images/generate?{job.id}", job.owner)


def test_the_answer_is_the_jobs_result(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with ThreadPoolExecutor() as threads:
        submitting = threads.submit(generate, gateway, job)
        until(lambda: connections("longpoll") == 1)
        publish(job.store(EventType.COMPLETED))
        answer = submitting.result()

    assert answer.status_code == 200
    assert answer.json()["job"]["status"] == "completed"
    assert answer.headers["Content-Location"] == f"/api/v1/images/jobs/{job.id}/result"


@pytest.mark.parametrize("status", [402, 422, 503])
def test_what_the_job_failed_with_is_the_answer_too(
    status: int, gateway: Gateway, images: FakeService, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "outcome", status)
    job.store(EventType.FAILED)

    assert generate(gateway, job).status_code == status


def test_a_job_that_is_not_over_in_time_is_a_504_that_names_it(
    gateway: Gateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MAX_WAIT_S", 0.05)

    answer = generate(gateway, job)

    assert answer.status_code == 504
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Location"] == f"/api/v1/images/jobs/{job.id}/result"
    assert answer.json()["code"] == "job_goes_on"
    assert answer.json()["job_id"] == str(job.id)
    assert str(job.id) in answer.json()["detail"]


def test_a_file_is_asked_for_by_a_user_or_by_nobody_in_particular(
    gateway: Gateway, images: FakeService, user: Principal
) -> None:
    path = "/api/v1/images/files/x/image.png"

    assert gateway.get(path).status_code == gateway.get(path, user).status_code == 200
    assert [images.principal(seen) for seen in images.seen] == [ANONYMOUS, user]
    assert gateway.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 401
