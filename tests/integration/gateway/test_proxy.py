import itertools
from collections.abc import Callable, Iterator

import httpx2
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.common.ids import Service, new_id
from tests.integration.gateway.conftest import Gateway, StartGateway
from tests.integration.gateway.service import FakeService, Seen
from tests.waiting import until

LastSeen = Callable[[], Seen]
KIB = 1024
MIB = 1024 * KIB


def chunks(size: int, count: int) -> Iterator[bytes]:
    return itertools.repeat(b"x" * size, count)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_arrives_as_it_was_sent(gateway: Gateway, last_seen: LastSeen, user: Principal, method: str) -> None:
    target = "/incident/a%20b/%C3%A9/?x=1&x=%2F..%2F&y=a+b&empty="

    answer = gateway.call(method, target, user, content=b"ping", headers={"Content-Type": "text/x-ping"})

    assert (answer.status_code, answer.content) == (200, b"pong")
    seen = last_seen()
    assert (seen.method, seen.target, seen.body, seen.whole) == (method, target, b"ping", True)
    assert seen.one("content-type") == "text/x-ping"
    assert seen.one("content-length") == "4"


def test_a_service_gets_the_gateways_word_for_who_asks(
    gateway: Gateway, incidents: FakeService, last_seen: LastSeen, user: Principal
) -> None:
    forged = {
        "X-User-Id": "root",
        "X-User-Email": "root@example.com",
        "X-Forwarded-User": "root",
        "X-Real-IP": "192.0.2.1",
        "Forwarded": "for=192.0.2.1",
        "Cookie": "session=1",
        "X-Session-Id": "campaign-7",
    }

    gateway.get("/incident/jobs", user, headers=forged)

    seen = last_seen()
    assert incidents.principal(seen) == user
    assert seen.one("x-session-id") == "campaign-7"
    assert seen.one("x-forwarded-for") == "127.0.0.1"
    assert seen.one("x-forwarded-proto") == "http"
    names = {name for name, _ in seen.headers}
    assert not names & {name.lower() for name in forged} - {"x-session-id"}


def test_nothing_is_added_to_a_request_that_its_client_left_out(gateway: Gateway, last_seen: LastSeen) -> None:
    request = gateway.client.build_request("GET", "/incident/jobs")
    for name in ("Accept", "Accept-Encoding", "User-Agent", "Connection"):
        del request.headers[name]

    gateway.client.send(request)

    assert {name for name, _ in last_seen().headers} == {
        "host",
        "authorization",
        "x-request-id",
        "x-forwarded-for",
        "x-forwarded-proto",
    }


def test_who_has_no_token_is_the_anonymous_user_where_that_is_allowed(
    gateway: Gateway, incidents: FakeService, last_seen: LastSeen
) -> None:
    assert gateway.post("/incident/run", data={"incident_text": "x"}).status_code == 200
    assert incidents.principal(last_seen()) == ANONYMOUS


def test_a_bad_token_is_refused_even_where_none_is_needed(gateway: Gateway, incidents: FakeService) -> None:
    answer = gateway.get("/incident/jobs", headers={"Authorization": "Bearer expired"})

    assert answer.status_code == 401
    assert incidents.seen == []


def test_nobody_is_anonymous_where_the_settings_do_not_allow_it(start_gateway: StartGateway) -> None:
    with start_gateway(upstreams=("incidents=http://127.0.0.1:1",)) as gateway:
        answer = gateway.get("/incident/jobs")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_job_is_asked_of_the_service_that_its_id_names(
    gateway: Gateway, incidents: FakeService, images: FakeService, user: Principal
) -> None:
    job_id = new_id(Service.IMAGES)

    for method, suffix in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry/")):
        assert gateway.call(method, f"/v1/jobs/{job_id}{suffix}", user).content == b"pong"

    assert [seen.target for seen in images.seen] == [
        f"/v1/jobs/{job_id}",
        f"/v1/jobs/{job_id}/cancel",
        f"/v1/jobs/{job_id}/retry/",
    ]
    assert images.principal(images.seen[0]) == user
    assert incidents.seen == []


@pytest.mark.parametrize(
    "id", ["7", "b60b3566-f5c8-4a91-a920-71afbb55565d", str(new_id(Service.GATEWAY))], ids=["none", "version 4", "ours"]
)
def test_a_job_of_no_service_is_not_found(gateway: Gateway, user: Principal, id: str) -> None:
    answer = gateway.get(f"/v1/jobs/{id}", user)

    assert (answer.status_code, answer.json()["detail"]) == (404, "Job not found")


