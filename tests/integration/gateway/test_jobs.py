from uuid import uuid4

import pytest

from errand.common.identity import Principal
from tests.integration.gateway.conftest import Gateway, StartGateway
from tests.integration.gateway.service import FakeService


@pytest.fixture
def jobs(incidents: FakeService, images: FakeService, user: Principal) -> list[dict[str, str]]:
    """Seven jobs of the user in two services, newest first."""
    services = [incidents, images, images, incidents, images, incidents, incidents]
    return [{"id": service.add_job(user), "service": service.service.name} for service in services][::-1]


def test_a_users_jobs_of_all_services_are_one_list_newest_first(
    gateway: Gateway, user: Principal, jobs: list[dict[str, str]]
) -> None:
    answer = gateway.get("/v1/jobs/", user)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {"items": jobs, "total": 7, "page": 1, "page_size": 20, "total_pages": 1}


def test_pages_follow_each_other_without_gap(gateway: Gateway, user: Principal, jobs: list[dict[str, str]]) -> None:
    pages = [gateway.get(f"/v1/jobs?page={page}&page_size=3", user).json() for page in (1, 2, 3, 4)]

    assert [page["items"] for page in pages] == [jobs[:3], jobs[3:6], jobs[6:], []]
    assert {(page["total"], page["total_pages"], page["page_size"]) for page in pages} == {(7, 3, 3)}


def test_a_page_fetches_no_more_jobs_than_it_shows(
    gateway: Gateway, user: Principal, jobs: list[dict[str, str]], incidents: FakeService, images: FakeService
) -> None:
    gateway.get("/v1/jobs?page=2&page_size=2", user)

    assert [seen.target for seen in incidents.seen] == [
        "/internal/jobs?limit=4",
        f"/internal/jobs/views?id={jobs[3]['id']}",
    ]
    assert [seen.target for seen in images.seen] == [
        "/internal/jobs?limit=4",
        f"/internal/jobs/views?id={jobs[2]['id']}",
    ]


def test_jobs_of_others_are_not_listed(gateway: Gateway, jobs: list[dict[str, str]]) -> None:
    assert gateway.get("/v1/jobs", Principal(uuid4())).json() == {
        "items": [],
        "total": 0,
        "page": 1,
        "page_size": 20,
        "total_pages": 0,
    }


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page_size=0", "page_size=101", "page=101&page_size=100"]
)
def test_a_page_that_does_not_exist_is_refused_by_name(gateway: Gateway, user: Principal, query: str) -> None:
    answer = gateway.get(f"/v1/jobs?{query}", user)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in query


def test_the_list_needs_a_user(gateway: Gateway) -> None:
    assert gateway.get("/v1/jobs").status_code == 401


def test_a_list_without_one_service_would_lie(start_gateway: StartGateway, user: Principal) -> None:
    with start_gateway(upstreams=("images=http://127.0.0.1:1",)) as gateway:
        answer = gateway.get("/v1/jobs", user)

    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert "images" in answer.json()["detail"]


def test_the_services_learn_the_requests_id(gateway: Gateway, user: Principal, incidents: FakeService) -> None:
    gateway.get("/v1/jobs", user, headers={"X-Request-Id": "trace-1234567"})

    assert incidents.seen[0].one("x-request-id") == "trace-1234567"
