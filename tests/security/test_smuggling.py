"""Nothing gets past the gateway that it did not mean to let through."""

import json
import posixpath
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from errand.common.identity import ANONYMOUS, Signer
from tests.security import services, wire
from tests.security.conftest import Query
from tests.security.people import Person
from tests.security.services import ServiceRoute
from tests.security.spellings import SPELLINGS, encoded
from tests.stack import Stack
from tests.waiting import until

NOBODYS_JOB = "01a1ff5d-ed3c-8243-89b5-895ac4c59980"
INTERNAL = services.internal_routes()
FORM = "Content-Type: application/x-www-form-urlencoded"
FAREWELL = wire.last("/asyncapi.json")

Seen = Callable[[str], list[str]]
Owners = Callable[[], list[str]]


@pytest.fixture
def text() -> str:
    """Of a report; no other has it."""
    return f"smuggled-{secrets.token_hex(8)}"


@pytest.fixture
def owners(query: Query, text: str) -> Owners:
    """Of the runs that have been made with that text."""
    statement = "SELECT owner_id::text FROM incidents.jobs WHERE strpos(input::text, %s) > 0"
    return lambda: [owner for (owner,) in query(statement, text)]


@pytest.fixture
def paths_seen(log_directory: Path) -> Callable[[str], list[str]]:
    """The paths that the services' APIs were asked for in requests with this id."""

    def seen(request_id: str) -> list[str]:
        lines = [line for path in log_directory.glob("*-api.log") for line in path.read_text().splitlines()]
        entries = [json.loads(line) for line in lines if request_id in line]
        return [entry["path"] for entry in entries if "path" in entry]

    return seen


def submission(body: bytes, *headers: str) -> bytes:
    return wire.request("/incident/run", FORM, *headers, method="POST", body=body)


def may_lead_inside(path: str) -> bool:
    """For somebody who decodes once more, or takes other characters for slashes."""
    read = unquote(path, errors="replace").replace("\\", "/").replace(";", "")
    return posixpath.normpath(read).lower().lstrip("/").startswith("internal")


def report(text: str) -> bytes:
    return f"incident_text={text}".encode()


def whole(text: str) -> bytes:
    """A submission as it should be."""
    body = report(text)
    return submission(body, f"Content-Length: {len(body)}")


def test_there_is_something_to_be_kept_inside() -> None:
    assert INTERNAL


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_internal_route_is_not_reached_by_any_spelling(
    stack: Stack, ada: Person, paths_seen: Seen, spelling: str
) -> None:
    request_id = secrets.token_hex(16)
    headers = [f"Authorization: Bearer {ada.access}", f"X-Request-Id: {request_id}"]

    for route in INTERNAL:
        path = route.filled(NOBODYS_JOB)
        for written in (path, path.upper(), path.title(), encoded(path)):
            target = SPELLINGS[spelling].format(inside=written)
            asked = wire.last(target, *headers).replace(b"GET", route.method.encode(), 1)
            (answer,) = wire.exchange(stack, asked)
            assert answer.status in (400, 404, 405), target

    wire.exchange(stack, wire.last("/incident/jobs", *headers))
    until(lambda: "/incident/jobs" in paths_seen(request_id))
    assert [path for path in paths_seen(request_id) if may_lead_inside(path)] == []


