import pytest

from errand.common.identity import new_keys
from errand.common.settings import SettingsError, load
from errand.gateway.settings import Settings

NEEDED = {
    "ERRAND_DATABASE_URL": "postgresql://localhost/errand",
    "ERRAND_REDIS_URL": "redis://localhost",
    "ERRAND_SIGNING_KEY": new_keys()[0],
}


def test_lists_are_written_with_commas() -> None:
    environ = {**NEEDED, "ERRAND_PORTS": "8000, 8001", "ERRAND_UPSTREAMS": "incidents=http://a,images=http://b"}

    settings = load(Settings, environ)

    assert settings.ports == (8000, 8001)
    assert settings.upstreams == ("incidents=http://a", "images=http://b")


def test_nobody_is_anonymous_unless_a_deployment_says_so() -> None:
    assert not load(Settings, NEEDED).incidents_allow_anonymous


def test_a_signing_key_of_another_shape_is_refused() -> None:
    with pytest.raises(SettingsError, match="signing_key"):
        load(Settings, {**NEEDED, "ERRAND_SIGNING_KEY": "c2hvcnQ="})
