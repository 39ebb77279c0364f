import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.integration.agents.conftest import Client, Finished, introduction
from tests.integration.agents.guide import PAYLOAD, SESSION
from tests.waiting import until

_WAITING = sa.text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")

PAGE_FIELDS = {
    *("id", "user_id", "session_id", "status", "preview_url", "deployment_url", "sections", "created_at", "updated_at")
}


@pytest.fixture
def page(client: Client, built: Callable[..., Any], said: Callable[[str, str], Any]) -> Any:
    """In two versions: dark, then light."""
    built(SESSION, PAYLOAD)
    said(SESSION, "Switch to the light theme")
    return client.get(f"/v1/landing-pages/session/{SESSION}").json()


@pytest.fixture(scope="module")
def shared_page(shared_client: Client, done: Callable[[str, Any], Any]) -> Any:
    """Like `page`, for tests that change nothing of it."""
    done("init", {"session_id": SESSION, "payload": PAYLOAD})
    done("chat", {"session_id": SESSION, "message": "Switch to the light theme"})
    return shared_client.get(f"/v1/landing-pages/session/{SESSION}").json()


def test_a_page_has_the_contracts_fields(shared_client: Client, shared_page: Any) -> None:
    client, page = shared_client, shared_page

    assert page.keys() >= PAGE_FIELDS
    assert all(section.keys() == {"id", "name", "filename"} for section in page["sections"])
    assert client.get(f"/v1/landing-pages/{page['id']}").json() == page
    assert client.get("/v1/landing-pages").json() == {
        "items": [page],
        "total": 1,
        "page": 1,
        "page_size": 20,
        "total_pages": 1,
    }


def test_pages_come_newest_first_and_in_pages(client: Client) -> None:
    for number in range(3):
        client.post("/v1/agent/init", json={"session_id": f"s{number}", "payload": {}})

    first = client.get("/v1/landing-pages?page_size=2").json()
    second = client.get("/v1/landing-pages?page_size=2&page=2").json()

    assert [item["session_id"] for item in first["items"] + second["items"]] == ["s2", "s1", "s0"]
    assert (first["total"], first["total_pages"]) == (3, 2)


def test_the_title_may_be_changed(client: Client, page: Any) -> None:
    changed = client.patch(f"/v1/landing-pages/{page['id']}", json={"title": "Spring campaign"}).json()

    assert changed["title"] == "Spring campaign"
    assert changed["updated_at"] > page["updated_at"]
    assert client.get(f"/v1/landing-pages/{page['id']}").json() == changed


@pytest.mark.parametrize(
    "body",
    [{}, {"title": ""}, {"title": "  "}, {"title": "a\x00"}, {"title": "x" * 201}, {"slug": "mine"}, []],
)
def test_a_change_that_is_none_is_refused(shared_client: Client, shared_page: Any, body: Any) -> None:
    assert shared_client.patch(f"/v1/landing-pages/{shared_page['id']}", json=body).status_code == 422


def test_versions_are_listed_and_an_earlier_one_is_restored(client: Client, page: Any) -> None:
    path = f"/v1/landing-pages/{page['id']}"
    versions = client.get(f"{path}/versions").json()["items"]
    restored = client.post(f"{path}/versions/1/restore").json()

    assert [(version["number"], version["current"]) for version in versions] == [(2, True), (1, False)]
    assert versions[1]["preview_url"].endswith("/v/1/")
    assert "missing" in versions[0]["report"]
    assert restored["version"] == 1
    assert restored["deployment_url"] == page["deployment_url"]
    for number in (0, -1, 3, 5_000_000_000, 10**30):
        assert client.post(f"{path}/versions/{number}/restore").json()["code"] == "version_not_found"


def test_the_next_change_begins_with_the_restored_version(
    client: Client, page: Any, said: Callable[[str, str], Any]
) -> None:
    client.post(f"/v1/landing-pages/{page['id']}/versions/1/restore")

    job = said(SESSION, "Make it dark")

    assert job["result"]["version"] == 3
    assert "already" in job["result"]["reply"]


