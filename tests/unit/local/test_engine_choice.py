from collections.abc import Sequence

import pytest

from tests.engines.choice import POSTGRES, REDIS, choose


def every_image(tags: Sequence[str]) -> str | None:
    return tags[0]


def no_image(tags: Sequence[str]) -> str | None:
    return None


@pytest.mark.parametrize("forced", ["", "containers", "embedded"])
def test_a_server_of_the_developers_own_comes_first(forced: str) -> None:
    environ = {"TEST_DATABASE_URL": "postgresql://mine/db", "ERRAND_TEST_ENGINES": forced}

    choice = choose(POSTGRES, environ, every_image)

    assert choice.make is not None
    assert choice.make().url == "postgresql://mine/db"


def test_an_image_that_is_here_makes_a_container() -> None:
    assert choose(POSTGRES, {}, every_image).words == "postgres in a container of errand-test-postgres"


def test_the_image_can_be_named() -> None:
    environ = {"ERRAND_TEST_REDIS_IMAGE": "redis:7"}

    assert choose(REDIS, environ, every_image).words == "redis in a container of redis:7"


def test_without_an_image_the_embedded_engine_serves() -> None:
    assert choose(REDIS, {}, no_image).words == "redis embedded"


def test_the_embedded_engine_can_be_forced() -> None:
    assert choose(REDIS, {"ERRAND_TEST_ENGINES": "embedded"}, every_image).words == "redis embedded"


def test_forced_containers_without_an_image_leave_no_engine() -> None:
    choice = choose(POSTGRES, {"ERRAND_TEST_ENGINES": "containers"}, no_image)

    assert choice.make is None
    assert choice.words == "no docker engine with one of errand-test-postgres, postgres:18"
