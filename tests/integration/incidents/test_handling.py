from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import TEXT, UNHANDLED, act, audit, board, handling, report
from tests.integration.incidents.runbooks import user_of
from tests.waiting import until

LONGEST = "x" * 2_000
EVERYTHING: dict[str, Any] = {
    "helpful": False,
    "correct_type": "Vessel Operations",
    "correct_severity": "High",
    "actual_cause": "A swap that nobody confirmed",
    "resolution": "Found in B07-14-3",
    "notes": "It looked at the yard alone",
}


def prepared(client: Client, state: str) -> str:
    run_id = report(client)
    if state == "acknowledged":
        act(client, run_id, "acknowledge")
    if state == "resolved":
        act(client, run_id, "resolve", resolution="Found")
    return run_id


def test_an_incident_begins_open_and_without_an_analysis(client: Client) -> None:
    run_id = report(client)

    found = handling(client, run_id)

    assert found.pop("reported_at").endswith("Z")
    analysis = dict.fromkeys(("incident_type", "severity", "priority", "summary"))
    assert found == {"run_id": run_id, **UNHANDLED, **analysis}
    assert audit(client, run_id) == []


def test_an_analysed_incident_says_what_the_analysis_says(client: Client, analysed: Callable[..., Any]) -> None:
    run = analysed(data={"incident_text": TEXT})

    found, analysis = handling(client, run["run_id"]), run["result"]["incident_analysis"]

    assert found["incident_type"] == "Container Management"
    for name in ("incident_type", "severity", "priority", "summary"):
        assert found[name] == analysis[name]


def test_an_incident_is_acknowledged_assigned_and_resolved(client: Client) -> None:
    run_id = report(client)

    acknowledged = act(client, run_id, "acknowledge", note="On my way").json()
    assigned = act(client, run_id, "assign", assignee="Yard crew 2").json()
    resolved = act(client, run_id, "resolve", resolution="Found in B07-14-3", cause="A late swap").json()

    assert (acknowledged["state"], assigned["state"], resolved["state"]) == ("acknowledged", "acknowledged", "resolved")
    assert resolved == handling(client, run_id)
    assert resolved["acknowledged_at"] == acknowledged["acknowledged_at"] < resolved["resolved_at"]
    told = [(entry["number"], entry["action"], entry["changes"], entry["note"]) for entry in audit(client, run_id)]
    assert told == [
        (1, "acknowledged", {"state": "acknowledged", "acknowledged_at": resolved["acknowledged_at"]}, "On my way"),
        (2, "assigned", {"assignee": "Yard crew 2"}, None),
        (
            3,
            "resolved",
            {
                "state": "resolved",
                "resolved_at": resolved["resolved_at"],
                "resolution": "Found in B07-14-3",
                "cause": "A late swap",
            },
            None,
        ),
    ]


def test_an_entry_says_who_it_was_and_when(client: Client) -> None:
    run_id = report(client)
    for action, body in (("acknowledge", {}), ("assign", {"assignee": "Ada"}), ("assign", {"assignee": None})):
        act(client, run_id, action, **body)

    entries = audit(client, run_id)

    assert {entry["actor_id"] for entry in entries} == {str(user_of(client))}
    times = [entry["at"] for entry in entries]
    assert times == sorted(set(times))
    assert handling(client, run_id)["assignee"] is None


def test_feedback_says_what_the_analysis_should_have_said(client: Client) -> None:
    run_id = report(client)

    found = act(client, run_id, "feedback", **EVERYTHING).json()

    assert found["feedback"] == {
        "helpful": False,
        "correct_type": "Vessel Operations",
        "correct_severity": "High",
        "notes": "It looked at the yard alone",
    }
    assert (found["state"], found["cause"], found["resolution"]) == (
        "open",
        "A swap that nobody confirmed",
        "Found in B07-14-3",
    )
    changes = EVERYTHING | {"cause": EVERYTHING["actual_cause"]}
    del changes["actual_cause"]
    assert [(entry["action"], entry["changes"]) for entry in audit(client, run_id)] == [("feedback_given", changes)]


def test_feedback_leaves_what_it_does_not_speak_of_and_takes_back_what_is_null(client: Client) -> None:
    run_id = report(client)
    act(client, run_id, "feedback", **EVERYTHING)

    found = act(client, run_id, "feedback", correct_type=None, helpful=True).json()

    assert found["feedback"] == {
        "helpful": True,
        "correct_type": None,
        "correct_severity": "High",
        "notes": "It looked at the yard alone",
    }
    assert found["cause"] == "A swap that nobody confirmed"
    assert audit(client, run_id)[-1]["changes"] == {"correct_type": None, "helpful": True}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("acknowledge", {}),
        ("acknowledge", {"note": "Seen"}),
        ("assign", {"assignee": "Ada", "note": "Please"}),
        ("resolve", {"resolution": "Found", "cause": "A swap", "note": "Done"}),
        ("feedback", EVERYTHING),
    ],
)
def test_doing_the_same_again_changes_nothing(client: Client, action: str, body: dict[str, Any]) -> None:
    run_id = report(client)

    once, again = act(client, run_id, action, **body), act(client, run_id, action, **body)

    assert (once.status_code, again.status_code) == (200, 200)
    assert again.json() == once.json()
    assert len(audit(client, run_id)) == 1


