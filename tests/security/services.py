"""The routes of the services behind the gateway, from their applications: they need not run for that."""

import re
from pathlib import Path
from typing import NamedTuple

from litestar.routes import HTTPRoute

from deploy import api_docs
from errand.common.http.identity import PUBLIC
from tests.stack import Stack

NAMES = sorted(path.parent.name for path in Path(api_docs.ROOT).glob("services/*/pyproject.toml"))
BEHIND = [name for name in NAMES if name != "gateway"]


class Port(NamedTuple):
    """A service's own, past the gateway."""

    address: str

    @classmethod
    def of(cls, stack: Stack, service: str) -> "Port":
        return cls(f"127.0.0.1:{stack.processes[f'{service}-api'].program.port}")


class ServiceRoute(NamedTuple):
    service: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    def filled(self, job_id: str) -> str:
        """The path. Every parameter is a number or an id, as far as finding the route goes."""
        return re.sub(r"{\w+:\w+}", job_id, self.path.replace("{number:int}", "1"))

    def url(self, stack: Stack, job_id: str) -> str:
        """At the service's own port."""
        return f"http://{Port.of(stack, self.service).address}{self.filled(job_id)}"


def protected_routes() -> list[ServiceRoute]:
    """All but those that are open to everybody."""
    return [
        ServiceRoute(service, method, route.path)
        for service in BEHIND
        for route in api_docs.app_of(service).routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in sorted(route.route_handler_map.items())
        if method != "OPTIONS" and not handler.opt.get(PUBLIC)
    ]


def internal_routes() -> list[ServiceRoute]:
    return [route for route in protected_routes() if route.path.startswith("/internal")]
