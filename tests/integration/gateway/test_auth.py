import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx2
import jwt
import psycopg
import pytest
from redis.asyncio import Redis

from errand.common.identity import Principal, Signer
from errand.gateway.auth.tickets import Tickets
from errand.gateway.auth.tokens import AccessTokens
from tests.integration.gateway.conftest import SIGNING_KEY, Gateway, StartGateway
from tests.waiting import until

PASSWORD = "correct horse"


@pytest.fixture
def register(gateway: Gateway) -> Callable[..., httpx2.Response]:
    def register(email: str, **fields: Any) -> httpx2.Response:
        body = {"email": email, "password": PASSWORD, "name": "Ada", **fields}
        return gateway.post("/api/auth/register/", json=body)

    return register


@pytest.fixture
def signed_in(register: Callable[..., httpx2.Response], email: str) -> dict[str, Any]:
    body: dict[str, Any] = register(email).json()
    return body


def login(gateway: Gateway, email: str, password: str = PASSWORD) -> httpx2.Response:
    return gateway.post("/api/auth/login/", json={"email": email, "password": password})


def refresh(gateway: Gateway, token: str) -> httpx2.Response:
    return gateway.post("/api/auth/token/refresh/", json={"refresh": token})


def me(gateway: Gateway, access: str) -> httpx2.Response:
    return gateway.get("/api/auth/me/", headers={"Authorization": f"Bearer {access}"})


def test_who_registers_is_signed_in(gateway: Gateway, register: Callable[..., httpx2.Response], email: str) -> None:
    answer = register(email)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access", "refresh", "user"}
    assert body["user"] == {"id": str(UUID(body["user"]["id"])), "email": email, "name": "Ada"}
    assert me(gateway, body["access"]).json() == body["user"]


def test_who_has_registered_can_log_in(gateway: Gateway, signed_in: dict[str, Any], email: str) -> None:
    answer = login(gateway, email)

    assert answer.status_code == 200
    assert answer.json()["user"] == signed_in["user"]
    assert answer.json()["refresh"] != signed_in["refresh"]
    assert me(gateway, answer.json()["access"]).json() == signed_in["user"]


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/login/"])
def test_a_trailing_slash_makes_no_difference(
    gateway: Gateway, signed_in: dict[str, Any], email: str, path: str
) -> None:
    assert gateway.post(path, json={"email": email, "password": PASSWORD}).status_code == 200


def test_emails_compare_case_insensitively(
    gateway: Gateway, register: Callable[..., httpx2.Response], signed_in: dict[str, Any], email: str
) -> None:
    assert login(gateway, f" {email.upper()} ").json()["user"] == signed_in["user"]
    assert register(email.upper()).status_code == 409


def test_an_email_can_be_had_once_even_in_a_race(register: Callable[..., httpx2.Response], email: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: register(email), range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"email_taken"}