def test_what_changes_nothing_leaves_no_trace_but_for_a_note_that_is_new(client: Client) -> None:
    run_id = report(client)

    for action, body in (("assign", {"assignee": None}), ("feedback", {}), ("feedback", {"helpful": None})):
        assert act(client, run_id, action, **body).status_code == 200
    assert audit(client, run_id) == []

    act(client, run_id, "acknowledge", note="Seen")
    act(client, run_id, "acknowledge", note="Seen by the night shift as well")
    assert [(entry["changes"] != {}, entry["note"]) for entry in audit(client, run_id)] == [
        (True, "Seen"),
        (False, "Seen by the night shift as well"),
    ]


def test_a_resolution_can_be_said_better(client: Client) -> None:
    run_id = report(client)
    first = act(client, run_id, "resolve", resolution="Fuond", cause="A swap").json()

    second = act(client, run_id, "resolve", resolution="Found").json()

    assert second == first | {"resolution": "Found"}
    assert audit(client, run_id)[-1]["changes"] == {"resolution": "Found"}


def test_a_reopened_incident_has_its_cause_and_assignee_but_nothing_that_helped(client: Client) -> None:
    run_id = report(client)
    act(client, run_id, "acknowledge")
    act(client, run_id, "assign", assignee="Ada")
    act(client, run_id, "resolve", resolution="Found", cause="A swap")

    found = act(client, run_id, "reopen", note="It is the wrong box").json()

    assert {name: found[name] for name in UNHANDLED} == UNHANDLED | {"assignee": "Ada", "cause": "A swap"}
    assert act(client, run_id, "acknowledge").json()["state"] == "acknowledged"


@pytest.mark.parametrize(
    ("state", "action", "body", "code", "detail"),
    [
        ("resolved", "acknowledge", {}, "incident_resolved", "is resolved and cannot be acknowledged. Reopen it first"),
        ("resolved", "assign", {"assignee": "Ada"}, "incident_resolved", "is resolved and cannot be assigned"),
        ("open", "reopen", {}, "incident_not_resolved", "this one is open"),
        ("acknowledged", "reopen", {}, "incident_not_resolved", "this one is acknowledged"),
    ],
)
def test_what_the_state_does_not_allow_is_refused_in_words(
    client: Client, state: str, action: str, body: dict[str, Any], code: str, detail: str
) -> None:
    run_id = prepared(client, state)
    before = handling(client, run_id), audit(client, run_id)

    reply = act(client, run_id, action, **body)

    assert (reply.status_code, reply.json()["code"]) == (409, code)
    assert detail in reply.json()["detail"]
    assert (handling(client, run_id), audit(client, run_id)) == before


@pytest.mark.parametrize("action", ["acknowledge", "reopen"])
def test_a_body_may_be_missing_where_all_of_it_may(client: Client, action: str) -> None:
    run_id = prepared(client, {"acknowledge": "open", "reopen": "resolved"}[action])

    assert client.post(f"/incident/run/{run_id}/{action}").status_code == 200


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("acknowledge", {"note": 5}, "note"),
        ("acknowledge", {"note": " "}, "note"),
        ("acknowledge", {"note": LONGEST + "x"}, "note"),
        ("acknowledge", {"by": "me"}, "by"),
        ("assign", {}, "assignee"),
        ("assign", {"assignee": ""}, "assignee"),
        ("assign", {"assignee": "\n"}, "assignee"),
        ("assign", {"assignee": "x" * 201}, "assignee"),
        ("assign", {"assignee": ["Ada"]}, "assignee"),
        ("resolve", {}, "resolution"),
        ("resolve", {"resolution": None}, "resolution"),
        ("resolve", {"resolution": ""}, "resolution"),
        ("resolve", {"resolution": LONGEST + "x"}, "resolution"),
        ("resolve", {"resolution": "Found", "cause": {}}, "cause"),
        ("resolve", {"resolution": "Found", "state": "open"}, "state"),
        ("reopen", {"note": []}, "note"),
        ("feedback", {"helpful": "yes"}, "helpful"),
        ("feedback", {"correct_type": "Container"}, "correct_type"),
        ("feedback", {"correct_severity": "high"}, "correct_severity"),
        ("feedback", {"notes": LONGEST + "x"}, "notes"),
        ("feedback", {"cause": "A swap"}, "cause"),
    ],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_refused_and_changes_nothing(
    client: Client, action: str, body: dict[str, Any], field: str
) -> None:
    run_id = report(client)

    reply = act(client, run_id, action, **body)

    assert (reply.status_code, reply.json()["code"]) == (422, "unprocessable")
    assert field in reply.json()["detail"]
    assert {name: handling(client, run_id)[name] for name in UNHANDLED} == UNHANDLED
    assert audit(client, run_id) == []


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("acknowledge", {"note": "a\0b"}),
        ("assign", {"assignee": "a\0b"}),
        ("resolve", {"resolution": "a\0b"}),
        ("feedback", {"notes": "a\0b"}),
    ],
)
def test_what_cannot_be_stored_is_refused(client: Client, action: str, body: dict[str, Any]) -> None:
    run_id = report(client)

    reply = act(client, run_id, action, **body)

    assert (reply.status_code, reply.json()["code"]) == (422, "nul_character")
    assert audit(client, run_id) == []


