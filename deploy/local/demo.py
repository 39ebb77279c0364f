"""The demo user and the first analysis: proof that the whole stack works."""

import secrets
import time
from pathlib import Path

from deploy.local import client
from deploy.local.console import Failure
from deploy.local.state import write_private

EMAIL = "demo@example.com"
INCIDENT = "Container MSKU1234567 is missing from terminal"

_POLL_S = 0.1


class DemoPasswordLost(Failure):
    def __init__(self) -> None:
        super().__init__(
            f"{EMAIL} exists in this database with another password", "set DATABASE_URL to an empty database"
        )


class Unexpected(Failure):
    def __init__(self, what: str, reply: client.Reply) -> None:
        super().__init__(f"{what} answered {reply.status}: {reply.detail}", "./dev status shows the logs")


class AnalysisStuck(Failure):
    def __init__(self, status: str, timeout_s: float) -> None:
        super().__init__(f"the first analysis is {status} after {timeout_s:.0f} s", "./dev status shows the logs")


def sign_in(api: str, password_file: Path) -> str:
    """An access token of the demo user, who is registered where missing."""
    if not password_file.exists():
        write_private(password_file, secrets.token_urlsafe(16))
    credentials = {"email": EMAIL, "password": password_file.read_text()}
    reply = client.post_json(f"{api}/api/auth/login/", credentials)
    if reply.status == 401:
        reply = client.post_json(f"{api}/api/auth/register/", {**credentials, "name": "Demo"})
    if reply.status == 409:
        raise DemoPasswordLost
    if reply.status not in (200, 201):
        raise Unexpected("sign-in", reply)
    return str(reply.body["access"])


def analyse(guide: str, timeout_s: float = 60) -> str:
    """Run one incident through the whole stack, as the guide's client does; the run's id once it is completed."""
    reply = client.post_form(f"{guide}/incident/run", {"incident_text": INCIDENT})
    deadline = time.monotonic() + timeout_s
    while reply.status < 300 and reply.body["status"] not in ("completed", "failed"):
        if time.monotonic() > deadline:
            raise AnalysisStuck(reply.body["status"], timeout_s)
        time.sleep(_POLL_S)
        reply = client.get(f"{guide}/incident/run/{reply.body['run_id']}")
    if reply.status >= 300 or reply.body["status"] != "completed":
        raise Unexpected("the first analysis", reply)
    return str(reply.body["run_id"])
