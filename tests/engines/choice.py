"""Which engines this session uses: decided once, said in pytest's header."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.engines import containers, embedded
from tests.engines.engine import Engine, External

FindImage = Callable[[Sequence[str]], str | None]


@dataclass(frozen=True)
class Kind:
    """One of the two engines, and the ways to have it."""

    name: str
    url_variable: str
    image_variable: str
    #: Local builds first, see deploy/docker; then the official images.
    images: tuple[str, ...]
    container: Callable[[str], Engine]
    embedded: Callable[[], Engine]


@dataclass(frozen=True)
class Choice:
    """`make` is None where there is no such engine; `words` then tells why."""

    words: str
    make: Callable[[], Engine] | None


POSTGRES = Kind(
    "postgres",
    "TEST_DATABASE_URL",
    "ERRAND_TEST_POSTGRES_IMAGE",
    ("errand-test-postgres", "postgres:18"),
    containers.postgres,
    embedded.postgres,
)
REDIS = Kind(
    "redis",
    "TEST_REDIS_URL",
    "ERRAND_TEST_REDIS_IMAGE",
    ("errand-test-redis", "valkey/valkey:9", "redis:8"),
    containers.redis,
    embedded.redis,
)


def choose(kind: Kind, environ: Mapping[str, str], find_image: FindImage) -> Choice:
    """A server of the developer's own, else a container, else the embedded engine. ERRAND_TEST_ENGINES
    (`containers` or `embedded`) forces one of the latter two."""
    forced = environ.get("ERRAND_TEST_ENGINES")
    if url := environ.get(kind.url_variable):
        return Choice(f"{kind.name} from {kind.url_variable}", lambda: External(url))
    if forced != "embedded":
        tags = [environ[kind.image_variable]] if kind.image_variable in environ else kind.images
        if image := find_image(tags):
            return Choice(f"{kind.name} in a container of {image}", lambda: kind.container(image))
        if forced == "containers":
            return Choice(f"no docker engine with one of {', '.join(tags)}", None)
    return Choice(f"{kind.name} embedded", kind.embedded)
