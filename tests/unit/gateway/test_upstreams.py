import pytest

from errand.common.ids import Service
from errand.common.settings import SettingsError
from errand.gateway.upstreams import addresses


def test_upstreams_are_named_by_their_services() -> None:
    given = ("incidents=http://127.0.0.1:8102/", "images=https://images.internal")

    assert addresses(given) == {
        Service.INCIDENTS: "http://127.0.0.1:8102",
        Service.IMAGES: "https://images.internal",
    }


@pytest.mark.parametrize(
    "upstream",
    ["incidents", "incidents=", "incidents=127.0.0.1:8102", "incident=http://a", "gateway=http://a", "=http://a"],
)
def test_an_upstream_that_makes_no_sense_is_refused_by_name(upstream: str) -> None:
    with pytest.raises(SettingsError, match="ERRAND_UPSTREAMS"):
        addresses([upstream])
