"""The demo user, a first analysis, page and image: proof that the whole stack works."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.local import client
from deploy.local.console import Failure
from deploy.local.state import write_private

EMAIL = "demo@example.com"
INCIDENT = "Container MSKU1234567 is missing from terminal"
PAGE = {
    "campaign": {"productName": "Errand", "primaryOffer": "Start with two commands after the clone"},
    "audience": {
        "description": "Teams that build AI products",
        "uvp": "Slow buttons that answer at once, are watched live and never lose a job",
    },
    "branding": {"layoutPreference": "split hero", "sections": ["hero", "features", "faq", "cta"]},
    "conversion": {"primaryCTA": {"label": "See the API", "href": "/docs"}},
    "benefits": {
        "features": [
            {"title": "A 202 is kept", "text": "The job is committed before the answer, and comes to an end once."},
            {"title": "Watched live", "text": "Polling, long-polls, server-sent events and WebSockets tell one story."},
            {"title": "Everybody has a turn", "text": "A thousand jobs of one user do not delay another's first."},
        ]
    },
    "trust": {
        "objections": [
            {"question": "What if a worker dies?", "answer": "Another goes on after the last finished step."},
            {"question": "What if Redis is wiped?", "answer": "That costs seconds, not jobs and not events."},
        ]
    },
}

IMAGE = {"prompt": "A container harbour at dawn, hero image", "quality": "draft", "aspect_ratio": "16:9"}

_POLL_S = 0.1
_TIMEOUT_S = 60


class DemoPasswordLost(Failure):
    def __init__(self) -> None:
        super().__init__(
            f"{EMAIL} exists in this database with another password", "set DATABASE_URL to an empty database"
        )


class Unexpected(Failure):
    def __init__(self, what: str, reply: client.Reply) -> None:
        super().__init__(f"{what} answered {reply.status}: {reply.detail}", "./dev status shows the logs")


class Stuck(Failure):
    def __init__(self, what: str, status: str) -> None:
        super().__init__(f"{what} is {status} after {_TIMEOUT_S} s", "./dev status shows the logs")


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


def analyse(guide: str) -> str:
    """Run one incident through the whole stack, as the guide's client does; the run's id once it is completed."""
    reply = client.post_form(f"{guide}/incident/run", {"incident_text": INCIDENT})
    if reply.status >= 300:
        raise Unexpected("the first analysis", reply)
    run_id = str(reply.body["run_id"])
    _completed("the first analysis", lambda: client.get(f"{guide}/incident/run/{run_id}"), lambda run: run)
    return run_id


def build_page(api: str, token: str) -> str:
    """Have a landing page built, as the guide's client does; its address once it is published."""
    brief = {"session_id": "demo", "payload": PAGE}
    reply = client.post_json(f"{api}/v1/agent/init", brief, token)
    if reply.status >= 300:
        raise Unexpected("the first page", reply)
    url = f"{api}/v1/jobs/{reply.body['job_id']}"
    job = _completed("the first page", lambda: client.get(url, token), lambda body: body["job"])
    return str(job["result"]["deployment_url"])


def draw_image(api: str, token: str) -> str:
    """Have a draft drawn, as the guide's client does; the address of its file."""
    reply = client.post_json(f"{api}/api/v1/images/generate-async", IMAGE, token)
    if reply.status >= 300:
        raise Unexpected("the first image", reply)
    url = f"{api}/api/v1/images/jobs/{reply.body['job_id']}"
    job = _completed("the first image", lambda: client.get(url, token), lambda body: body)
    return str(job["result"]["images"][0]["url"])


def _completed(what: str, poll: Callable[[], client.Reply], read: Callable[[Any], Any]) -> Any:
    """What `read` finds in the answer, once its status says so."""
    deadline = time.monotonic() + _TIMEOUT_S
    while True:
        reply = poll()
        found = read(reply.body) if reply.status < 300 else {"status": "failed"}
        if found["status"] == "completed":
            return found
        if found["status"] == "failed":
            raise Unexpected(what, reply)
        if time.monotonic() > deadline:
            raise Stuck(what, found["status"])
        time.sleep(_POLL_S)
