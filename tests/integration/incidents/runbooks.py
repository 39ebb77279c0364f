"""A runbook of one's own, and what the tests of runbooks ask again and again."""

from typing import Any
from uuid import UUID

import jwt

from tests.integration.incidents.conftest import Client

PATH = "/incident/runbooks"
#: One of the service's, and where the user's own would be.
SOP = f"{PATH}/SOP-CON-01"
OWN = f"{PATH}/TUG-STRIKE"

STEP = {"phase": "contain", "owner_role": "Berth planner", "action": "Hold {vessel} at the anchorage."}
CONTENT: dict[str, Any] = {
    "title": "Tug strike",
    "type": "Vessel Operations",
    "keywords": ["tug", "pilot", "strike"],
    "signals": ["container_missing"],
    "steps": [
        STEP,
        {"phase": "verify", "owner_role": "Duty manager", "action": "Have the harbour master confirm two tugs."},
    ],
}
WRITTEN = {"id": "TUG-STRIKE", **CONTENT}


def changed(**changes: Any) -> dict[str, Any]:
    return {**CONTENT, **changes}


def user_of(client: Client) -> UUID:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    return UUID(jwt.decode(token, options={"verify_signature": False})["sub"])


def facts(client: Client, path: str) -> list[tuple[int, bool, bool]]:
    """Number, whether it is the user's, and whether it withdrew the runbook; newest first."""
    versions = client.get(f"{path}/versions").json()["versions"]
    assert all((item["created_at"] is None) is not item["own"] for item in versions)
    return [(item["version"], item["own"], item["withdrawn"]) for item in versions]
