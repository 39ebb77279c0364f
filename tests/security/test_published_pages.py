"""Published pages are open to everybody, and lead nobody astray."""

import io
import secrets
import zipfile
from typing import Any

import httpx2
import pytest

from tests.security import wire
from tests.security.conftest import Query
from tests.security.operations import VISITOR
from tests.security.people import Person, PublishedPage
from tests.stack import Stack

ELSEWHERE = "elsewhere.example"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def address(page: PublishedPage) -> str:
    return f"/p/{page.slug}/"


@pytest.mark.parametrize("path", ["", "v/1/", "index.html", "v/1/index.html", "styles.css", "page.js", "tokens.json"])
def test_everything_of_a_page_comes_under_a_policy(client: httpx2.Client, address: str, path: str) -> None:
    answer = client.get(address + path)

    assert answer.status_code == 200
    policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    ours = ("script-src", "style-src", "connect-src", "font-src", "form-action")
    assert {policy[name] for name in ours} == {"'self'"}
    assert {policy[name] for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["v/0/", "v/2/", "v/-1/", "v/99999999999999999999/", "v/1_0/", "v/1/v/1/", "%2e%2e%2f", "..%5c", "//{elsewhere}",
     "styles.css%00", "%0d%0aX:%20y", "index.html;x", "v/1/../../../v1/jobs", "'%20OR%201=1", "%E2%80%A8"],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["", "/"])
def test_an_address_that_nothing_was_published_at_leads_nowhere(
    stack: Stack, address: str, path: str, ending: str
) -> None:
    target = address + path.format(elsewhere=ELSEWHERE).rstrip("/") + ending

    (answer,) = wire.exchange(stack, wire.last(target))

    assert (answer.status, answer.is_problem) == (404, True)
    assert "Location" not in answer.headers


@pytest.mark.parametrize("query", ["", "?next=//elsewhere.example", "?//elsewhere.example/"])
def test_a_redirect_stays_with_the_page(client: httpx2.Client, address: str, query: str) -> None:
    host = {"Host": ELSEWHERE, "X-Forwarded-Host": ELSEWHERE, "Forwarded": f"host={ELSEWHERE}"}
    answer = client.get(address.rstrip("/") + query, headers=host)
    submitted = client.post(f"{address}form{query}", data=VISITOR, headers=host)

    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (308, address)
    assert (submitted.status_code, submitted.headers["Location"]) == (303, "./#thanks")


def test_a_page_is_the_same_whatever_it_is_asked_for_as(client: httpx2.Client, address: str) -> None:
    """Else one visitor could have a cache hold something for all others."""
    plain = client.get(address)
    names = (
        "Host",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Prefix",
        "X-Original-URL",
        "Origin",
        "Cookie",
    )

    for name in names:
        answer = client.get(address, headers={name: ELSEWHERE})
        assert answer.content == plain.content
        assert ELSEWHERE not in str(answer.headers)


def test_no_other_site_reads_a_page_or_its_form(client: httpx2.Client, address: str) -> None:
    origin = {"Origin": f"https://{ELSEWHERE}"}
    answers = [
        client.get(address, headers=origin),
        client.post(f"{address}form", data=VISITOR, headers=origin),
        client.options(address, headers={**origin, "Access-Control-Request-Method": "POST"}),
    ]

    names = {name for answer in answers for name in answer.headers}
    assert not [name for name in names if name.startswith("access-control-")]


def test_what_a_visitor_sends_comes_to_the_owner_as_text(
    client: httpx2.Client, page: PublishedPage, address: str, ada: Person
) -> None:
    mark = secrets.token_hex(8)
    given = {**VISITOR, "name": f"{mark}{MARKUP}", "other": "x", "page_id": "x"}

    assert client.post(f"{address}form", data=given).status_code == 303
    uploaded = {name: (f"../{name}.html", value, "text/html") for name, value in given.items()}
    assert client.post(f"{address}v/1/form", files=uploaded).status_code == 303

    answer = ada.call("GET", f"/v1/landing-pages/{page.id}/submissions")
    kept = [item["fields"] for item in answer.json()["items"] if mark in item["fields"]["name"]]
    assert kept == [{"name": f"{mark}{MARKUP}", "email": VISITOR["email"], "consent": True}] * 2
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("form", {"data": {}}),
    "too much": ("form", {"data": {**VISITOR, "name": "x" * 5001}}),
    "no consent": ("form", {"data": {**VISITOR, "consent": ""}}),
    "JSON": ("form", {"json": VISITOR}),
    "a document": ("form", {"content": MARKUP, "headers": {"Content-Type": "text/html"}}),
    "bytes for a text": ("form", {"files": {name: ("x", b"\xff\0") for name in VISITOR}}),
    "another version": ("v/2/form", {"data": VISITOR}),
    "no version": ("v/99999999999999999999/form", {"data": VISITOR}),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_the_form_does_not_ask_for_is_refused(client: httpx2.Client, address: str, way: str, query: Query) -> None:
    path, options = REFUSED[way]
    before = query("SELECT count(*) FROM agents.form_submissions")

    answer = client.post(address + path, **options)

    assert answer.status_code in (400, 404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert MARKUP not in answer.text
    assert query("SELECT count(*) FROM agents.form_submissions") == before


def test_a_page_that_is_gone_takes_nothing_any_more(client: httpx2.Client, ada: Person) -> None:
    page = ada.publish_page()
    assert ada.call("DELETE", f"/v1/landing-pages/{page.id}").status_code == 204

    answers = [client.get(f"/p/{page.slug}/"), client.post(f"/p/{page.slug}/form", data=VISITOR)]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_export_is_a_download_of_files_without_folders(ada: Person, page: PublishedPage) -> None:
    zipped = ada.call("GET", f"/v1/landing-pages/{page.id}/export.zip")
    single = ada.call("GET", f"/v1/landing-pages/{page.id}/export.html")

    for answer in (zipped, single):
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{page.slug}-v1.')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    names = zipfile.ZipFile(io.BytesIO(zipped.content)).namelist()
    assert names
    assert not [name for name in names if not name.replace(".", "").isalnum()]