@pytest.mark.parametrize(
    "change", [("PATCH", "", {"title": "Spring"}), ("POST", "/versions/1/restore", None)], ids=["rename", "restore"]
)
def test_a_change_that_meets_the_deletion_of_its_page_finds_none(
    client: Client, page: Any, database: Database, change: tuple[str, str, Any]
) -> None:
    method, path, body = change
    with ThreadPoolExecutor() as threads:
        with database.transaction() as tx:
            tx.execute(sa.text("DELETE FROM landing_pages"))
            answer = threads.submit(client.request, method, f"/v1/landing-pages/{page['id']}{path}", json=body)
            until(lambda: database.execute(_WAITING))
        assert answer.result().json()["code"] == "landing_page_not_found"


def test_a_session_id_that_can_be_none_is_no_filter(client: Client) -> None:
    reply = client.get("/v1/landing-pages", params={"session_id": "a\x00"})

    assert (reply.status_code, reply.json()["code"]) == (422, "session_id_invalid")


def test_a_page_is_exported_as_zip_and_as_one_file(shared_client: Client, shared_page: Any) -> None:
    path = f"/v1/landing-pages/{shared_page['id']}"
    archive = shared_client.get(f"{path}/export.zip")
    single = shared_client.get(f"{path}/export.html", params={"version": 1})

    with zipfile.ZipFile(io.BytesIO(archive.content)) as files:
        assert files.testzip() is None
        assert {"index.html", "styles.css"} <= set(files.namelist())
        assert "AuroraAI Automations" in files.read("index.html").decode()
    assert archive.headers["Content-Type"] == "application/zip"
    assert archive.headers["Content-Disposition"].startswith("attachment")
    assert single.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "AuroraAI Automations" in single.text
    assert '<link rel="stylesheet"' not in single.text
    assert shared_client.get(f"{path}/export.zip?version=9").status_code == 404


def test_a_deleted_page_is_gone_and_its_session_may_begin_anew(
    client: Client, page: Any, built: Callable[..., Any]
) -> None:
    path = f"/v1/landing-pages/{page['id']}"
    slug = page["deployment_url"].split("/")[-2]

    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get(f"/p/{slug}/").status_code == 404
    assert client.get("/v1/agent/chat/history", params={"session_id": SESSION}).json()["messages"] == []
    assert built(SESSION, PAYLOAD)["result"]["version"] == 1


def test_a_job_whose_page_was_deleted_before_it_ran_fails_with_a_reason(
    client: Client, request: pytest.FixtureRequest
) -> None:
    reply = client.post("/v1/agent/init", json={"session_id": SESSION, "payload": PAYLOAD}).json()
    client.delete(f"/v1/landing-pages/{reply['landing_page_id']}")

    finished: Finished = request.getfixturevalue("finished")
    job = finished(reply["job_id"])

    assert (job["status"], job["error_message"]) == ("failed", "Landing page not found")


def test_nothing_of_somebody_elses_page_is_found(
    shared_client: Client, shared_page: Any, keys: tuple[str, str]
) -> None:
    path = f"/v1/landing-pages/{shared_page['id']}"
    somebody_else = introduction(keys)
    answers = [
        shared_client.request(method, address, json=body, headers=somebody_else)
        for method, address, body in (
            ("GET", path, None),
            ("PATCH", path, {"title": "Mine"}),
            ("DELETE", path, None),
            ("GET", f"{path}/versions", None),
            ("POST", f"{path}/versions/1/restore", None),
            ("GET", f"{path}/export.zip", None),
            ("GET", f"{path}/export.html", None),
            ("GET", f"{path}/submissions", None),
            ("GET", f"/v1/landing-pages/{uuid4()}", None),
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} == {"landing_page_not_found"}
