"""The services of this checkout, and the settings that each of their processes gets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import ports
from deploy.local.client import is_ready
from deploy.local.console import Failure
from deploy.local.processes import Kind, Program

GATEWAY = "gateway"
AGENTS = "agents"
IMAGES = "images"

# What a developer may set for every process; any other ERRAND_* variable is meant for one and refused by the rest.
_PASSED_ON = ("ERRAND_LOG_LEVEL", "ERRAND_LOG_FORMAT", "ERRAND_TRACES_ENDPOINT")

# The development servers of the usual frontend tools.
_CORS_ORIGINS = "http://localhost:3000,http://localhost:5173"


class UnknownService(Failure):
    def __init__(self, name: str) -> None:
        super().__init__(f"the service {name} has no port", "add it to NUMBERS in deploy/local/ports.py")


@dataclass(frozen=True)
class Service:
    name: str
    has_worker: bool


@dataclass(frozen=True)
class Surroundings:
    """What the processes of one stack share."""

    python: Path
    database_url: str
    redis_url: str
    #: ERRAND_SIGNING_KEY, ERRAND_IDENTITY_PUBLIC_KEY and ERRAND_FILES_KEY
    keys: Mapping[str, str]
    base_port: int
    #: Where files of images are stored.
    files: Path


def discover(root: Path) -> list[Service]:
    """The gateway first, then the domain services by their number."""
    services = []
    for project in root.glob("services/*/pyproject.toml"):
        name = project.parent.name
        if name not in ports.NUMBERS:
            raise UnknownService(name)
        services.append(Service(name, (project.parent / "src" / "errand" / name / "worker.py").exists()))
    return sorted(services, key=lambda service: ports.NUMBERS[service.name])


def programs(services: list[Service], around: Surroundings) -> list[Program]:
    """Every process of `services`, each with exactly its own settings: a service refuses an unknown one."""
    result = []
    for service in services:
        if service.name == GATEWAY:
            result.append(_gateway(services, around))
            continue
        result.append(_api(service, around))
        if service.has_worker:
            result.append(_worker(service, around))
    return result


def migration(service: str, around: Surroundings) -> tuple[list[str], dict[str, str]]:
    """The command that migrates `service`, and its environment."""
    return _command(around, service, "migrate"), environment(_engine_settings(around))


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `settings` as its only ERRAND_* variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ERRAND_")}
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "ERRAND_LOG_FORMAT": "console", **passed_on, **settings}


def _gateway(services: list[Service], around: Surroundings) -> Program:
    port, guide_port = ports.gateway_ports(around.base_port)
    upstreams = {
        service.name: f"http://{ports.LOOPBACK}:{ports.api_port(around.base_port, service.name)}"
        for service in services
        if service.name != GATEWAY
    }
    settings = {
        "ERRAND_PORTS": f"{port},{guide_port}",
        "ERRAND_SIGNING_KEY": around.keys["ERRAND_SIGNING_KEY"],
        "ERRAND_UPSTREAMS": ",".join(f"{name}={url}" for name, url in upstreams.items()),
        "ERRAND_INCIDENTS_ALLOW_ANONYMOUS": "true",
        "ERRAND_ALLOW_WS_TOKEN_QUERY": "true",
        "ERRAND_CORS_ORIGINS": _CORS_ORIGINS,
    }
    return _program(GATEWAY, "gateway", _command(around, GATEWAY, "api"), around, settings, port)


def _api(service: Service, around: Surroundings) -> Program:
    argv = _command(around, service.name, "api")
    port = ports.api_port(around.base_port, service.name)
    return _program(f"{service.name}-api", "api", argv, around, _domain_settings(service, around), port)


def _worker(service: Service, around: Surroundings) -> Program:
    argv = _command(around, service.name, "worker")
    port = ports.health_port(around.base_port, service.name)
    return _program(f"{service.name}-worker", "worker", argv, around, _domain_settings(service, around), port)


def _program(
    name: str, kind: Kind, argv: list[str], around: Surroundings, settings: Mapping[str, str], port: int
) -> Program:
    health_url = f"http://{ports.LOOPBACK}:{port}/readyz"
    return Program(
        name=name,
        kind=kind,
        argv=argv,
        environment=environment({**_engine_settings(around), "ERRAND_HOST": ports.LOOPBACK, **settings}),
        ready=lambda: is_ready(health_url),
        port=port,
        health_url=health_url,
    )


def _domain_settings(service: Service, around: Surroundings) -> dict[str, str]:
    return _own_settings(service, around) | {
        "ERRAND_PORT": str(ports.api_port(around.base_port, service.name)),
        "ERRAND_HEALTH_PORT": str(ports.health_port(around.base_port, service.name)),
        "ERRAND_IDENTITY_PUBLIC_KEY": around.keys["ERRAND_IDENTITY_PUBLIC_KEY"],
    }


def _own_settings(service: Service, around: Surroundings) -> dict[str, str]:
    """What this service alone knows."""
    port, _ = ports.gateway_ports(around.base_port)
    public_url = f"http://localhost:{port}"
    if service.name == AGENTS:
        return {"ERRAND_PAGES_URL": public_url}
    if service.name == IMAGES:
        return {
            "ERRAND_PUBLIC_URL": public_url,
            "ERRAND_FILES_KEY": around.keys["ERRAND_FILES_KEY"],
            "ERRAND_FILES_URL": around.files.as_uri(),
        }
    return {}


def _engine_settings(around: Surroundings) -> dict[str, str]:
    return {"ERRAND_DATABASE_URL": around.database_url, "ERRAND_REDIS_URL": around.redis_url}


def _command(around: Surroundings, service: str, command: str) -> list[str]:
    return [str(around.python), "-m", f"errand.{service}", command]
