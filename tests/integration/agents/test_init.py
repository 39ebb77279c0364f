import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from tests.integration.agents.conftest import PAGES_URL, Client, Finished
from tests.integration.agents.guide import PAYLOAD, SESSION

NODES = ["router", "design_planner", "designer_tools", "designer", "coder_tools", "coder", "check", "deployer"]
BODY = {"session_id": SESSION, "payload": PAYLOAD}


def test_init_answers_at_once_with_job_session_and_page(client: Client) -> None:
    reply = client.post("/v1/agent/init", json=BODY)

    assert reply.status_code == 202
    assert reply.json().keys() == {"job_id", "session_id", "landing_page_id"}
    assert reply.json()["session_id"] == SESSION
    assert reply.headers["Location"] == f"/v1/jobs/{reply.json()['job_id']}"
    assert client.get(f"/v1/landing-pages/{reply.json()['landing_page_id']}").json()["status"] == "pending"


def test_a_session_has_one_page(client: Client) -> None:
    first = client.post("/v1/agent/init", json=BODY).json()
    second = client.post("/v1/agent/init", json=BODY).json()

    assert first["landing_page_id"] is not None
    assert second["landing_page_id"] is None
    assert second["job_id"] != first["job_id"]


def test_of_briefs_that_come_at_once_one_brings_the_page(client: Client) -> None:
    with ThreadPoolExecutor(4) as threads:
        replies = list(threads.map(lambda _: client.post("/v1/agent/init", json=BODY).json(), range(8)))

    (page,) = client.get("/v1/landing-pages").json()["items"]
    assert [reply["landing_page_id"] for reply in replies if reply["landing_page_id"]] == [page["id"]]


def test_a_brief_for_a_page_that_is_there_is_the_newest_that_works_on_it(client: Client) -> None:
    page_id = client.post("/v1/agent/init", json=BODY).json()["landing_page_id"]
    before = client.get(f"/v1/landing-pages/{page_id}").json()
    job_id = client.post("/v1/agent/init", json=BODY).json()["job_id"]

    page = client.get(f"/v1/landing-pages/{page_id}").json()
    assert page["job_id"] == job_id
    assert page["updated_at"] > before["updated_at"]


def test_the_same_key_gives_the_same_answer(client: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = client.post("/v1/agent/init", json=BODY, headers=headers)
    second = client.post("/v1/agent/init", json=BODY, headers=headers)

    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "request_",
    [
        {"json": BODY},
        {"json": {"payload": PAYLOAD}, "headers": {"X-Session-Id": SESSION}},
        {"json": BODY, "headers": {"X-Session-Id": "another"}},
        {"json": PAYLOAD, "headers": {"X-Session-Id": SESSION}},
        {"json": {**PAYLOAD, "session_id": SESSION}},
        {"data": {"session_id": SESSION}, "files": {"payload": (None, json.dumps(PAYLOAD))}},
        {"data": {"session_id": SESSION}, "files": {"payload": ("payload.json", json.dumps(PAYLOAD))}},
        {"files": {"payload": (None, json.dumps(PAYLOAD))}, "headers": {"X-Session-Id": SESSION}},
    ],
    ids=["wrapped", "header", "body over header", "bare", "bare with session", "part", "file", "part and header"],
)
def test_a_brief_comes_in_many_ways(client: Client, finished: Finished, request_: Any) -> None:
    reply = client.post("/v1/agent/init", **request_)

    assert reply.json()["session_id"] == SESSION
    assert finished(reply.json()["job_id"])["status"] == "completed"
    page = client.get(f"/v1/landing-pages/{reply.json()['landing_page_id']}").json()
    assert page["title"] == "AuroraAI Automations"


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"json": {"payload": PAYLOAD}}, 422, "session_id_missing"),
        ({"json": {"payload": PAYLOAD, "session_id": " "}}, 422, "session_id_missing"),
        ({"json": {"payload": PAYLOAD, "session_id": "x" * 201}}, 422, "session_id_invalid"),
        ({"json": {"payload": PAYLOAD, "session_id": "a\x00b"}}, 422, "session_id_invalid"),
        ({"json": {"payload": PAYLOAD, "session_id": 7}}, 422, "unprocessable"),
        ({"json": {"payload": [PAYLOAD], "session_id": SESSION}}, 422, "unprocessable"),
        ({"json": [PAYLOAD]}, 422, "unprocessable"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400, "malformed_body"),
        ({"content": b"\xff", "headers": {"Content-Type": "text/plain"}}, 422, "unsupported_media_type"),
        ({"data": {"session_id": SESSION}, "files": {"brief": (None, "{}")}}, 422, "unprocessable"),
    ],
)
def test_what_is_no_brief_is_refused(client: Client, request_: Any, status: int, code: str) -> None:
    reply = client.post("/v1/agent/init", **request_)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert client.get("/v1/landing-pages").json()["total"] == 0