@pytest.mark.parametrize("route", INTERNAL, ids=str)
def test_it_could_be_reached_where_the_gateway_does_not_stand_before_it(
    stack: Stack, ada: Person, route: ServiceRoute
) -> None:
    assert ada.user_id
    token = Signer(stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]).sign(
        ada.user_id, route.service
    )
    answer = ada.call(route.method, route.url(stack, NOBODYS_JOB), headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code not in (401, 405)


@pytest.mark.parametrize(
    "header", ["X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Forwarded-Prefix", "X-Forwarded-Uri"]
)
def test_no_header_leads_elsewhere(ada: Person, header: str) -> None:
    for route in INTERNAL:
        answer = ada.call("GET", "/incident/run/x", headers={header: route.filled(NOBODYS_JOB)})
        assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found")


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_changes_the_method(ada: Person, text: str, owners: Owners, header: str) -> None:
    answer = ada.call("GET", "/incident/run", headers={header: "POST"}, params={"incident_text": text})

    assert answer.status_code == 405
    assert owners() == []


# What stands before the body `0\r\n\r\n` and a second submission. The first submission's text is empty, or its framing
# contradictory: whoever reads all of it has been told nothing that would make a run.
CONTRADICTIONS = {
    "length and chunked": ["Content-Length: {all}", "Transfer-Encoding: chunked"],
    "chunked and length": ["Transfer-Encoding: chunked", "Content-Length: {all}"],
    "short length and chunked": ["Content-Length: 4", "Transfer-Encoding: chunked"],
    "two lengths": ["Content-Length: 5", "Content-Length: {all}"],
    "one length twice": ["Content-Length: {all}", "Content-Length: {all}"],
    "a list of lengths": ["Content-Length: 5, {all}"],
    "a signed length": ["Content-Length: +{all}"],
    "a hexadecimal length": ["Content-Length: 0x5"],
    "a negative length": ["Content-Length: -1"],
    "a length with an underscore": ["Content-Length: 1_0"],
    "a length beyond all numbers": ["Content-Length: 99999999999999999999999"],
    "a length behind a vertical tab": ["Content-Length:\x0b5"],
    "space before the colon": ["Content-Length : {all}"],
    "space before the header": [" Content-Length: {all}"],
    "chunked before identity": ["Transfer-Encoding: chunked, identity"],
    "two codings": ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    "an unknown coding": ["Transfer-Encoding: xchunked"],
    "a coding behind a vertical tab": ["Transfer-Encoding: \x0bchunked"],
    "a coding before its colon": ["Transfer-Encoding : chunked"],
    "a folded coding": ["Transfer-Encoding:\r\n chunked"],
    "a folded header": ["X: y\r\n Transfer-Encoding: chunked", "Content-Length: {all}"],
    "a lone carriage return": ["X: y\rTransfer-Encoding: chunked", "Content-Length: {all}"],
    "a lone line feed": ["X: y\nTransfer-Encoding: chunked", "Content-Length: {all}"],
    "a NUL": ["X: y\x00", "Content-Length: {all}"],
    "a header without a name": [": y", "Content-Length: {all}"],
}


@pytest.mark.parametrize("framing", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_request_that_ends_in_two_places_is_refused_whole(
    stack: Stack, text: str, owners: Owners, framing: list[str]
) -> None:
    body = b"0\r\n\r\n" + whole(text)
    headers = [header.format(all=len(body)) for header in framing]

    answers = wire.exchange(stack, submission(body, *headers) + FAREWELL)

    assert [answer.status for answer in answers] == [400]
    assert owners() == []


# Bodies under `Transfer-Encoding: chunked`.
CHUNKS = {
    "no length": b"\r\n{report}\r\n0\r\n\r\n",
    "a negative length": b"-26\r\n{report}\r\n0\r\n\r\n",
    "a prefix": b"0x26\r\n{report}\r\n0\r\n\r\n",
    "a length beyond all numbers": b"FFFFFFFFFFFFFFFFF\r\n{report}\r\n0\r\n\r\n",
    "space behind the length": b"{length} \r\n{report}\r\n0\r\n\r\n",
    "line feeds alone": b"{length}\n{report}\n0\n\n",
    "a line feed in an extension": b"{length};a\nb\r\n{report}\r\n0\r\n\r\n",
    "a chunk longer than its length": b"{length}\r\n{report}more\r\n0\r\n\r\n",
    "a length in the trailer": b"{length}\r\n{report}\r\n0\r\nContent-Length: 5\r\n\r\n",
    "a coding in the trailer": b"{length}\r\n{report}\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
}


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS)
def test_chunks_that_are_none_make_no_run(stack: Stack, text: str, owners: Owners, chunks: bytes) -> None:
    content = report(text)
    body = chunks.replace(b"{report}", content).replace(b"{length}", f"{len(content):x}".encode())

    answers = wire.exchange(stack, submission(body, "Transfer-Encoding: chunked") + FAREWELL)

    assert [answer.status for answer in answers] == [400]
    assert owners() == []


@pytest.mark.parametrize(
    "headers",
    [["Transfer-Encoding: chunked"], ["Transfer-Encoding: Chunked"], ["Transfer-Encoding: identity, chunked"]],
)
def test_a_request_in_another_ones_body_is_a_body(stack: Stack, text: str, owners: Owners, headers: list[str]) -> None:
    inner = wire.request("/internal/jobs", method="GET") + whole(text)
    chunked = f"{len(inner):x}\r\n".encode() + inner + b"\r\n0\r\n\r\n"

    answers = wire.exchange(stack, submission(chunked, *headers) + FAREWELL)

    assert [answer.status for answer in answers] == [422, 200]
    assert owners() == []


def test_requests_that_follow_each_other_at_once_are_answered_in_their_order(
    stack: Stack, text: str, owners: Owners
) -> None:
    requests = [whole(text), wire.request("/internal/jobs"), whole(text), wire.request("/incident/jobs"), FAREWELL]

    answers = wire.exchange(stack, b"".join(requests))

    assert [answer.status for answer in answers] == [202, 404, 202, 200, 200]
    assert owners() == [str(ANONYMOUS.user_id)] * 2


@pytest.mark.parametrize("rest", ["\0", "GET /\0 HTTP/1.1\r\n\r\n"], ids=["nonsense", "a bad path"])
def test_what_is_refused_behind_a_request_is_not_the_answer_to_that_one(
    stack: Stack, text: str, owners: Owners, rest: str
) -> None:
    """Its client would take it for refused, and it may be done."""
    answers = wire.exchange(stack, whole(text) + rest.encode())

    assert answers == []
    assert len(owners()) <= 1


def test_what_follows_an_upgrade_is_no_request(stack: Stack, text: str, owners: Owners) -> None:
    upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    handshake = wire.request("/ws/v1/jobs", *upgrade, key)

    with wire.connect(stack) as connection:
        connection.sendall(handshake + whole(text))
        connection.sendall(whole(text))
        received = b""
        # Without a token it is told to close.
        while b"\x88" not in received:
            received += connection.recv(65536)

    assert received.startswith(b"HTTP/1.1 101 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert owners() == []


# Of Ada, in whatever way a gateway may ever have been told who asks.
CLAIMS = {
    "X-User-Id": "{user_id}",
    "X_User_Id": "{user_id}",
    "X-User-Email": "{email}",
    "X-Forwarded-User": "{user_id}",
    "X-Forwarded-For": "{user_id}",
    "X-Remote-User": "{user_id}",
    "Remote-User": "{user_id}",
    "Forwarded": "for={user_id}",
    "X-Real-IP": "{user_id}",
    "Cookie": "errand_access={access}",
    "Proxy-Authorization": "Bearer {access}",
    "X-Authorization": "Bearer {access}",
    "X-Access-Token": "{access}",
    "Connection": "Authorization",
    "Proxy-Connection": "Authorization",
    "Keep-Alive": "Authorization",
    "TE": "trailers, Authorization",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_no_header_but_the_token_says_who_asks(
    ada: Person, grace: Person, anonymous: Person, text: str, owners: Owners, name: str
) -> None:
    value = CLAIMS[name].format(user_id=ada.user_id, email=ada.email, access=ada.access)
    for person in (grace, anonymous):
        assert person.call("GET", "/incident/jobs", headers={name: value}).status_code == 200
        person.submit(text, **{name: value})

    assert sorted(owners()) == sorted([str(grace.user_id), str(ANONYMOUS.user_id)])


def test_no_trailer_says_who_asks_or_what_it_is(
    stack: Stack, ada: Person, grace: Person, text: str, owners: Owners
) -> None:
    content = report(text)
    trailer = f"Authorization: Bearer {ada.access}\r\nX-User-Id: {ada.user_id}\r\nContent-Type: application/json"
    chunked = f"{len(content):x}\r\n".encode() + content + f"\r\n0\r\n{trailer}\r\n\r\n".encode()
    headers = [f"Authorization: Bearer {grace.access}", "Transfer-Encoding: chunked", "Connection: close"]

    (answer,) = wire.exchange(stack, submission(chunked, *headers))

    assert answer.status == 202
    assert owners() == [str(grace.user_id)]


def test_of_two_tokens_one_counts_and_it_has_to_be_good(stack: Stack, grace: Person, text: str, owners: Owners) -> None:
    body, good, bad = report(text), f"Authorization: Bearer {grace.access}", "Authorization: Bearer forged"
    for pair in ((good, bad), (bad, good)):
        wire.exchange(stack, submission(body, *pair, f"Content-Length: {len(body)}", "Connection: close"))

    assert set(owners()) <= {str(grace.user_id)}
