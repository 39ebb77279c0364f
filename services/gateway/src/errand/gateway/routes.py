"""Which path belongs to whom, and what is asked of it: one table."""

import enum
import re
from collections.abc import Sequence
from uuid import UUID

import msgspec

from errand.common.errors import NotFound
from errand.common.ids import Service, service_of

MIB = 1024 * 1024

# The characters of RFC 3986 without `;`. Percent signs may spell any byte but those that change a path's meaning
# where it is decoded once more, or not at all: control characters, `%`, `.`, `/`, `;`, `\`. A segment is not empty and
# not a dot or two. What passes means the same to us, to Litestar and to every service.
_PLAIN_PATH = re.compile(
    rb"(?=/)(?:/(?!\.\.?(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%(?![01]|2[5EeFf]|3[Bb]|5[Cc]|7[Ff])[0-9A-Fa-f]{2})+)*/?"
)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(enum.Enum):
    """Whom a route lets in."""

    PUBLIC = enum.auto()  # anybody: a token is neither needed nor looked at
    ANONYMOUS = enum.auto()  # a user, or anybody where the settings allow it
    OPTIONAL = enum.auto()  # a user, or anybody
    USER = enum.auto()


class Rate(enum.StrEnum):
    """What requests are counted as."""

    AUTH = enum.auto()
    WRITE = enum.auto()
    POLL = enum.auto()


class JobNotFound(NotFound):
    code = "job_not_found"

    def __init__(self) -> None:
        super().__init__("Job not found")


class Route(msgspec.Struct, frozen=True):
    """`{id}` in a pattern stands for a job's id, a last `*` for whatever follows. Without `service`, it is the one
    that the id names; GATEWAY answers by itself. A job view changes with the job's events only, or goes when
    a route that purges is called. A route that is awaited answers with what came of the job that it submits. What is
    published may have an origin of its own."""

    pattern: str
    service: Service | None = None
    access: Access = Access.USER
    body_limit: int = MIB
    write_rate: Rate = Rate.WRITE
    job_view: bool = False
    purges: bool = False
    awaited: bool = False
    published: bool = False

    def rate(self, method: str) -> Rate:
        return Rate.POLL if is_reading(method) else self.write_rate

    def admits_anybody(self, *, allow_anonymous: bool) -> bool:
        """Whether a request may come without a token."""
        return self.access is Access.OPTIONAL or (self.access is Access.ANONYMOUS and allow_anonymous)


class Match(msgspec.Struct, frozen=True):
    route: Route
    job_id: str | None

    def service(self) -> Service:
        """Raises JobNotFound where the job's id names no service."""
        if self.route.service is not None:
            return self.route.service
        return home_of(self.job_id or "")[1]


# The first that matches counts.
TABLE = (
    Route("/api/auth/register", Service.GATEWAY, Access.PUBLIC, write_rate=Rate.AUTH),
    Route("/api/auth/login", Service.GATEWAY, Access.PUBLIC, write_rate=Rate.AUTH),
    Route("/api/auth/token/refresh", Service.GATEWAY, Access.PUBLIC),
    Route("/api/auth/logout", Service.GATEWAY, Access.PUBLIC),
    Route("/api/auth/*", Service.GATEWAY),
    Route("/openapi.json", Service.GATEWAY, Access.PUBLIC),
    Route("/asyncapi.json", Service.GATEWAY, Access.PUBLIC),
    Route("/docs/*", Service.GATEWAY, Access.PUBLIC),
    Route("/v1/jobs", Service.GATEWAY),
    Route("/v1/jobs/{id}", job_view=True),
    Route("/v1/jobs/{id}/events", Service.GATEWAY, Access.ANONYMOUS),
    Route("/v1/jobs/{id}/cancel"),
    Route("/v1/jobs/{id}/retry"),
    Route("/v1/agent/init", Service.AGENTS, body_limit=4 * MIB),
    Route("/v1/agent/*", Service.AGENTS),
    Route("/v1/landing-pages/*", Service.AGENTS),
    Route("/p/*", Service.AGENTS, Access.PUBLIC, published=True),
    Route("/api/v1/images/jobs/{id}", Service.IMAGES, job_view=True),
    Route("/api/v1/images/jobs/{id}/*", Service.IMAGES),
    Route("/api/v1/images/batches/*", Service.IMAGES, purges=True),
    Route("/api/v1/images/files/*", Service.IMAGES, Access.OPTIONAL),
    Route("/api/v1/images/generate", Service.IMAGES, awaited=True),
    Route("/api/v1/images/*", Service.IMAGES),
    Route("/incident/run/{id}", Service.INCIDENTS, Access.ANONYMOUS, job_view=True),
    Route("/incident/cleanup", Service.INCIDENTS, Access.ANONYMOUS, purges=True),
    Route("/incident/*", Service.INCIDENTS, Access.ANONYMOUS),
)


def is_reading(method: str) -> bool:
    return method in _READING


def home_of(job_id: str) -> tuple[UUID, Service]:
    """A job's id, read, and the service that has the job. Raises JobNotFound."""
    try:
        id = UUID(job_id)
    except ValueError:
        raise JobNotFound from None
    service = service_of(id)
    if not service:
        raise JobNotFound
    return id, service


class Routes:
    def __init__(self, table: Sequence[Route] = TABLE) -> None:
        self._routes: dict[str, list[tuple[re.Pattern[str], Route]]] = {}
        for route in table:
            self._routes.setdefault(_head(route.pattern), []).append((_compile(route.pattern), route))

    def match(self, path: str) -> Match | None:
        """The route of a decoded path, with or without a trailing slash; None where it is nobody's."""
        for pattern, route in self._routes.get(_head(path), ()):
            if found := pattern.fullmatch(path):
                return Match(route, found["id"] if pattern.groups else None)
        return None


def is_plain(raw_path: bytes) -> bool:
    """Whether a path, as it came, can be understood in one way only."""
    return _PLAIN_PATH.fullmatch(raw_path) is not None


def _head(path: str) -> str:
    return path.split("/", 2)[1]


def _compile(pattern: str) -> re.Pattern[str]:
    expression = re.escape(pattern).replace(r"\{id\}", "(?P<id>[^/]+)").replace(r"/\*", "(?:/.*)?")
    return re.compile(expression + "/?", re.DOTALL)