def test_a_job_needs_a_user(gateway: Gateway) -> None:
    assert gateway.get(f"/v1/jobs/{new_id(Service.INCIDENTS)}").status_code == 401


def test_a_service_that_is_not_there_is_missed_on_its_own_routes_only(gateway: Gateway, user: Principal) -> None:
    answer = gateway.get(f"/v1/jobs/{new_id(Service.AGENTS)}", user)

    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert "agents" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
    assert gateway.get("/incident/jobs", user).status_code == 200


def test_the_clients_request_id_reaches_the_service_and_returns(gateway: Gateway, last_seen: LastSeen) -> None:
    answer = gateway.get("/incident/jobs", headers={"X-Request-Id": "trace-1234567"})

    assert answer.headers.get_list("X-Request-Id") == ["trace-1234567"]
    assert last_seen().one("x-request-id") == "trace-1234567"


def test_a_request_id_that_could_harm_a_log_is_replaced(gateway: Gateway, last_seen: LastSeen) -> None:
    answer = gateway.get("/incident/jobs", headers={"X-Request-Id": "a b\tc{}" * 3})

    assert answer.headers["X-Request-Id"].isalnum()
    assert last_seen().one("x-request-id") == answer.headers["X-Request-Id"]


def test_an_answers_headers_return(gateway: Gateway) -> None:
    cookies = gateway.get("/incident/cookies")
    unchanged = gateway.get("/incident/unchanged")

    assert cookies.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
    assert "X-Hop" not in cookies.headers
    assert (unchanged.status_code, unchanged.headers["ETag"], unchanged.content) == (304, '"7"', b"")


def test_head_returns_the_length_without_the_body(gateway: Gateway) -> None:
    answer = gateway.call("HEAD", "/incident/jobs")

    assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, "4", b"")


def test_a_compressed_answer_returns_compressed(gateway: Gateway) -> None:
    answer = gateway.get("/incident/zipped")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content == b"pong"


def test_a_large_answer_returns_whole(gateway: Gateway) -> None:
    assert gateway.get("/incident/large").content == b"x" * 1_000_000


@pytest.mark.parametrize("size", [64 * KIB, 64 * KIB + 1, MIB])
def test_a_body_up_to_the_limit_arrives(gateway: Gateway, last_seen: LastSeen, size: int) -> None:
    assert gateway.post("/incident/run", content=b"x" * size).status_code == 200
    assert last_seen().body == b"x" * size
    assert last_seen().one("content-length") == str(size)


def test_a_small_body_in_chunks_arrives_whole(gateway: Gateway, last_seen: LastSeen) -> None:
    assert gateway.post("/incident/run", content=chunks(100, 10)).status_code == 200
    assert last_seen().body == b"x" * 1000
    assert last_seen().one("content-length") == "1000"


def test_a_large_body_in_chunks_arrives_in_chunks(gateway: Gateway, last_seen: LastSeen) -> None:
    assert gateway.post("/incident/run", content=chunks(KIB, 1000)).status_code == 200
    assert last_seen().body == b"x" * 1000 * KIB
    assert last_seen().one("transfer-encoding") == "chunked"


def test_a_body_that_says_it_is_too_large_reaches_nobody(gateway: Gateway, incidents: FakeService) -> None:
    answer = gateway.post("/incident/run", content=b"x" * (MIB + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert incidents.seen == []


def test_a_body_that_turns_out_too_large_never_arrives_whole(gateway: Gateway, last_seen: LastSeen) -> None:
    answer = gateway.post("/incident/run", content=chunks(KIB, 1025))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert last_seen().whole is False


def test_a_client_that_leaves_takes_its_request_with_it(gateway: Gateway, incidents: FakeService) -> None:
    incidents.gone.clear()
    with pytest.raises(httpx2.ReadTimeout):
        gateway.get("/incident/slow", timeout=httpx2.Timeout(10, read=0.3))

    assert incidents.gone.wait(10)


def test_a_client_that_leaves_amid_its_body_takes_its_request_with_it(
    gateway: Gateway, incidents: FakeService, last_seen: LastSeen
) -> None:
    def broken() -> Iterator[bytes]:
        yield from chunks(KIB, 200)
        until(lambda: incidents.seen)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        gateway.post("/incident/run", content=broken())

    assert last_seen().whole is False
