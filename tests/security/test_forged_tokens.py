"""Nobody is let in, or taken for somebody, by a token that the gateway did not make for this."""

import httpx2
import pytest
from litestar.routes import HTTPRoute

from deploy import api_docs
from errand.common.http.identity import PUBLIC
from errand.common.identity import Signer
from tests.security import services, sockets
from tests.security.forgeries import FORGERIES, Mint
from tests.security.operations import OPERATIONS, Operation
from tests.security.people import Person
from tests.security.services import ServiceRoute
from tests.security.sockets import opened
from tests.stack import Stack

NOBODYS_JOB = "01a1ff5d-ed3c-8243-89b5-895ac4c59980"
SECURED = [operation for operation in OPERATIONS if operation.takes_a_token]
# Whatever is in these is no token.
HEADERS = {
    "nothing": "",
    "a scheme alone": "Bearer",
    "another scheme": "Basic YWRhOmFkYQ==",
    "two tokens": "Bearer x, Bearer y",
}
IDENTITY_HEADERS = ("X-User-Id", "X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User", "X-Authenticated-User")


@pytest.fixture(scope="module")
def mint(stack: Stack, ada: Person) -> Mint:
    return Mint(stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"], ada)


def check_refused(answer: httpx2.Response) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "token_refused"


@pytest.mark.parametrize("operation", SECURED, ids=str)
def test_a_forged_token_is_refused(operation: Operation, mint: Mint, client: httpx2.Client) -> None:
    def answer(token: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return client.request(operation.method, operation.target(NOBODYS_JOB), headers=headers, **operation.body())

    answers = {forgery: answer(forge(mint)) for forgery, forge in FORGERIES.items()}

    assert {forgery for forgery in answers if answers[forgery].status_code != 401} == set()
    for refused in answers.values():
        check_refused(refused)


@pytest.mark.parametrize("operation", SECURED, ids=str)
def test_a_header_without_a_token_is_refused(operation: Operation, client: httpx2.Client) -> None:
    for value in HEADERS.values():
        headers = {"Authorization": value}
        check_refused(client.request(operation.method, operation.target(NOBODYS_JOB), headers=headers))


@pytest.mark.parametrize("operation", [item for item in SECURED if item.needs_a_token], ids=str)
def test_a_token_in_another_place_is_none(operation: Operation, client: httpx2.Client, ada: Person) -> None:
    """A cookie would be sent by any page's form, and a URL ends up in logs."""
    target = operation.target(NOBODYS_JOB)
    query = "&" if "?" in target else "?"
    for headers in ({}, {"Cookie": f"errand_access={ada.access}"}, {"Proxy-Authorization": f"Bearer {ada.access}"}):
        check_refused(client.request(operation.method, f"{target}{query}token={ada.access}", headers=headers))


@pytest.mark.parametrize("operation", SECURED, ids=str)
def test_the_same_request_with_a_good_token_is_let_in(operation: Operation, client: httpx2.Client, mint: Mint) -> None:
    headers = {"Authorization": f"Bearer {mint.sign()}"}

    answer = client.request(operation.method, operation.target(NOBODYS_JOB), headers=headers, **operation.body())

    assert answer.status_code != 401


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_no_socket(stack: Stack, mint: Mint, forgery: str) -> None:
    token = FORGERIES[forgery](mint)
    ours = {"Origin": f"http://{stack.address}"}
    for address in sockets.addresses(NOBODYS_JOB):
        for path, headers, subprotocols in (
            (address, {"Authorization": f"Bearer {token}"}, ()),
            (address, {"Cookie": f"errand_access={token}", **ours}, ()),
            (f"{address}?token={token}", {}, ()),
            (address, {}, [f"ticket.{token.rstrip('=')}"]),
        ):
            with opened(stack.address, path, headers, subprotocols) as socket:
                assert socket.close_code() == 4001


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_prolongs_no_socket(stack: Stack, ada: Person, mint: Mint, forgery: str) -> None:
    with opened(stack.address, "/ws/v1/jobs", ada.headers) as socket:
        socket.send(type="renew", token=FORGERIES[forgery](mint))
        assert socket.frame()["code"] == "token_refused"
        socket.send(type="renew", token=mint.sign())
        assert socket.frame()["type"] == "renewed"


@pytest.mark.parametrize("route", services.protected_routes(), ids=str)
def test_a_service_takes_no_token_but_the_gateways_for_it(
    stack: Stack, client: httpx2.Client, ada: Person, mint: Mint, route: ServiceRoute
) -> None:
    url = route.url(stack, NOBODYS_JOB)
    claimed = {name: str(ada.user_id) for name in IDENTITY_HEADERS}
    for token in (None, ada.access, ada.refresh, mint.sign(), mint.sign(aud="images"), mint.sign(aud="incidents")):
        given = {"Authorization": f"Bearer {token}"} if token else {}
        # The last has the service's name, but the type of a client's token.
        check_refused(client.request(route.method, url, headers={**claimed, **given}))

    good = {"Authorization": f"Bearer {Signer(_signing_key(stack)).sign(mint.user_id, route.service)}"}
    assert client.request(route.method, url, headers=good).status_code != 401


def _signing_key(stack: Stack) -> str:
    return stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]


@pytest.mark.parametrize("service", services.BEHIND)
def test_of_a_services_routes_only_its_health_and_what_is_published_are_open(service: str) -> None:
    routes = [route for route in api_docs.app_of(service).routes if isinstance(route, HTTPRoute)]

    public = {route.path for route in routes for handler in route.route_handlers if handler.opt.get(PUBLIC)}
    assert {path for path in public if not path.startswith("/p/")} == {"/livez", "/readyz"}