def test_an_unknown_email_and_a_wrong_password_are_one_error(
    gateway: Gateway, signed_in: dict[str, Any], email: str
) -> None:
    wrong, unknown, malformed = (
        login(gateway, email, "wrong horse"),
        login(gateway, f"x{email}"),
        login(gateway, "nobody\0"),
    )

    problems = [{**answer.json(), "request_id": ""} for answer in (wrong, unknown, malformed)]
    assert problems[0] == problems[1] == problems[2]
    assert problems[0]["code"] == "invalid_credentials"
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_a_registration_that_does_not_fit_says_what_does_not(register: Callable[..., httpx2.Response]) -> None:
    answer = register("nobody", password="short")

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["email", "password"]
    assert "8 to 128 characters" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"email": "\xff"}', 400),
        (b'{"email": "a@b.co", "password": "\\ud800aaaaaaa"}', 400),
        (b"{}", 422),
        (b"[]", 422),
        (b'{"email": 7, "password": "longenough"}', 422),
        (b"", 422),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(gateway: Gateway, body: bytes, status: int) -> None:
    answer = gateway.post("/api/auth/register", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_unknown_fields_of_a_registration_are_ignored(register: Callable[..., httpx2.Response], email: str) -> None:
    assert register(email, newsletter=True).status_code == 201


def test_a_token_nobody_issued_is_refused_where_a_user_is_needed(gateway: Gateway) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}):
        answer = gateway.get("/api/auth/me", headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_stale_access_token_does_not_hinder_signing_in(
    gateway: Gateway, signed_in: dict[str, Any], email: str
) -> None:
    stale = {"Authorization": "Bearer stale"}
    credentials, token = {"email": email, "password": PASSWORD}, {"refresh": signed_in["refresh"]}

    assert gateway.post("/api/auth/login", json=credentials, headers=stale).status_code == 200
    assert gateway.post("/api/auth/token/refresh", json=token, headers=stale).status_code == 200


def test_a_user_who_is_gone_is_nobody(gateway: Gateway, user: Principal) -> None:
    assert gateway.get("/api/auth/me", user).status_code == 401


def test_a_refresh_gives_a_new_pair(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    answer = refresh(gateway, signed_in["refresh"])

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert answer.json()["refresh"] != signed_in["refresh"]
    assert me(gateway, answer.json()["access"]).json() == signed_in["user"]
    assert refresh(gateway, answer.json()["refresh"]).status_code == 200


def test_tabs_that_race_to_refresh_get_the_same_successor(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refresh(gateway, signed_in["refresh"]), range(8)))

    assert {answer.status_code for answer in answers} == {200}
    (successor,) = {answer.json()["refresh"] for answer in answers}
    assert refresh(gateway, successor).status_code == 200


def test_a_refresh_token_two_generations_old_ends_the_family(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    first = signed_in["refresh"]
    second = refresh(gateway, first).json()["refresh"]
    third = refresh(gateway, second).json()["refresh"]

    reused = refresh(gateway, first)

    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_refused")
    assert [refresh(gateway, token).status_code for token in (second, third)] == [401, 401]


def test_a_refresh_token_reused_after_the_grace_ends_the_family(
    gateway: Gateway, signed_in: dict[str, Any], database_url: str
) -> None:
    second = refresh(gateway, signed_in["refresh"]).json()["refresh"]
    _age(database_url, signed_in, "rotated_at = rotated_at - interval '31 s'")

    assert refresh(gateway, signed_in["refresh"]).status_code == 401
    assert refresh(gateway, second).status_code == 401


def test_a_tab_that_comes_late_does_not_undo_what_others_rotated_meanwhile(
    gateway: Gateway, signed_in: dict[str, Any], database_url: str
) -> None:
    with psycopg.connect(database_url) as connection, ThreadPoolExecutor() as threads:
        connection.execute(
            "UPDATE gateway.refresh_families SET previous_hash = 'second', token_hash = 'third' WHERE user_id = %s",
            [signed_in["user"]["id"]],
        )
        late = threads.submit(refresh, gateway, signed_in["refresh"])
        until(lambda: _waits_for_a_row(database_url))
        connection.commit()

        assert late.result().status_code == 401


def test_ending_one_family_leaves_the_users_others(gateway: Gateway, signed_in: dict[str, Any], email: str) -> None:
    elsewhere = login(gateway, email).json()["refresh"]

    gateway.post("/api/auth/logout", json={"refresh": signed_in["refresh"]})

    assert refresh(gateway, elsewhere).status_code == 200


def test_an_expired_refresh_token_is_refused_and_forgotten_at_the_next_login(
    gateway: Gateway, signed_in: dict[str, Any], email: str, database_url: str
) -> None:
    _age(database_url, signed_in, "expires_at = now()")

    assert refresh(gateway, signed_in["refresh"]).status_code == 401
    login(gateway, email)
    assert _families(database_url, signed_in) == 1


@pytest.mark.parametrize("token", ["", "x", "A" * 64])
def test_what_is_no_refresh_token_of_ours_is_refused(gateway: Gateway, token: str) -> None:
    assert refresh(gateway, token).status_code == 401


def test_an_access_token_cannot_refresh(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    assert refresh(gateway, signed_in["access"]).status_code == 401


def test_a_refresh_token_is_no_access_token(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    assert me(gateway, signed_in["refresh"]).status_code == 401


def test_a_services_token_is_no_access_token(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    token = Signer(SIGNING_KEY).sign(UUID(signed_in["user"]["id"]), "incidents")

    assert me(gateway, token).status_code == 401


def test_an_access_token_expires(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    # Older than the leeway for clocks that differ.
    expired = AccessTokens(Signer(SIGNING_KEY).key, -10).issue(UUID(signed_in["user"]["id"]))

    assert me(gateway, expired).status_code == 401


def test_a_refresh_token_is_stored_nowhere(gateway: Gateway, signed_in: dict[str, Any], database_url: str) -> None:
    successor = refresh(gateway, signed_in["refresh"]).json()["refresh"]

    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT f::text, u::text FROM gateway.refresh_families f, gateway.users u").fetchall()
    assert not any(secret in str(rows) for secret in (signed_in["refresh"], successor, PASSWORD))
    assert "$argon2id$" in str(rows)


def test_who_logs_out_cannot_refresh(gateway: Gateway, signed_in: dict[str, Any]) -> None:
    for _ in range(2):
        answer = gateway.post("/api/auth/logout/", json={"refresh": signed_in["refresh"]})
        assert (answer.status_code, answer.content) == (204, b"")

    assert refresh(gateway, signed_in["refresh"]).status_code == 401


def test_a_ticket_is_good_for_half_a_minute_and_once(
    gateway: Gateway, signed_in: dict[str, Any], redis_url: str
) -> None:
    answer = gateway.post("/api/auth/ws-ticket/", headers={"Authorization": f"Bearer {signed_in['access']}"})

    assert answer.status_code == 201
    assert answer.json()["expires_in"] == 30

    async def redeem() -> list[tuple[Principal, float] | None]:
        async with Redis.from_url(redis_url, decode_responses=True) as redis:
            tickets = Tickets(redis)
            ttl = await redis.ttl(f"gateway:ticket:{answer.json()['ticket']}")
            assert 0 < ttl <= 30
            return [await tickets.redeem(answer.json()["ticket"]) for _ in range(2)]

    claims = jwt.decode(signed_in["access"], options={"verify_signature": False})
    assert asyncio.run(redeem()) == [(Principal(UUID(claims["sub"])), claims["exp"]), None]


def test_a_ticket_needs_a_user(gateway: Gateway) -> None:
    assert gateway.post("/api/auth/ws-ticket").status_code == 401


def test_without_redis_there_are_no_tickets_but_an_honest_answer(start_gateway: StartGateway, user: Principal) -> None:
    with start_gateway(redis_url="redis://127.0.0.1:1/0") as gateway:
        answer = gateway.post("/api/auth/ws-ticket", user)

    assert (answer.status_code, answer.json()["code"]) == (503, "tickets_unavailable")
    assert answer.headers["Retry-After"]


def test_without_its_database_the_gateway_says_so(start_gateway: StartGateway, email: str) -> None:
    with start_gateway(database_url="postgresql://nobody@127.0.0.1:1/none") as gateway:
        answer = login(gateway, email)
        readiness = gateway.get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert readiness.status_code == 503
    assert readiness.json()["redis"] == "ok"
    assert readiness.json()["database"].startswith("failed")


def _age(database_url: str, signed_in: dict[str, Any], change: str) -> None:
    user_id = signed_in["user"]["id"]
    with psycopg.connect(database_url) as connection:
        connection.execute(f"UPDATE gateway.refresh_families SET {change} WHERE user_id = %s", [user_id])


def _waits_for_a_row(database_url: str) -> bool:
    statement = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement).fetchone() is not None


def _families(database_url: str, signed_in: dict[str, Any]) -> int:
    with psycopg.connect(database_url) as connection:
        statement = "SELECT count(*) FROM gateway.refresh_families WHERE user_id = %s"
        row = connection.execute(statement, [signed_in["user"]["id"]]).fetchone()
    assert row is not None
    return int(row[0])
