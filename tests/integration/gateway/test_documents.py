"""The documents as the gateway serves them, while services come and go."""

import socket
from collections.abc import Iterator

import pytest
from litestar import Litestar, get

from errand.common.http.app import create_service_app
from errand.common.identity import Verifier
from errand.gateway.documents import library
from tests.integration.gateway.conftest import PUBLIC_KEY, Gateway, StartGateway
from tests.integration.gateway.serving import serving

PATH = "/incident/weather"


@get(PATH, operation_id="getWeather", tags=["incidents"], sync_to_thread=False)
def weather() -> str:
    """How it is outside."""
    return "sunny"


@pytest.fixture
def service() -> Litestar:
    return create_service_app(
        "Weather", [weather], verifier=Verifier(PUBLIC_KEY, "incidents"), checks={}, dependencies={}
    )


@pytest.fixture
def port() -> int:
    """Where nobody listens yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def gateway(start_gateway: StartGateway, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Reads the service's document for every request."""
    monkeypatch.setattr(library, "FRESH_S", 0)
    monkeypatch.setattr(library, "_RETRY_S", 0)
    with start_gateway(upstreams=(f"incidents=http://127.0.0.1:{port}",)) as gateway:
        yield gateway


def test_a_service_appears_when_it_comes_up_and_stays_when_it_goes_down(
    gateway: Gateway, service: Litestar, port: int
) -> None:
    before = gateway.get("/openapi.json")
    with serving(service, port):
        while_up = gateway.get("/openapi.json")
    after = gateway.get("/openapi.json")

    assert PATH not in before.json()["paths"]
    assert before.headers["Cache-Control"] == "no-store"
    assert while_up.json()["paths"][PATH]["get"]["description"] == "How it is outside."
    assert while_up.headers["Cache-Control"] == "public, max-age=60"
    assert after.content == while_up.content


@pytest.mark.parametrize("path", ["/openapi.json", "/asyncapi.json", "/docs", "/docs/docs.js"])
def test_who_has_a_document_is_not_sent_it_again(gateway: Gateway, path: str) -> None:
    first = gateway.get(path)
    second = gateway.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, second.status_code) == (200, 304)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.content == b""


def test_the_page_is_made_of_files_of_its_own(gateway: Gateway) -> None:
    page = gateway.get("/docs/")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert gateway.get("/docs/docs.js").headers["Content-Type"].startswith("text/javascript")
    assert gateway.get("/docs/../app.py").status_code == 404
    assert gateway.get("/docs/app.py").status_code == 404
