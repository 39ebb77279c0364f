import asyncio
from collections.abc import Callable, Iterator

import httpx2
import pytest
from redis.asyncio import Redis

from errand.common.identity import Principal
from errand.common.ids import Service
from errand.gateway import limits
from errand.gateway.limits import Limits
from errand.gateway.routes import Rate
from tests.integration.gateway.conftest import PUBLIC_KEY, Gateway, StartGateway
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.serving import serving, talking
from tests.integration.gateway.wire import Wire


@pytest.fixture
def upstreams() -> Iterator[tuple[str, ...]]:
    with serving(FakeService(Service.INCIDENTS, PUBLIC_KEY)) as port:
        yield (f"incidents=http://127.0.0.1:{port}",)


@pytest.fixture
def limited(start_gateway: StartGateway, upstreams: tuple[str, ...], redis_database: str) -> Iterator[Gateway]:
    """Three sign-ins, four writes and five polls a minute."""
    with start_gateway(
        upstreams=upstreams,
        redis_url=redis_database,
        incidents_allow_anonymous=True,
        auth_per_minute=3,
        writes_per_minute=4,
        polls_per_minute=5,
    ) as gateway:
        yield gateway


def statuses(call: Callable[[], httpx2.Response], times: int) -> list[int]:
    return [call().status_code for _ in range(times)]


def test_writes_and_polls_of_a_user_have_a_quota_each(limited: Gateway, user: Principal) -> None:
    assert statuses(lambda: limited.post("/incident/run", user), 6) == [200] * 4 + [429] * 2
    assert statuses(lambda: limited.get("/incident/jobs", user), 7) == [200] * 5 + [429] * 2


def test_a_refusal_says_when_to_come_back_and_what_the_policy_is(limited: Gateway, user: Principal) -> None:
    statuses(lambda: limited.post("/incident/run", user), 4)

    answer = limited.post("/incident/run", user)

    assert answer.json()["code"] == "rate_limited"
    # Four a minute: one more every fifteen seconds.
    assert 1 <= int(answer.headers["Retry-After"]) <= 15
    assert answer.headers["RateLimit-Policy"] == '"write";q=4;w=60'
    assert answer.headers["RateLimit"] == f'"write";r=0;t={answer.headers["Retry-After"]}'


def test_users_do_not_spend_each_others_quota(limited: Gateway, user: Principal) -> None:
    statuses(lambda: limited.post("/incident/run", user), 5)

    assert limited.post("/incident/run").status_code == 200


def test_everybody_without_a_token_at_one_address_shares_a_quota(limited: Gateway) -> None:
    assert statuses(lambda: limited.post("/incident/run"), 5) == [200] * 4 + [429]


def test_signing_in_has_a_quota_for_an_address(limited: Gateway) -> None:
    def guess() -> httpx2.Response:
        return limited.post("/api/auth/register", json={"email": "x", "password": "x"})

    assert statuses(guess, 4) == [422] * 3 + [429]


def test_signing_in_has_a_quota_for_an_email(start_gateway: StartGateway, redis_database: str, email: str) -> None:
    """From many addresses: a proxy on this host is believed."""
    with start_gateway(redis_url=redis_database, auth_per_minute=3) as gateway:

        def guess(number: int, email: str) -> int:
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            body = {"email": email, "password": "guess"}
            return gateway.post("/api/auth/login", json=body, headers=headers).status_code

        assert [guess(number, email.upper() if number % 2 else email) for number in range(5)] == [401] * 3 + [429] * 2
        assert guess(9, f"x{email}") == 401


def test_a_gateway_beside_counts_the_same_requests(
    limited: Gateway, start_gateway: StartGateway, upstreams: tuple[str, ...], redis_database: str, user: Principal
) -> None:
    statuses(lambda: limited.post("/incident/run", user), 3)

    with start_gateway(upstreams=upstreams, redis_url=redis_database, writes_per_minute=4) as beside:
        assert statuses(lambda: beside.post("/incident/run", user), 2) == [200, 429]


def test_a_hurried_poller_gets_its_whole_quota(
    start_gateway: StartGateway, upstreams: tuple[str, ...], redis_database: str, user: Principal
) -> None:
    with start_gateway(upstreams=upstreams, redis_url=redis_database, polls_per_minute=120) as gateway:
        answered = statuses(lambda: gateway.get("/incident/jobs", user), 130).index(429)

    # What comes back while they are spent is two a second.
    assert 120 <= answered < 130


def test_polls_that_come_at_once_spend_no_more_than_one_each(redis_database: str) -> None:
    async def poll_at_once() -> None:
        async with Redis.from_url(redis_database) as redis:
            limits = Limits(redis, {Rate.POLL: 1200})
            # 64 at once, each of which might take a second's worth of 20: more than there is.
            for _ in range(10):
                await asyncio.gather(*(limits.spend(Rate.POLL, "somebody") for _ in range(64)))

    asyncio.run(poll_at_once())


def test_what_is_answered_without_asking_who_it_is_costs_nothing(limited: Gateway) -> None:
    assert statuses(lambda: limited.get("/livez"), 10) == [200] * 10


def test_without_redis_everything_is_let_through(
    start_gateway: StartGateway, upstreams: tuple[str, ...], user: Principal
) -> None:
    with start_gateway(upstreams=upstreams, redis_url="redis://127.0.0.1:1/0", writes_per_minute=1) as gateway:
        assert statuses(lambda: gateway.post("/incident/run", user), 5) == [200] * 5


@pytest.fixture
def wired(start_gateway: StartGateway, upstreams: tuple[str, ...], wire: Wire) -> Iterator[Gateway]:
    """Two writes a minute, counted over the wire."""
    with (
        talking(wire) as port,
        start_gateway(upstreams=upstreams, redis_url=wire.url(port), writes_per_minute=2) as gateway,
    ):
        yield gateway


def test_a_redis_that_does_not_answer_is_left_alone(
    wired: Gateway, wire: Wire, user: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_RETRY_AFTER_S", 3600)
    assert statuses(lambda: wired.post("/incident/run", user), 3) == [200, 200, 429]
    wire.cut = True
    assert wired.post("/incident/run", user).status_code == 200
    connections = wire.connections

    assert statuses(lambda: wired.post("/incident/run", user), 5) == [200] * 5
    assert wire.connections == connections


def test_a_redis_that_answers_again_counts_again(
    wired: Gateway, wire: Wire, user: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_RETRY_AFTER_S", 0)
    wire.cut = True
    assert statuses(lambda: wired.post("/incident/run", user), 3) == [200] * 3

    wire.cut = False

    assert statuses(lambda: wired.post("/incident/run", user), 3) == [200, 200, 429]
