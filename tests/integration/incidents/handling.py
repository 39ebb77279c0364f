"""What the tests of handling ask again and again."""

from typing import Any

from httpx import Response

from tests.integration.incidents.conftest import Client

TEXT = "Container CSQU3054383 is missing from its slot in block B07"
UNHANDLED: dict[str, Any] = {
    "state": "open",
    "assignee": None,
    "acknowledged_at": None,
    "resolved_at": None,
    "cause": None,
    "resolution": None,
    "feedback": {"helpful": None, "correct_type": None, "correct_severity": None, "notes": None},
}


def report(client: Client, text: str = TEXT) -> str:
    """The id of a run that nobody has worked on yet."""
    return str(client.post("/incident/run", data={"incident_text": text}).json()["run_id"])


def act(client: Client, run_id: str, action: str, **body: Any) -> Response:
    return client.post(f"/incident/run/{run_id}/{action}", json=body)


def handling(client: Client, run_id: str) -> Any:
    return client.get(f"/incident/run/{run_id}/handling").json()


def audit(client: Client, run_id: str) -> Any:
    return client.get(f"/incident/run/{run_id}/audit").json()["entries"]


def board(client: Client, query: str = "") -> list[str]:
    return [incident["run_id"] for incident in client.get(f"/incident/handling?{query}").json()["incidents"]]
