from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.agents.conftest import Client
from tests.integration.agents.guide import PAYLOAD, SESSION

FORM = {
    **PAYLOAD,
    "advanced": {"formFields": ["name", "email"]},
    "media": {"consentText": "You may write to me.", "privacyPolicyUrl": "https://example.com/privacy"},
}


@pytest.fixture(scope="module")
def address(done: Callable[[str, Any], Any]) -> str:
    """The path of a published page with a form, for tests that change nothing of it."""
    job = done("init", {"session_id": SESSION, "payload": FORM})
    return str(urlsplit(job["result"]["deployment_url"]).path)


@pytest.fixture(scope="module")
def world(shared_client: Client, address: str) -> Client:
    """Whoever calls is nobody, now that the page is there."""
    del shared_client.headers["Authorization"]
    return shared_client


def test_the_world_reads_the_page_and_its_files(world: Client, address: str) -> None:
    page = world.get(address)

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "AuroraAI Automations" in page.text
    assert world.get(f"{address}styles.css").headers["Content-Type"].startswith("text/css")
    assert world.get(f"{address}page.js").headers["Content-Type"].startswith("text/javascript")
    assert "sitemap" in world.get(f"{address}robots.txt").text.lower()


def test_scripts_of_strangers_are_forbidden(world: Client, address: str) -> None:
    policy = world.get(address).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert policy == world.get(f"{address}v/1/").headers["Content-Security-Policy"]


def test_a_version_may_be_kept_for_ever_and_the_current_page_is_asked_for_again(world: Client, address: str) -> None:
    version, current = world.get(f"{address}v/1/"), world.get(address)

    assert "immutable" in version.headers["Cache-Control"]
    assert current.headers["Cache-Control"] == "public, no-cache"
    assert current.content == version.content
    again = world.get(address, headers={"If-None-Match": current.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_without_the_slash_the_page_leads_to_where_its_links_work(world: Client, address: str) -> None:
    reply = world.get(address.rstrip("/"), follow_redirects=False)

    assert (reply.status_code, reply.headers["Location"]) == (308, address)


def test_what_was_asked_for_stays_in_the_address_that_it_leads_to(world: Client, address: str) -> None:
    """Campaigns count their visitors by it."""
    page = world.get(f"{address.rstrip('/')}?utm_source=mail&utm_medium=a%20b", follow_redirects=False)
    version = world.get(f"{address}v/1?utm_source=mail", follow_redirects=False)

    assert page.headers["Location"] == f"{address}?utm_source=mail&utm_medium=a%20b"
    assert version.headers["Location"] == f"{address}v/1/?utm_source=mail"
    assert world.get(f"{address}?utm_source=mail", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("file", ["", "styles.css", "v/1/"])
def test_head_tells_what_get_would(world: Client, address: str, file: str) -> None:
    whole, head = world.get(f"{address}{file}"), world.head(f"{address}{file}")

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Security-Policy"):
        assert head.headers[name] == whole.headers[name]
    assert world.head(f"{address}nothing").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [("{etag}", 304), ("W/{etag}", 304), ('"x", W/{etag}', 304), ("*", 304), ('"x"', 200), ('W/"x"', 200)],
)
def test_a_client_may_name_all_that_it_has(world: Client, address: str, asked: str, status: int) -> None:
    etag = world.get(address).headers["ETag"]

    assert world.get(address, headers={"If-None-Match": asked.format(etag=etag)}).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        *("nothing.html", "v/2/", "v/1/nothing", "../../x", "%2e%2e/"),
        *("v/0/", "v/-1/", "v/5000000000/", "v/99999999999999999999/", "v/99999999999999999999/styles.css"),
    ],
)
def test_what_is_not_published_is_not_found(world: Client, address: str, path: str) -> None:
    assert world.get(f"{address}{path}").status_code == 404


def test_a_form_is_kept_for_the_pages_owner(client: Client, built: Callable[..., Any]) -> None:
    result = built(SESSION, FORM)["result"]
    path = urlsplit(result["deployment_url"]).path
    filled = {"name": "Ada", "email": "ada@example.com", "consent": "on", "website_": "", "extra": "ignored"}

    reply = client.post(f"{path}form", data=filled, headers={"Authorization": ""}, follow_redirects=False)
    preview = client.post(f"{path}v/1/form", data={**filled, "name": "Bob"}, follow_redirects=False)

    assert (reply.status_code, reply.headers["Location"]) == (303, "./#thanks")
    assert preview.status_code == 303
    items = client.get(f"/v1/landing-pages/{result['landing_page_id']}/submissions").json()["items"]
    assert [item["fields"] for item in items] == [
        {"name": "Bob", "email": "ada@example.com", "consent": True},
        {"name": "Ada", "email": "ada@example.com", "consent": True},
    ]


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(client: Client, built: Callable[..., Any]) -> None:
    result = built(SESSION, FORM)["result"]
    path = urlsplit(result["deployment_url"]).path

    reply = client.post(
        f"{path}form", data={"email": "a@b.c", "consent": "on", "website_": "http://spam"}, follow_redirects=False
    )

    assert reply.status_code == 303
    assert client.get(f"/v1/landing-pages/{result['landing_page_id']}/submissions").json()["items"] == []


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"name": "Ada", "consent": "on"}, "email"),
        ({"name": "Ada", "email": " ", "consent": "on"}, "email"),
        ({"name": "Ada", "email": "ada@example.com"}, "consent"),
        ({"name": "x" * 5_001, "email": "ada@example.com", "consent": "on"}, "name"),
    ],
)
def test_a_form_that_is_not_filled_in_is_refused(world: Client, address: str, filled: Any, field: str) -> None:
    reply = world.post(f"{address}form", data=filled)

    assert (reply.status_code, reply.json()["code"]) == (422, "submission_invalid")
    assert [error["field"] for error in reply.json()["errors"]] == [field]


@pytest.mark.parametrize("number", [0, 2, 5_000_000_000])
def test_a_version_that_there_is_not_takes_no_form(world: Client, address: str, number: int) -> None:
    filled = {"name": "Ada", "email": "ada@example.com", "consent": "on"}

    assert world.post(f"{address}v/{number}/form", data=filled, follow_redirects=False).status_code == 404


def test_of_several_values_of_one_field_the_last_counts(client: Client, built: Callable[..., Any]) -> None:
    result = built(SESSION, FORM)["result"]
    path = urlsplit(result["deployment_url"]).path
    content = "name=Eve&name=Ada&email=ada%40example.com&consent=on"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    client.post(f"{path}form", content=content, headers=headers, follow_redirects=False)

    (item,) = client.get(f"/v1/landing-pages/{result['landing_page_id']}/submissions").json()["items"]
    assert item["fields"]["name"] == "Ada"


def test_a_page_without_a_form_takes_none(client: Client, built: Callable[..., Any]) -> None:
    path = urlsplit(built("other", {"campaign": {"productName": "Quiet"}})["result"]["deployment_url"]).path

    assert client.post(f"{path}form", data={"email": "a@b.c"}).status_code == 404