@pytest.mark.parametrize("content", [b"{", b'{"note": "\xff"}', b'{"note": "\\ud800"}', b'{"note":' * 50_000])
def test_a_body_that_is_no_json_is_refused(client: Client, content: bytes) -> None:
    run_id = report(client)
    headers = {"Content-Type": "application/json"}

    assert client.post(f"/incident/run/{run_id}/acknowledge", content=content, headers=headers).status_code == 400
    assert audit(client, run_id) == []


def test_texts_are_as_long_as_they_may_be_and_keep_their_letters(client: Client) -> None:
    run_id = report(client)
    text = "Ünïcødé 港\n" + "x" * 1_990

    found = act(client, run_id, "resolve", resolution=text, cause=LONGEST, note=LONGEST).json()

    assert (found["resolution"], found["cause"]) == (text, LONGEST)
    assert audit(client, run_id)[0]["note"] == LONGEST


ROUTES = [
    ("GET", "handling", None),
    ("GET", "audit", None),
    ("GET", "report.md", None),
    ("POST", "acknowledge", {}),
    ("POST", "assign", {"assignee": "Ada"}),
    ("POST", "resolve", {"resolution": "Found"}),
    ("POST", "reopen", {}),
    ("POST", "feedback", {"helpful": True}),
]


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_anothers_incident_is_none(
    client: Client, sign_in: Callable[[Client], None], method: str, route: str, body: Any
) -> None:
    run_id, mine = report(client), client.headers["Authorization"]
    sign_in(client)

    for unknown in (run_id, str(uuid4()), "no-id-at-all", "%00"):
        reply = client.request(method, f"/incident/run/{unknown}/{route}", json=body)
        assert (reply.status_code, reply.json()["detail"]) == (404, "Run not found")
    assert board(client) == []
    client.headers["Authorization"] = mine
    assert audit(client, run_id) == []
    assert board(client) == [run_id]


@pytest.mark.parametrize(("method", "route", "body"), ROUTES)
def test_handling_wants_to_know_who_it_is(api: Client, method: str, route: str, body: Any) -> None:
    assert api.request(method, f"/incident/run/{uuid4()}/{route}", json=body).status_code == 401


def test_the_runs_own_view_is_as_before(client: Client) -> None:
    run_id = report(client)
    before = client.get(f"/incident/run/{run_id}")

    act(client, run_id, "resolve", resolution="Found")

    after = client.get(f"/incident/run/{run_id}")
    assert (after.json(), after.headers["X-Job-Seq"]) == (before.json(), before.headers["X-Job-Seq"])


def test_a_report_that_is_sent_again_with_its_key_is_one_incident(client: Client) -> None:
    for _ in range(2):
        client.post("/incident/run", data={"incident_text": TEXT}, headers={"Idempotency-Key": "k1"})

    assert len(board(client)) == 1


def test_clean_up_takes_incidents_and_trails_with_it(
    client: Client, analysed: Callable[..., Any], database: Database
) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, run_id, "resolve", resolution="Found")

    client.post("/incident/cleanup?max_age_hours=0")

    assert handling(client, run_id)["detail"] == "Run not found"
    assert board(client) == []
    counts = "SELECT (SELECT count(*) FROM incidents) AS incidents, (SELECT count(*) FROM audit_entries) AS entries"
    (row,) = database.execute(sa.text(counts))
    assert (row.incidents, row.entries) == (0, 0)


def test_a_run_from_before_there_were_incidents_can_be_handled(client: Client, database: Database) -> None:
    run_id = report(client)
    created_at = client.get(f"/incident/run/{run_id}").json()["created_at"]
    database.execute(sa.text("DELETE FROM incidents"))

    found = handling(client, run_id)
    assert {name: found[name] for name in UNHANDLED} == UNHANDLED
    assert found["reported_at"] == created_at
    assert act(client, run_id, "acknowledge").json()["state"] == "acknowledged"
    assert [entry["number"] for entry in audit(client, run_id)] == [1]
    assert board(client) == [run_id]


def test_a_run_from_before_there_were_incidents_becomes_one_when_it_is_analysed(
    client: Client, database: Database, request: pytest.FixtureRequest
) -> None:
    run_id = report(client)
    database.execute(sa.text("DELETE FROM incidents"))

    request.getfixturevalue("worker")

    until(lambda: client.get(f"/incident/run/{run_id}").json()["status"] == "completed")
    assert handling(client, run_id)["incident_type"] == "Container Management"
