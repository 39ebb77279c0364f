"""Who may open a socket, by which way in, and for how long."""

import contextlib
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import jwt
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.gateway.auth.tokens import AccessTokens
from tests.integration.gateway.conftest import Gateway, StartGateway
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.watching import Frame, Socket, socket


@pytest.fixture
def path(job: StoredJob) -> str:
    return f"/ws/v1/jobs/{job.id}?after=2"


@pytest.fixture(scope="module")
def strict(start_beside: StartGateway) -> Iterator[Gateway]:
    """Lets nobody in without a token, but takes one in the URL."""
    with start_beside(allow_ws_token_query=True) as gateway:
        yield gateway


def lets_in(watcher: Socket) -> bool:
    return bool(watcher.frame()["type"] == "attached")


def brief_token(gateway: Gateway, user: Principal) -> str:
    """Good for two or three seconds: it is past its time, but not past the leeway for clocks."""
    return AccessTokens(gateway.signer.key, -2).issue(user.user_id)


def ticket(gateway: Gateway, token: str) -> str:
    """The subprotocol."""
    answer = gateway.post("/api/auth/ws-ticket/", headers={"Authorization": f"Bearer {token}"})
    return f"ticket.{answer.json()['ticket']}"


def renew(watcher: Socket, token: str) -> Frame:
    """The answer."""
    watcher.send(type="renew", token=token)
    return next(frame for frame in iter(watcher.frame, None) if frame["type"] != "attached")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_token_a_socket_closes_4001(gateway: Gateway, headers: dict[str, str]) -> None:
    with socket(gateway, "/ws/v1/jobs", headers=headers) as watcher:
        assert watcher.close_code() == 4001


def test_a_bad_token_is_not_taken_for_nobody(gateway: Gateway, incidents: FakeService) -> None:
    job = incidents.begin(ANONYMOUS)
    with socket(gateway, f"/ws/v1/jobs/{job.id}", token="nonsense") as watcher:
        assert watcher.close_code() == 4001


def test_incidents_of_nobody_may_be_watched_by_anybody_where_that_is_allowed(
    gateway: Gateway, strict: Gateway, incidents: FakeService, images: FakeService, job: StoredJob
) -> None:
    path = f"/ws/v1/jobs/{incidents.begin(ANONYMOUS).id}"
    with socket(gateway, path) as allowed, socket(strict, path) as forbidden:
        assert lets_in(allowed)
        assert forbidden.close_code() == 4001
    with (
        socket(gateway, f"/ws/v1/jobs/{images.begin(ANONYMOUS).id}") as image,
        socket(gateway, f"/ws/v1/jobs/{job.id}") as foreign,
    ):
        assert image.close_code() == 4001
        assert foreign.close_code() == 4003


def test_a_socket_ends_with_its_token_unless_it_is_renewed_with_a_good_one_of_its_user(
    gateway: Gateway, path: str, user: Principal
) -> None:
    token = brief_token(gateway, user)
    bad = (gateway.token(Principal(uuid4())), "nonsense", gateway.signer.sign(user.user_id, "errand"))
    with (
        socket(gateway, "/ws/v1/jobs", token=token) as renewed,
        socket(gateway, path, token=token) as left,
        socket(gateway, path, subprotocols=[ticket(gateway, token)]) as with_a_ticket,
    ):
        assert renew(renewed, gateway.token(user))["type"] == "renewed"
        assert lets_in(left)
        assert lets_in(with_a_ticket)
        assert [renew(left, token)["code"] for token in bad] == ["token_refused"] * 3
        assert [left.close_code(), with_a_ticket.close_code()] == [4001, 4001]
        # All three were to end at the same moment.
        assert renew(renewed, gateway.token(user))["type"] == "renewed"


def test_a_renewal_says_until_when(gateway: Gateway, path: str, user: Principal) -> None:
    token = gateway.token(user)
    expires_at = jwt.decode(token, options={"verify_signature": False})["exp"]
    with socket(gateway, path, user) as watcher:
        assert renew(watcher, token)["expires_at"] == f"{datetime.fromtimestamp(expires_at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_nobody_cannot_become_somebody(gateway: Gateway, incidents: FakeService, user: Principal) -> None:
    with socket(gateway, f"/ws/v1/jobs/{incidents.begin(ANONYMOUS).id}?after=2") as watcher:
        assert lets_in(watcher)
        assert renew(watcher, gateway.token(user))["code"] == "token_refused"


