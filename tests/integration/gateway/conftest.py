"""A gateway on real sockets, between clients and services that are under the test's control."""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from errand.common.identity import Principal, Signer, new_keys
from errand.common.ids import Service
from errand.gateway.app import create
from errand.gateway.auth.tokens import AccessTokens
from errand.gateway.settings import Settings
from tests.engines.databases import Databases
from tests.integration.gateway.service import FakeService, Seen
from tests.integration.gateway.serving import serving
from tests.waiting import until

SIGNING_KEY, PUBLIC_KEY = new_keys()


class Gateway:
    """A running gateway, as its clients see it."""

    def __init__(self, port: int, client: httpx2.Client) -> None:
        self.port = port
        self.client = client
        self.signer = Signer(SIGNING_KEY)
        self._tokens = AccessTokens(self.signer.key, 900)

    def token(self, principal: Principal) -> str:
        return self._tokens.issue(principal.user_id)

    def call(self, method: str, path: str, user: Principal | None = None, **options: Any) -> httpx2.Response:
        headers = options.pop("headers", {})
        if user is not None:
            headers = {"Authorization": f"Bearer {self.token(user)}", **headers}
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, user: Principal | None = None, **options: Any) -> httpx2.Response:
        return self.call("GET", path, user, **options)

    def post(self, path: str, user: Principal | None = None, **options: Any) -> httpx2.Response:
        return self.call("POST", path, user, **options)


StartGateway = Callable[..., contextlib.AbstractContextManager[Gateway]]


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    url = databases.migrated("gateway")
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def start_gateway(database_url: str, redis_url: str) -> StartGateway:
    """`with start_gateway(polls_per_minute=3) as gateway`; limits are out of the way where none is given."""

    @contextlib.contextmanager
    def start(**settings: Any) -> Iterator[Gateway]:
        defaults = {
            "database_url": database_url,
            "redis_url": redis_url,
            "signing_key": SIGNING_KEY,
            "auth_per_minute": 10_000,
            "writes_per_minute": 10_000,
            "polls_per_minute": 10_000,
        }
        app = create(Settings(**{**defaults, **settings}))
        with (
            serving(app) as port,
            httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client,
        ):
            yield Gateway(port, client)

    return start


@pytest.fixture(scope="session")
def services() -> Iterator[dict[Service, tuple[FakeService, int]]]:
    with contextlib.ExitStack() as stack:
        running = {}
        for name in (Service.INCIDENTS, Service.IMAGES):
            service = FakeService(name, PUBLIC_KEY)
            running[name] = service, stack.enter_context(serving(service))
        yield running


@pytest.fixture(scope="session")
def gateway(start_gateway: StartGateway, services: dict[Service, tuple[FakeService, int]]) -> Iterator[Gateway]:
    """Before two services; takes incidents from anybody and requests from one foreign origin."""
    upstreams = tuple(f"{name.name.lower()}=http://127.0.0.1:{port}" for name, (_, port) in services.items())
    with start_gateway(
        upstreams=upstreams, incidents_allow_anonymous=True, cors_origins=("https://app.example.com",)
    ) as gateway:
        yield gateway


@pytest.fixture
def incidents(services: dict[Service, tuple[FakeService, int]]) -> FakeService:
    service, _ = services[Service.INCIDENTS]
    service.seen.clear()
    return service


@pytest.fixture
def images(services: dict[Service, tuple[FakeService, int]]) -> FakeService:
    service, _ = services[Service.IMAGES]
    service.seen.clear()
    return service


@pytest.fixture
def last_seen(incidents: FakeService) -> Callable[[], Seen]:
    """The one request that reached incidents, once it has arrived or broken off."""

    def last() -> Seen:
        until(lambda: incidents.seen and incidents.seen[-1].whole is not None)
        (seen,) = incidents.seen
        return seen

    return last


@pytest.fixture
def user() -> Principal:
    """Somebody with a token of the gateway's and no account."""
    return Principal(uuid4())


@pytest.fixture
def email() -> str:
    return f"{secrets.token_hex(8)}@example.com"
