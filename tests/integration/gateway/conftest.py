"""A gateway on real sockets, between clients and services that are under the test's control."""

import contextlib
import functools
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from errand.common import redis as redis_connection
from errand.common.identity import Principal, Signer, new_keys
from errand.common.ids import Service, service_of
from errand.common.jobs.news import News
from errand.common.jobs.news import publish as publish_news
from errand.gateway.app import create
from errand.gateway.auth.tokens import AccessTokens
from errand.gateway.live.protocol import SocketProtocol
from errand.gateway.settings import Settings
from tests.engines.databases import Databases
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService, Seen
from tests.integration.gateway.serving import serving
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.wire import Wire
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


Publish = Callable[[Sequence[News]], None]
StartGateway = Callable[..., contextlib.AbstractContextManager[Gateway]]


@pytest.fixture(autouse=True)
def nobody_left() -> Iterator[None]:
    """Who has gone is noticed a moment later, and must not be counted in the next test."""
    yield
    until(lambda: connections() == 0)


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    url = databases.migrated("gateway")
    yield url
    databases.give_back(url)


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
            serving(app, websockets=SocketProtocol, drain=app.state.drain) as port,
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
def start_beside(start_gateway: StartGateway, services: dict[Service, tuple[FakeService, int]]) -> StartGateway:
    """Like `start_gateway`, before the two services."""
    upstreams = tuple(f"{name.name.lower()}=http://127.0.0.1:{port}" for name, (_, port) in services.items())
    return functools.partial(start_gateway, upstreams=upstreams)


@pytest.fixture(scope="session")
def gateway(start_beside: StartGateway) -> Iterator[Gateway]:
    """Before two services; takes incidents from anybody and requests from one foreign origin."""
    with start_beside(incidents_allow_anonymous=True, cors_origins=("https://app.example.com",)) as gateway:
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
def job(incidents: FakeService, user: Principal) -> StoredJob:
    """The user's, under way, with two events."""
    return incidents.begin(user)


@pytest.fixture
def publish(redis_url: str) -> Iterator[Publish]:
    """Lets the gateways hear of events."""
    with redis_connection.connect(redis_url) as client:

        def publish(news: Sequence[News]) -> None:
            service = service_of(news[0].job_id)
            assert service is not None
            publish_news(client, service, news)

        yield publish


@pytest.fixture
def wire(redis_database: str) -> Wire:
    """To an empty Redis database."""
    return Wire(redis_database)


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
