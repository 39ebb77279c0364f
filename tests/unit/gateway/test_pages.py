from typing import Any

import pytest
from litestar.exceptions import NotFoundException

from errand.gateway.pages import PagesOrigin
from errand.gateway.routes import Routes

PAGES = PagesOrigin("https://Pages.example.com")
ROUTES = Routes()


def redirection(origin: PagesOrigin, host: str, path: str, query: bytes = b"") -> bytes | None:
    match = ROUTES.match(path)
    assert match is not None
    scope: Any = {"raw_path": path.encode(), "query_string": query}
    return origin.redirection(match.route, {b"host": host.encode()}, scope)


def test_pages_have_their_own_origin() -> None:
    assert redirection(PAGES, "pages.example.com", "/p/quiet-x/") is None
    assert redirection(PAGES, "api.example.com", "/v1/jobs") is None


def test_a_page_on_another_host_leads_to_its_own() -> None:
    found = redirection(PAGES, "api.example.com", "/p/quiet-x/v/1/", b"utm=1")

    assert found == b"https://Pages.example.com/p/quiet-x/v/1/?utm=1"


@pytest.mark.parametrize("path", ["/v1/jobs", "/api/auth/login", "/docs", "/incident/run"])
def test_there_is_nothing_else_at_the_pages_origin(path: str) -> None:
    with pytest.raises(NotFoundException):
        redirection(PAGES, "pages.example.com", path)


def test_sockets_are_not_there_either() -> None:
    scope: Any = {"headers": [(b"host", b"PAGES.example.com")]}

    assert not PAGES.admits(scope)
    assert PagesOrigin("").admits(scope)


@pytest.mark.parametrize("host", ["pages.example.com", "api.example.com", ""])
@pytest.mark.parametrize("path", ["/p/quiet-x/", "/v1/jobs"])
def test_without_one_everything_is_beside_each_other(host: str, path: str) -> None:
    assert redirection(PagesOrigin(""), host, path) is None
