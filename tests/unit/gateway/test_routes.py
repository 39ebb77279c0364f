import uuid

import pytest

from errand.common.ids import Service, new_id
from errand.gateway.routes import Access, JobNotFound, Match, Rate, Routes, is_plain


def match(path: str) -> Match:
    found = Routes().match(path)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["/incident", "/incident/", "/incident/run", "/incident/run/7/", "/incident/a/b/c"])
def test_a_prefix_takes_everything_below_it(path: str) -> None:
    assert match(path).service() is Service.INCIDENTS


@pytest.mark.parametrize(
    "path", ["/", "/incidents", "/incidentrun", "/incident-run/1", "/v1", "/v1/jobs/1/nothing", "/internal/jobs", "/x"]
)
def test_a_prefix_ends_at_a_segment_and_the_rest_is_nobodys(path: str) -> None:
    assert Routes().match(path) is None


@pytest.mark.parametrize("path", ["/v1/jobs/{}", "/v1/jobs/{}/", "/v1/jobs/{}/cancel", "/v1/jobs/{}/retry/"])
def test_a_jobs_id_says_which_service_has_it(path: str) -> None:
    job_id = new_id(Service.IMAGES)

    found = match(path.format(job_id))

    assert found.service() is Service.IMAGES
    assert found.job_id == str(job_id)


@pytest.mark.parametrize(
    "id", [str(uuid.uuid4()), str(new_id(Service.GATEWAY)), "7", "all"], ids=["4", "8", "7", "all"]
)
def test_an_id_that_names_no_service_is_no_job(id: str) -> None:
    with pytest.raises(JobNotFound, match="Job not found"):
        match(f"/v1/jobs/{id}").service()


def test_only_views_of_a_job_are_views_of_a_job() -> None:
    views = [path for path in ("/v1/jobs/7", "/incident/run/7", "/v1/jobs/7/retry", "/incident/jobs") if _is_view(path)]

    assert views == ["/v1/jobs/7", "/incident/run/7"]


def _is_view(path: str) -> bool:
    return match(path).route.job_view


def test_reading_and_writing_are_counted_apart() -> None:
    route = match("/incident/run").route

    assert [route.rate(method) for method in ("GET", "HEAD", "POST", "DELETE")] == [
        Rate.POLL,
        Rate.POLL,
        Rate.WRITE,
        Rate.WRITE,
    ]


def test_signing_in_is_counted_as_such_and_open_to_all() -> None:
    for path in ("/api/auth/login/", "/api/auth/register"):
        assert match(path).route.rate("POST") is Rate.AUTH
        assert match(path).route.access is Access.PUBLIC


def test_what_is_not_said_to_be_open_needs_a_user() -> None:
    for path in ("/v1/jobs", "/v1/jobs/7", "/api/auth/me", "/api/auth/ws-ticket", "/api/auth/anything"):
        assert match(path).route.access is Access.USER


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/incident/run/7",
        "/incident/run/",
        "/a/b.c/~d/$&'()*+,=:@!",
        "/sessions/two%20words",
        "/sessions/%C3%A9t%C3%A9",
        "/files/.hidden/..x/a..b",
    ],
)
def test_ordinary_paths_are_plain(path: str) -> None:
    assert is_plain(path.encode())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "incident/run",
        "//incident/run",
        "/incident//run",
        "/incident/run//",
        "/incident/../internal/jobs",
        "/incident/..",
        "/incident/./run",
        "/incident/%2e%2e/internal/jobs",
        "/incident/%2E./internal/jobs",
        "/incident/.%2e/internal",
        "/incident/%252e%252e/internal",
        "/incident%2frun",
        "/incident/..%2finternal",
        "/incident/..%5cinternal",
        "/incident/..\\internal",
        "/incident/..;/internal/jobs",
        "/incident/run;x=1",
        "/incident/%3b/run",
        "/incident/run%00",
        "/incident/%0d%0aX-User-Id:1",
        "/incident/%7f",
        "/incident/%zz",
        "/incident/100%",
        "/incident/run x",
        "/incident/\x7f",
        "/incident/é",
    ],
)
def test_what_could_be_read_in_two_ways_is_not_plain(path: str) -> None:
    assert not is_plain(path.encode())
