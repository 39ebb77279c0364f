"""The incident guide, example by example."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.incidents.conftest import Client

TEXT = "Container MSKU1234567 is missing from terminal"
JSON = {"Content-Type": "application/json"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def nested(levels: int) -> Any:
    """A payload of so many levels."""
    payload: Any = {}
    for _ in range(levels - 1):
        payload = {"a": payload}
    return {"a": payload}


def test_a_report_gets_an_id_at_once(client: Client) -> None:
    reply = client.post("/incident/run", data={"incident_text": TEXT})

    run = reply.json()
    assert reply.status_code == 202
    assert reply.headers["Location"] == f"/incident/run/{run['run_id']}"
    assert reply.headers["Retry-After"] == "1"
    assert TIMESTAMP.fullmatch(run["created_at"])
    assert run | {"run_id": 0, "created_at": 0} == {
        "run_id": 0,
        "status": "queued",
        "created_at": 0,
        "started_at": None,
        "completed_at": None,
        "result": None,
        "error": None,
        "progress": 0,
        "current_step": None,
        "seq": 1,
    }


def test_the_run_comes_to_its_analysis(analysed: Callable[..., Any]) -> None:
    run = analysed(data={"incident_text": TEXT})

    analysis = run["result"]["incident_analysis"]
    assert (run["status"], run["error"], run["progress"], run["current_step"]) == ("completed", None, 100, "done")
    assert list(analysis)[:2] == ["incident_type", "severity"]
    assert (analysis["incident_type"], analysis["severity"]) == ("Container Management", "Medium")
    assert any("MSKU1234565" in item["action"] for item in analysis["recommendations"])
    assert analysis["provenance"]["provider"] == "offline"
    for moment in ("created_at", "started_at", "completed_at"):
        assert TIMESTAMP.fullmatch(run[moment])


@pytest.mark.parametrize(
    "request_body",
    [
        {"data": {"incident_text": TEXT}},
        {"files": {"incident_text": (None, TEXT)}},
        {"files": {"incident_text": ("report.txt", TEXT.encode())}},
        {"json": {"incident_text": TEXT}},
        {"json": {"incident_type": "Container", "severity": "Medium", "payload": {"note": TEXT, "boxes": [1, 2]}}},
    ],
    ids=["urlencoded", "multipart", "multipart file", "json", "structured json"],
)
def test_a_report_may_come_in_any_of_the_usual_forms(
    analysed: Callable[..., Any], request_body: dict[str, Any]
) -> None:
    analysis = analysed(**request_body)["result"]["incident_analysis"]

    assert analysis["incident_type"] == "Container Management"
    assert analysis["entities"]["containers"][0]["value"] == "MSKU1234567"


def test_three_different_texts_get_three_different_analyses(analysed: Callable[..., Any]) -> None:
    texts = [
        TEXT,
        "Ransomware on the file servers: a note on every screen, the hosts of the operations network are encrypted.",
        "CODECO messages to the customs interface fail with HTTP 503 since 08:15.",
    ]

    analyses = [analysed(data={"incident_text": text})["result"]["incident_analysis"] for text in texts]

    assert len({analysis["incident_type"] for analysis in analyses}) == 3
    assert analyses[1]["severity"] == "Critical"
    assert len({analysis["recommendations"][0]["action"] for analysis in analyses}) == 3


def test_text_keeps_its_letters_however_it_is_encoded(analysed: Callable[..., Any]) -> None:
    raw = "incident_text=Vessel Émeraude reports a reefer alarm".encode()

    run = analysed(content=raw, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert run["result"]["incident_analysis"]["entities"]["vessels"][0]["value"] == "Émeraude"


def test_a_bare_body_without_a_media_type_is_read_as_a_form(client: Client) -> None:
    assert client.post("/incident/run", content=b"incident_text=Test+incident").status_code == 202


@pytest.mark.parametrize(
    ("request_body", "status", "code"),
    [
        ({"data": {}}, 422, "incident_text_missing"),
        ({"data": {"incident_text": ""}}, 422, "incident_text_missing"),
        ({"data": {"incident_text": " \n\t "}}, 422, "incident_text_missing"),
        ({"data": {"incident_text": "\u200b\u2060"}}, 422, "incident_text_missing"),
        ({"json": {}}, 422, "incident_text_missing"),
        ({"json": {"incident_text": None}}, 422, "incident_text_missing"),
        ({"data": {"incident_text": "x" * 20_001}}, 422, "incident_text_too_long"),
        ({"json": {"payload": {"x" * 15_000: ["a"] * 2}}}, 422, "incident_text_too_long"),
        ({"json": {"payload": {"x" * 100_000: [1] * 100_000}}}, 422, "incident_text_too_long"),
        ({"json": {"incident_text": TEXT, "payload": {"x" * 20_001: {}}}}, 422, "incident_text_too_long"),
        ({"json": {"incident_text": TEXT, "payload": nested(33)}}, 422, "payload_too_deep"),
        ({"json": {"incident_text": TEXT, "payload": nested(900)}}, 422, "payload_too_deep"),
        ({"data": {"incident_text": "a\x00b"}}, 422, "nul_character"),
        ({"json": {"incident_text": 5}}, 422, "unprocessable"),
        ({"json": ["incident_text"]}, 422, "unprocessable"),
        ({"content": b"{", "headers": JSON}, 400, "malformed_body"),
        ({"content": b'{"payload":' * 50_000, "headers": JSON}, 400, "malformed_body"),
        ({"content": b"incident_text=%FF%FE"}, 400, "not_utf8"),
        ({"content": b"incident_text=\xff\xfe"}, 400, "not_utf8"),
        ({"content": b'{"incident_text": "\xff"}', "headers": JSON}, 400, "not_utf8"),
        ({"files": {"incident_text": (None, b"\xff\xfe")}}, 400, "not_utf8"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400, "malformed_body"),
        ({"content": b"<x/>", "headers": {"Content-Type": "application/xml"}}, 422, "unsupported_media_type"),
        ({"data": {"incident_text": "x" * 2_000_000}}, 413, "too_large"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_taken_is_refused_in_words(
    client: Client, request_body: dict[str, Any], status: int, code: str
) -> None:
    reply = client.post("/incident/run", **request_body)

    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (status, code)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["request_id"] == reply.headers["X-Request-Id"]


def test_twenty_thousand_characters_are_not_too_many(analysed: Callable[..., Any]) -> None:
    assert analysed(data={"incident_text": "ü" * 20_000})["status"] == "completed"


def test_a_payload_may_have_many_levels(analysed: Callable[..., Any]) -> None:
    assert analysed(json={"incident_text": TEXT, "payload": nested(32)})["status"] == "completed"


def test_an_unknown_run_is_not_found(client: Client) -> None:
    for run_id in ("a1b2c3d4-e5f6-7890-abcd-ef1234567890", "no-id-at-all", "%00"):
        reply = client.get(f"/incident/run/{run_id}")
        assert (reply.status_code, reply.json()["detail"]) == (404, "Run not found")


def test_another_users_runs_do_not_exist(client: Client, sign_in: Callable[[Client], None]) -> None:
    run_id = client.post("/incident/run", data={"incident_text": TEXT}).json()["run_id"]
    sign_in(client)

    assert client.get(f"/incident/run/{run_id}").status_code == 404
    assert client.get(f"/v1/jobs/{run_id}").status_code == 404
    assert client.post(f"/v1/jobs/{run_id}/cancel").status_code == 404
    assert client.get("/incident/jobs").json() == {"jobs": []}
    assert client.post("/incident/cleanup?max_age_hours=0").json()["remaining_jobs"] == 0


def test_the_list_has_the_newest_first_and_leads_on(client: Client) -> None:
    ids = [client.post("/incident/run", data={"incident_text": TEXT}).json()["run_id"] for _ in range(5)]

    first = client.get("/incident/jobs?limit=3")
    rest = client.get(first.links["next"]["url"])

    assert [run["run_id"] for run in first.json()["jobs"] + rest.json()["jobs"]] == ids[::-1]
    assert "next" not in rest.links


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1000", "cursor=x"])
def test_a_list_that_makes_no_sense_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/incident/jobs?{query}").status_code == 422


def test_clean_up_removes_what_has_ended_and_counts_what_stays(analysed: Callable[..., Any], client: Client) -> None:
    for _ in range(2):
        analysed(data={"incident_text": TEXT})

    assert client.post("/incident/cleanup?max_age_hours=24").json() == {
        "message": "Cleaned up 0 old jobs",
        "remaining_jobs": 2,
    }
    assert client.post("/incident/cleanup?max_age_hours=0").json() == {
        "message": "Cleaned up 2 old jobs",
        "remaining_jobs": 0,
    }


def test_a_cancelled_run_reads_as_failed_for_the_guides_clients(client: Client) -> None:
    run_id = client.post("/incident/run", data={"incident_text": TEXT}).json()["run_id"]
    client.post(f"/v1/jobs/{run_id}/cancel")

    run = client.get(f"/incident/run/{run_id}").json()
    assert (run["status"], run["error"]) == ("failed", "Cancelled.")


def test_the_same_key_answers_with_the_same_run(client: Client) -> None:
    def submit(text: str) -> Any:
        return client.post("/incident/run", data={"incident_text": text}, headers={"Idempotency-Key": "k1"})

    first, again, other = submit(TEXT), submit(TEXT), submit("Another text")

    assert first.json()["run_id"] == again.json()["run_id"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_job_tells_its_story_stage_by_stage(analysed: Callable[..., Any], client: Client) -> None:
    run = analysed(data={"incident_text": TEXT})

    job = client.get(f"/v1/jobs/{run['run_id']}").json()["job"]

    assert [event["node"] for event in job["events"]] == [
        "__start__",
        "__start__",
        "intake",
        "extraction",
        "classification",
        "assessment",
        "retrieval",
        "recommendation",
        "narration",
        "done",
        "__end__",
    ]
    assert job["events"][-1]["event_type"] == "job_completed"
    assert (job["seq"], job["type"], job["status"]) == (11, "incident", "completed")