def test_a_field_of_the_wrong_type_is_named(client: Client) -> None:
    payload = {"branding": {"sections": 7}}

    reply = client.post("/v1/agent/init", json={"session_id": SESSION, "payload": payload})

    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["payload.branding.sections"]


def test_the_guides_payload_becomes_its_page(client: Client, built: Callable[..., Any]) -> None:
    job = built(SESSION, PAYLOAD)
    page = client.get(f"/v1/landing-pages/session/{SESSION}").json()

    assert (job["type"], job["title"], job["description"]) == (
        "init",
        "Init request",
        "Asynchronous init graph execution",
    )
    assert job["status"] == "completed"
    assert page["status"] == "generated"
    assert [section["id"] for section in page["sections"]] == [
        *("nav", "hero", "features", "stats", "pricing", "cta", "faq"),
        *("contact", "footer"),  # what the page asks its visitors for needs a form
    ]
    assert page["deployment_url"] == job["result"]["deployment_url"]
    assert page["deployment_url"].startswith(f"{PAGES_URL}/p/auroraai-automations-")
    assert page["preview_url"] == f"{page['deployment_url']}v/1/"


def test_each_node_tells_when_it_begins_and_when_it_is_done(built: Callable[..., Any]) -> None:
    events = built(SESSION, PAYLOAD)["events"]

    assert [event["node"] for event in events if event["event_type"] == "node_completed"] == NODES
    begun = Counter(event["node"] for event in events if event["event_type"] == "node_started")
    assert begun == Counter(NODES)
    assert events[-1]["node"] == "__end__"
    assert events[-1]["event_type"] == "job_completed"
    assert [event["message"] for event in events if event["event_type"] == "node"] == ["Planning next steps..."]


def test_the_planner_counts_and_the_tools_count_without_telling_what_is_in_the_files(built: Callable[..., Any]) -> None:
    events = built(SESSION, PAYLOAD)["events"]

    (plan,) = [e["data"] for e in events if (e["node"], e["event_type"]) == ("design_planner", "node_completed")]
    assert plan["theme"] == "dark"
    assert {"color_count", "typography_count", "section_count", "animation_count"} <= plan.keys()
    assert plan["section_count"] == 9
    for event in events:
        if event["event_type"] == "tool":
            assert event["node"].endswith("_tools")
            assert {"tool_name", "tool_call_id", "file_count", "edit_count"} <= event["data"].keys()
            assert event["message"] == (
                f"Updated {event['data']['file_count']} file(s) with {event['data']['edit_count']} edit(s)"
            )
            assert "AuroraAI" not in json.dumps(event)


def test_a_brief_for_the_same_session_makes_the_next_version(client: Client, built: Callable[..., Any]) -> None:
    first = built(SESSION, PAYLOAD)["result"]
    second = built(SESSION, {**PAYLOAD, "branding": {"theme": "light"}})["result"]

    assert second["landing_page_id"] == first["landing_page_id"]
    assert (first["version"], second["version"]) == (1, 2)


def test_two_users_with_one_session_id_do_not_see_each_other(
    client: Client, sign_in: Callable[[], UUID], built: Callable[..., Any]
) -> None:
    first = built(SESSION, PAYLOAD)
    sign_in()
    assert client.get(f"/v1/landing-pages/session/{SESSION}").status_code == 404
    assert client.get(f"/v1/jobs/{first['id']}").status_code == 404

    second = built(SESSION, {"campaign": {"productName": "Another"}})["result"]

    assert second["landing_page_id"] != first["result"]["landing_page_id"]
    assert client.get("/v1/landing-pages").json()["total"] == 1
    assert client.get(f"/v1/landing-pages/{first['result']['landing_page_id']}").status_code == 404


@pytest.mark.parametrize("session_id", ["日本", "é", "campaign 42"])
def test_a_session_has_one_name_in_headers_and_bodies(client: Client, session_id: str) -> None:
    headers = {b"X-Session-Id": session_id.encode()}
    reply = client.post("/v1/agent/init", json={"payload": {}}, headers=headers)
    client.post("/v1/agent/chat", json={"message": "Make it dark"}, headers=headers)
    history = client.get("/v1/agent/chat/history", params={"session_id": session_id}).json()

    assert reply.json()["session_id"] == session_id
    assert [message["content"] for message in history["messages"]] == ["Make it dark"]


@pytest.mark.parametrize(
    "session_id", ["../../etc/passwd", "a/b", "..", "C:\\x", "%2e%2e", "'; DROP TABLE jobs", "日本"]
)
def test_a_session_id_is_only_a_string(client: Client, built: Callable[..., Any], session_id: str) -> None:
    job = built(session_id, {"campaign": {"productName": "Quiet"}})

    (page,) = client.get("/v1/landing-pages", params={"session_id": session_id}).json()["items"]
    assert job["status"] == "completed"
    assert page["session_id"] == session_id
    assert page["deployment_url"].startswith(f"{PAGES_URL}/p/quiet-")
