"""The report in Markdown."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import TEXT, act, report
from tests.integration.incidents.runbooks import user_of

SET = "UPDATE jobs SET status = :status, error_message = :message, result = CAST(:result AS json)"


def test_a_report_has_the_analysis_in_markdown(client: Client, analysed: Callable[..., Any]) -> None:
    run = analysed(data={"incident_text": TEXT})

    reply = client.get(f"/incident/run/{run['run_id']}/report.md")

    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert reply.headers["Content-Disposition"] == f'inline; filename="incident-{run["run_id"]}.md"'
    assert reply.text.startswith(f"# Container Management: {run['result']['incident_analysis']['severity']}")
    assert run["run_id"] in reply.text


def test_a_report_says_what_people_did(client: Client, analysed: Callable[..., Any]) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, run_id, "assign", assignee="Ada", note="Please look at row 14")
    act(client, run_id, "assign", assignee=None)
    act(client, run_id, "feedback", helpful=False, correct_severity="High", notes="Ship waits")
    act(client, run_id, "resolve", resolution="Found at last", cause="A late swap")

    lines = client.get(f"/incident/run/{run_id}/report.md").text.splitlines()

    told = "\n".join(lines[lines.index("## Handling") :]).partition("\n## What")[0]
    for stated in (
        "- State: resolved",
        "- Cause: A late swap",
        "- Resolution: Found at last",
        "- Feedback: not helpful; severity: High; notes: Ship waits",
        "assigned: assignee: Ada; Please look at row 14",
        "assigned: assignee: none",
        "gave feedback: helpful: no; correct severity: High; notes: Ship waits",
        "resolved: resolution: Found at last; cause: A late swap",
        f"user {user_of(client)}",
    ):
        assert stated in told.replace("\\", "")
    assert "Assigned to" not in told


def test_what_people_wrote_is_text_and_nothing_else(client: Client, analysed: Callable[..., Any]) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    hostile = "<script>alert(1)</script>\n# Heading\n[link](https://evil.example) ![](x) | a | b |"
    act(client, run_id, "assign", assignee=hostile, note=hostile)
    act(client, run_id, "resolve", resolution=hostile, cause=hostile, note=hostile)
    act(client, run_id, "feedback", notes=hostile)

    text = client.get(f"/incident/run/{run_id}/report.md").text

    assert "<script" not in text
    assert "\n# Heading" not in text
    assert "[link](" not in text
    assert "![](" not in text


def test_a_report_has_the_beginning_of_a_long_entry(client: Client, analysed: Callable[..., Any]) -> None:
    run_id = analysed(data={"incident_text": TEXT})["run_id"]
    act(client, run_id, "resolve", resolution="Found " * 300, note="The end")

    lines = client.get(f"/incident/run/{run_id}/report.md").text.splitlines()

    assert f"- Resolution: {'Found ' * 300}".rstrip() in lines
    (entry,) = [line for line in lines if "resolved: resolution: Found" in line]
    assert entry.endswith("Found…")
    assert len(entry) < 600


def test_a_report_takes_time(client: Client) -> None:
    reply = client.get(f"/incident/run/{report(client)}/report.md")

    assert (reply.status_code, reply.json()["code"]) == (409, "run_not_over")
    assert reply.json()["detail"] == "The run is queued: its report is there when it has completed."


@pytest.mark.parametrize(
    ("status", "message", "result", "answer"),
    [
        ("running", None, None, (409, "run_not_over", "The run is running")),
        ("cancelled", None, None, (409, "run_cancelled", "The run was cancelled: there is no report.")),
        ("failed", "It took too long.", None, (502, "analysis_failed", "It took too long.")),
        ("completed", None, '{"incident_analysis": {}}', (409, "analysis_outdated", "An older version analysed this")),
    ],
)
def test_where_there_is_no_report_it_says_why(
    client: Client, database: Database, status: str, message: str | None, result: str | None, answer: tuple[Any, ...]
) -> None:
    run_id = report(client)
    database.execute(sa.text(SET), {"status": status, "message": message, "result": result})

    reply = client.get(f"/incident/run/{run_id}/report.md")

    problem = reply.json()
    assert (reply.status_code, problem["code"]) == answer[:2]
    assert answer[2] in problem["detail"]
    assert reply.headers["Content-Type"] == "application/problem+json"
