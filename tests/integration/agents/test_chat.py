import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.integration.agents.conftest import Client, Finished
from tests.integration.agents.guide import PAYLOAD, REFINE, SESSION, TESTIMONIALS

WITH_TESTIMONIALS = {
    **PAYLOAD,
    **TESTIMONIALS,
    "branding": {**PAYLOAD["branding"], "sections": ["hero", "testimonials", "cta"]},
}


def stored(database: Database, version: int) -> Any:
    return database.execute(sa.text("SELECT page FROM page_versions WHERE number = :n"), {"n": version})[0].page


def test_the_guides_message_refines_the_testimonials_and_nothing_else(
    built: Callable[..., Any], said: Callable[[str, str], Any], database: Database
) -> None:
    built(SESSION, WITH_TESTIMONIALS)

    job = said(SESSION, REFINE)

    before, after = stored(database, 1), stored(database, 2)
    changed = [a["type"] for a, b in zip(before["sections"], after["sections"], strict=True) if a != b]
    assert (job["type"], job["title"], job["description"]) == ("chat", "Chat request", "Asynchronous chat execution")
    assert job["status"] == "completed"
    assert changed == ["testimonials"]
    assert {key: value for key, value in before.items() if key != "sections"} == {
        key: value for key, value in after.items() if key != "sections"
    }


def test_chat_answers_at_once_with_reply_and_job(client: Client) -> None:
    reply = client.post("/v1/agent/chat", json={"message": REFINE}, headers={"X-Session-Id": SESSION})

    assert reply.status_code == 202
    job_id = reply.json()["job_id"]
    assert reply.json() == {"reply": f"Chat job accepted. Poll /v1/jobs/{job_id} for progress.", "job_id": job_id}


def test_a_key_of_one_session_does_not_answer_for_another(client: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    client.post("/v1/agent/chat", json={"message": REFINE, "session_id": "one"}, headers=headers)

    reply = client.post("/v1/agent/chat", json={"message": REFINE, "session_id": "two"}, headers=headers)

    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_reused")


def test_a_message_to_a_session_without_a_page_is_asked_back(said: Callable[[str, str], Any]) -> None:
    job = said("empty", "Make it dark")

    assert job["status"] == "completed"
    assert "clarify" in [event["node"] for event in job["events"]]
    assert job["result"]["version"] is None
    assert "no landing page yet" in job["result"]["reply"]


def test_what_cannot_be_read_is_asked_back_and_changes_nothing(
    client: Client, built: Callable[..., Any], said: Callable[[str, str], Any]
) -> None:
    built(SESSION, PAYLOAD)

    job = said(SESSION, "What is the meaning of life?")

    assert job["status"] == "completed"
    assert job["result"]["version"] is None
    assert job["result"]["reply"]
    assert client.get(f"/v1/landing-pages/session/{SESSION}").json()["version"] == 1


def test_a_message_may_go_back_to_what_was_before(
    built: Callable[..., Any], said: Callable[[str, str], Any], database: Database
) -> None:
    built(SESSION, PAYLOAD)
    said(SESSION, "Switch to the light theme")

    job = said(SESSION, "undo")

    assert stored(database, 2) != stored(database, 1)
    assert job["result"]["version"] == 3
    assert stored(database, 3) == stored(database, 1)


def test_the_history_has_both_sides_in_order(
    client: Client, built: Callable[..., Any], said: Callable[[str, str], Any]
) -> None:
    built(SESSION, PAYLOAD)
    first, second = said(SESSION, "Switch to the light theme"), said(SESSION, "Make it dark")

    history = client.get("/v1/agent/chat/history", headers={"X-Session-Id": SESSION}).json()

    assert [(message["role"], message["content"]) for message in history["messages"]] == [
        ("user", "Switch to the light theme"),
        ("agent", first["result"]["reply"]),
        ("user", "Make it dark"),
        ("agent", second["result"]["reply"]),
    ]


def test_a_long_history_comes_in_pages(client: Client) -> None:
    for number in range(5):
        client.post("/v1/agent/chat", json={"message": f"message {number}", "session_id": "a/b c"})
    seen = []
    path: str | None = "/v1/agent/chat/history?limit=2&session_id=a/b%20c"
    while path:
        reply = client.get(path)
        seen.append([message["content"] for message in reply.json()["messages"]])
        path = reply.headers["Link"].partition(">")[0].lstrip("<") if "Link" in reply.headers else None

    assert seen == [["message 3", "message 4"], ["message 1", "message 2"], ["message 0"]]


def test_jobs_of_a_session_go_one_at_a_time_and_in_order(client: Client, finished: Finished) -> None:
    """All are there before the first is done."""
    ids = [client.post("/v1/agent/init", json={"session_id": SESSION, "payload": PAYLOAD}).json()["job_id"]]
    for message in ("Switch to the light theme", "undo", "Make it dark"):
        ids.append(client.post("/v1/agent/chat", json={"message": message, "session_id": SESSION}).json()["job_id"])

    jobs = [finished(job_id) for job_id in ids]

    assert [job["result"]["version"] for job in jobs] == [1, 2, 3, 4]
    for earlier, later in itertools.pairwise(jobs):
        assert earlier["completed_at"] <= later["started_at"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message": "   ", "session_id": SESSION}, "message_invalid"),
        ({"message": "x" * 20_001, "session_id": SESSION}, None),
        ({"message": "", "session_id": SESSION}, None),
        ({"message": "a\x00", "session_id": SESSION}, "nul_character"),
        ({"session_id": SESSION}, None),
        ({"message": "hello"}, "session_id_missing"),
        ({"message": 5, "session_id": SESSION}, None),
    ],
)
def test_what_is_no_message_is_refused(client: Client, body: Any, code: str | None) -> None:
    reply = client.post("/v1/agent/chat", json=body)

    assert reply.status_code == 422
    assert code in (None, reply.json()["code"])
    assert client.get("/v1/agent/chat/history", params={"session_id": SESSION}).json()["messages"] == []
