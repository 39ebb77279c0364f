"""The Litestar application that every service starts from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.types import ControllerRouterHandler, Middleware

from errand.common.http import openapi
from errand.common.http.health import Checks, health_routes
from errand.common.http.identity import IdentityMiddleware, principal
from errand.common.http.problems import answer
from errand.common.http.requests import BodyRequest, observed, request_context
from errand.common.identity import Verifier
from errand.common.telemetry import traces


def create_app(
    title: str,
    routes: Sequence[ControllerRouterHandler],
    *,
    checks: Checks,
    dependencies: Mapping[str, Any],
    middleware: Sequence[Middleware] = (),
    on_startup: Sequence[Callable[[], Any]] = (),
    on_shutdown: Sequence[Callable[[], Any]] = (),
    max_body_bytes: int = 1024 * 1024,
) -> Litestar:
    """`dependencies` are finished objects, handed to handlers by name."""
    app = Litestar(
        [*routes, *health_routes(checks)],
        dependencies={name: _provide(value) for name, value in dependencies.items()},
        middleware=list(middleware),
        exception_handlers={Exception: answer},
        on_startup=list(on_startup),
        # uvicorn lets a signal end the process before `atexit` comes to its turn.
        on_shutdown=[*on_shutdown, traces.close],
        request_max_body_size=max_body_bytes,
        request_class=BodyRequest,
        openapi_config=openapi.configure(title),
        logging_config=None,
    )
    # Litestar's own middleware sees only what a route matched: a 404 or 405 would have no request id.
    app.asgi_handler = request_context(app.asgi_handler)
    return app


def create_service_app(
    title: str, routes: Sequence[ControllerRouterHandler], *, verifier: Verifier, **options: Any
) -> Litestar:
    """An application behind the gateway: every route knows its `principal`."""
    dependencies = {**options.pop("dependencies", {}), "principal": Provide(principal, sync_to_thread=False)}
    identity = DefineMiddleware(IdentityMiddleware, verifier=verifier)
    app = create_app(title, routes, dependencies=dependencies, middleware=[identity], **options)
    app.asgi_handler = observed(app.asgi_handler)
    return app


def _provide(value: Any) -> Provide:
    return value if isinstance(value, Provide) else Provide(lambda: value, sync_to_thread=False, use_cache=True)
