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
from errand.common.http.server import serve
from errand.common.identity import Signer
from errand.common.redis import connect
from errand.common.settings import load
from errand.gateway import upstreams
from errand.gateway.auth.controllers import AuthController
from errand.gateway.auth.passwords import Passwords
from errand.gateway.auth.service import Accounts
from errand.gateway.auth.tickets import Tickets
from errand.gateway.auth.tokens import AccessTokens, RefreshTokens
from errand.gateway.cors import Cors
from errand.gateway.edge import Edge
from errand.gateway.jobs import JobLists, list_jobs
from errand.gateway.limits import Limits
from errand.gateway.proxy import Proxy
from errand.gateway.routes import Rate, Routes
from errand.gateway.settings import Settings
from errand.gateway.upstreams import Upstreams


def create(settings: Settings) -> Litestar:
    """The gateway as an ASGI application. Connects to nothing before its lifespan begins."""
    signer = Signer(settings.signing_key)
    tokens = AccessTokens(signer.key, settings.access_token_s)
    database = Database(settings.database_url, schema="gateway", application="gateway")
    redis = _connect(settings.redis_url)
    sync_redis = connect(settings.redis_url)
    services = Upstreams(upstreams.addresses(settings.upstreams))
    limits = Limits(redis, _quotas(settings))
    accounts = Accounts(
        database, Passwords(), tokens, RefreshTokens(signer.key), refresh_token_s=settings.refresh_token_s
    )
    app = create_app(
        "Errand",
        [AuthController, list_jobs],
        checks={"database": database.ping, "redis": lambda: sync_redis.ping()},
        dependencies={
            "accounts": accounts,
            "limits": limits,
            "tickets": Tickets(redis),
            "job_lists": JobLists(services, signer),
            "principal": Provide(principal, sync_to_thread=False),
        },
        on_startup=[services.open],
        on_shutdown=[services.close, redis.aclose, database.close],
    )
    app.asgi_handler = Edge(
        app.asgi_handler,
        routes=Routes(),
        tokens=tokens,
        limits=limits,
        proxy=Proxy(services, signer),
        cors=Cors(settings.cors_origins),
        allow_anonymous=settings.incidents_allow_anonymous,
    )
    return app


def _connect(url: str) -> Redis:
    """The event loop's client; as in `errand.common.redis`, no command is repeated."""
    retry = Retry(NoBackoff(), 0)
    return Redis.from_url(url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2, retry=retry)


def _quotas(settings: Settings) -> dict[Rate, int]:
    return {
        Rate.AUTH: settings.auth_per_minute,
        Rate.WRITE: settings.writes_per_minute,
        Rate.POLL: settings.polls_per_minute,
    }


def main() -> None:
    settings = load(Settings)
    logging.configure("gateway", format=settings.log_format, level=settings.log_level)
    serve(create(settings), host=settings.host, ports=settings.ports)
