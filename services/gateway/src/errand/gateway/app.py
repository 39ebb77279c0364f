"""Composition root of the gateway."""

from litestar import Litestar
from litestar.di import Provide
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from errand.common import logging
from errand.common.database import Database
from errand.common.http.app import create_app
from errand.common.http.identity import principal
from errand.common.http.requests import observed
from errand.common.http.server import serve
from errand.common.identity import ANONYMOUS, Signer
from errand.common.redis import connect
from errand.common.settings import load
from errand.common.telemetry import process
from errand.gateway import upstreams
from errand.gateway.auth.controllers import AuthController
from errand.gateway.auth.passwords import Passwords
from errand.gateway.auth.service import Accounts
from errand.gateway.auth.tickets import Tickets
from errand.gateway.auth.tokens import AccessTokens, RefreshTokens
from errand.gateway.background import Background
from errand.gateway.cors import Cors
from errand.gateway.documents.controllers import DocumentController
from errand.gateway.documents.library import Library
from errand.gateway.edge import Edge
from errand.gateway.jobs import JobLists, list_jobs
from errand.gateway.limits import Limits
from errand.gateway.live.admission import Doorkeeper
from errand.gateway.live.attendance import Attendance
from errand.gateway.live.controllers import job_events
from errand.gateway.live.hub import Hub
from errand.gateway.live.preference import Patience
from errand.gateway.live.protocol import SocketProtocol
from errand.gateway.live.reader import SOCKET_TIMEOUT_S, Reader
from errand.gateway.live.sockets import Sockets
from errand.gateway.live.source import Source
from errand.gateway.pages import PagesOrigin
from errand.gateway.proxy import Proxy
from errand.gateway.routes import Rate, Routes
from errand.gateway.services import Services
from errand.gateway.settings import Settings
from errand.gateway.upstreams import Upstreams
from errand.gateway.views import Views


class Live:
    """What follows the jobs, and those who watch them."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self.redis = _connect(settings.redis_url, socket_timeout=SOCKET_TIMEOUT_S)
        self.source = Source(services)
        reader = Reader(self.redis, services.all)
        self.hub = Hub(self.source, lambda: reader.healthy)
        self.views = Views(lambda: reader.healthy)
        # Views first: who hears of an event must not poll an older state.
        reader.listeners = (self.views, self.hub)
        self.background = Background(reader.run, self.hub.keep_checking)
        self.attendance = Attendance(settings.sockets_per_user)


def create(settings: Settings) -> Litestar:
    """The gateway as an ASGI application. Connects to nothing before its lifespan begins."""
    signer = Signer(settings.signing_key)
    tokens = AccessTokens(signer.key, settings.access_token_s)
    database = Database(settings.database_url, schema="gateway", application="gateway")
    redis = _connect(settings.redis_url, decode_responses=True)
    sync_redis = connect(settings.redis_url)
    pool = Upstreams(upstreams.addresses(settings.upstreams))
    services = Services(pool, signer)
    limits = Limits(redis, _quotas(settings))
    tickets = Tickets(redis)
    live = Live(settings, services)
    accounts = Accounts(
        database, Passwords(), tokens, RefreshTokens(signer.key), refresh_token_s=settings.refresh_token_s
    )
    app = create_app(
        "Errand",
        [AuthController, DocumentController, list_jobs, job_events],
        checks={"database": database.ping, "redis": lambda: sync_redis.ping()},
        dependencies={
            "accounts": accounts,
            "limits": limits,
            "tickets": tickets,
            "job_lists": JobLists(services),
            "hub": live.hub,
            "source": live.source,
            "attendance": live.attendance,
            "library": Library(services, ANONYMOUS, allow_anonymous=settings.incidents_allow_anonymous),
            "principal": Provide(principal, sync_to_thread=False),
        },
        on_startup=[pool.open, live.background.start],
        on_shutdown=[live.background.stop, pool.close, live.redis.aclose, redis.aclose, database.close],
    )
    routes = Routes()
    edge = Edge(
        app.asgi_handler,
        sockets=_sockets(settings, live, tokens, tickets, limits),
        routes=routes,
        tokens=tokens,
        limits=limits,
        proxy=Proxy(pool, signer),
        views=live.views,
        patience=Patience(live.hub, routes, services, live.attendance),
        cors=Cors(settings.cors_origins),
        pages=PagesOrigin(settings.pages_url),
        allow_anonymous=settings.incidents_allow_anonymous,
    )
    app.asgi_handler = observed(edge)
    app.state.drain = live.attendance.drain
    return app


def _sockets(settings: Settings, live: Live, tokens: AccessTokens, tickets: Tickets, limits: Limits) -> Sockets:
    doorkeeper = Doorkeeper(
        tokens, tickets, origins=settings.cors_origins, allow_token_in_query=settings.allow_ws_token_query
    )
    allow_anonymous = settings.incidents_allow_anonymous
    return Sockets(live.hub, doorkeeper, live.attendance, limits, allow_anonymous=allow_anonymous)


def _connect(url: str, *, socket_timeout: float = 2, decode_responses: bool = False) -> Redis:
    """The event loop's client; as in `errand.common.redis`, no command is repeated."""
    return Redis.from_url(
        url,
        decode_responses=decode_responses,
        socket_timeout=socket_timeout,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )


def _quotas(settings: Settings) -> dict[Rate, int]:
    return {
        Rate.AUTH: settings.auth_per_minute,
        Rate.WRITE: settings.writes_per_minute,
        Rate.POLL: settings.polls_per_minute,
    }


def main() -> None:
    settings = load(Settings)
    logging.configure("gateway", format=settings.log_format, level=settings.log_level)
    process.start("gateway", settings)
    app = create(settings)
    serve(app, host=settings.host, ports=settings.ports, websockets=SocketProtocol, drain=app.state.drain)
