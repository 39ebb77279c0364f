"""The API of a service that has jobs."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from errand.common import redis
from errand.common.database import Database
from errand.common.http.app import create_service_app
from errand.common.identity import Verifier
from errand.common.ids import Service
from errand.common.jobs.backlog import Backlog
from errand.common.jobs.controllers import job_routes
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.worker import connect_relay, open_broker
from errand.common.settings import ServiceSettings


def create_jobs_app(
    service: Service,
    settings: ServiceSettings,
    routes: Sequence[ControllerRouterHandler],
    *,
    dependencies: Mapping[str, Any] | None = None,
    **options: Any,
) -> Litestar:
    """`routes` beside those that every service has over its jobs. Handlers know `principal`, `database` and `jobs`,
    and what else is in `dependencies`. `options` are those of `create_app`."""
    name = service.name.lower()
    database = Database(
        settings.database_url, schema=name, pool_size=settings.api_connections, application="errand-api"
    )
    client = redis.connect(settings.redis_url)
    relay = connect_relay(service, database, client, threads=settings.worker_threads)
    backlog = Backlog(service, database, open_broker(service, client, settings.worker_threads))
    return create_service_app(
        f"Errand {name}",
        [*routes, job_routes],
        verifier=Verifier(settings.identity_public_key, name),
        # A broker that is down does not keep a job from being accepted, so readiness is Postgres alone.
        checks={"database": database.ping},
        dependencies={"database": database, "jobs": Jobs(service, relay), **(dependencies or {})},
        on_startup=[relay.start, backlog.start],
        on_shutdown=[backlog.stop, relay.stop, database.close],
        **options,
    )
