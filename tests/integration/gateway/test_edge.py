import pytest

from errand.common.identity import Principal
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.service import FakeService

ORIGIN = "https://app.example.com"
# A service's answer, one of Litestar's, refusals of the edge, of Litestar's router and of a controller.
ANSWERS = [
    ("GET", "/incident/jobs", 200),
    ("GET", "/livez", 200),
    ("GET", "/v1/jobs", 401),
    ("GET", "/nowhere", 404),
    ("GET", "/incident//jobs", 404),
    ("PUT", "/api/auth/login", 405),
    ("POST", "/api/auth/login", 422),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_a_request_id_and_the_security_headers(
    gateway: Gateway, method: str, path: str, status: int
) -> None:
    answer = gateway.call(method, path)

    assert answer.status_code == status
    assert len(answer.headers.get_list("X-Request-Id")) == 1
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "status"), [answer for answer in ANSWERS if answer[2] >= 400])
def test_every_refusal_is_a_problem(gateway: Gateway, method: str, path: str, status: int) -> None:
    answer = gateway.call(method, path)

    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "detail", "code"} <= set(problem)


def test_a_service_may_allow_caching(gateway: Gateway) -> None:
    assert gateway.get("/incident/cached").headers.get_list("Cache-Control") == ["private, max-age=5"]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_a_known_origin_may_read_every_answer(gateway: Gateway, method: str, path: str, status: int) -> None:
    answer = gateway.call(method, path, headers={"Origin": ORIGIN})

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-Id", "Idempotency-Replayed", "RateLimit"} <= exposed
    assert answer.headers["Vary"] == "Origin"


def test_a_foreign_origin_may_read_nothing(gateway: Gateway) -> None:
    answer = gateway.get("/livez", headers={"Origin": "https://app.example.com.evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


def test_a_preflight_is_answered_for_every_path_and_asks_nobody(gateway: Gateway, incidents: FakeService) -> None:
    for path in ("/incident/run", "/v1/jobs", "/api/auth/login/"):
        answer = gateway.call(
            "OPTIONS",
            path,
            headers={
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,idempotency-key",
            },
        )

        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert {"authorization", "content-type", "x-session-id", "idempotency-key", "if-none-match"} <= set(allowed)
        assert {"last-event-id", "prefer", "x-request-id", "traceparent"} <= set(allowed)
    assert incidents.seen == []


def test_a_preflight_of_a_foreign_origin_gets_no_leave(gateway: Gateway) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answer = gateway.call("OPTIONS", "/incident/run", headers=headers)

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_inside_of_services_is_nowhere(gateway: Gateway, incidents: FakeService, user: Principal) -> None:
    for path in ("/internal/jobs?limit=1", "/internal/jobs/views?id=1", "/internal"):
        assert gateway.get(path, user).status_code == 404
    assert incidents.seen == []


def test_a_gateway_with_its_engines_is_ready(gateway: Gateway) -> None:
    answer = gateway.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "ok"})
