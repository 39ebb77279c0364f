"""The names of a service's queues."""

from errand.common.ids import Service
from errand.common.jobs.domain import Speed


def name(service: Service, speed: Speed) -> str:
    """`incidents`, and `incidents.slow` for what takes minutes."""
    base = service.name.lower()
    return base if speed == Speed.FAST else f"{base}.slow"


def names(service: Service) -> tuple[str, ...]:
    return tuple(name(service, speed) for speed in Speed)