@pytest.mark.parametrize(("beside", "spoken"), [(["jobs.v1"], "jobs.v1"), (["x", "jobs.v1"], "x"), ([], None)])
def test_a_ticket_opens_one_socket_which_speaks_what_was_offered_beside_it(
    gateway: Gateway, path: str, user: Principal, beside: list[str], spoken: str | None
) -> None:
    offered = [ticket(gateway, gateway.token(user)), *beside]
    with socket(gateway, path, subprotocols=offered) as watcher:
        assert lets_in(watcher)
        # A browser hangs up where nothing is chosen of what it offered.
        assert watcher.connection.subprotocol == (spoken or offered[0])
    with socket(gateway, path, subprotocols=offered) as again:
        assert again.close_code() == 4001


def test_a_cookie_opens_sockets_for_pages_of_ours(gateway: Gateway, path: str, user: Principal) -> None:
    cookie = f'theme={{"dark": true}}; errand_access={gateway.token(user)}; other'

    def close_code(origin: str | None) -> int | None:
        headers = {"Cookie": cookie, **({"Origin": origin} if origin is not None else {})}
        with socket(gateway, path, headers=headers) as watcher:
            frames, code = watcher.rest() if origin not in ours else ([watcher.frame()], None)
            assert [frame["type"] for frame in frames] == (["attached"] if code is None else [])
            return code

    ours = (f"http://127.0.0.1:{gateway.port}", "https://app.example.com")
    foreign = ("https://evil.example.com", "null", "http://[::1", None)
    assert [close_code(origin) for origin in ours] == [None, None]
    assert [close_code(origin) for origin in foreign] == [1008] * 4


def test_a_token_in_the_url_opens_a_socket_by_setting_only(
    gateway: Gateway, strict: Gateway, path: str, user: Principal
) -> None:
    with socket(strict, f"{path}&token={strict.token(user)}") as watcher:
        assert lets_in(watcher)
    with socket(gateway, f"/ws/v1/jobs?token={gateway.token(user)}") as watcher:
        assert watcher.close_code() == 4001


def opened_by(
    gateway: Gateway, path: str, user: Principal, *, good: str, bad: str
) -> contextlib.AbstractContextManager[Socket]:
    """With what lets `user` in the one way, and with nonsense the other."""
    tokens = {good: gateway.token(user), bad: "nonsense"}
    headers, subprotocols = {}, []
    if "header" in tokens:
        headers["Authorization"] = f"Bearer {tokens['header']}"
    if "ticket" in tokens:
        subprotocols.append("ticket.nonsense" if bad == "ticket" else ticket(gateway, tokens["ticket"]))
    if "cookie" in tokens:
        headers["Cookie"] = f"errand_access={tokens['cookie']}"
        headers["Origin"] = f"http://127.0.0.1:{gateway.port}"
    if "query" in tokens:
        path += f"&token={tokens['query']}"
    return socket(gateway, path, headers=headers, subprotocols=subprotocols)


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations(("header", "ticket", "cookie", "query"), 2)])
def test_of_two_ways_in_the_first_counts(strict: Gateway, path: str, user: Principal, first: str, second: str) -> None:
    with opened_by(strict, path, user, good=first, bad=second) as watcher:
        assert lets_in(watcher)
    with opened_by(strict, path, user, good=second, bad=first) as watcher:
        assert watcher.close_code() == 4001


def test_what_is_offered_beside_a_token_is_spoken(gateway: Gateway, path: str, user: Principal) -> None:
    with socket(gateway, path, user, subprotocols=["jobs.v1"]) as watcher:
        assert lets_in(watcher)
        assert watcher.connection.subprotocol == "jobs.v1"


def test_without_redis_a_ticket_closes_1013(start_beside: StartGateway, path: str) -> None:
    with (
        start_beside(redis_url="redis://127.0.0.1:1/0") as gateway,
        socket(gateway, path, subprotocols=["ticket.x"]) as watcher,
    ):
        assert watcher.close_code() == 1013
