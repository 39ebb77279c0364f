"""A job that its user no longer wants, with a node at work."""

import threading
from typing import Any, NoReturn

import pytest

from errand.agents.authoring.hiring import Hire
from errand.agents.authoring.rules import Rules
from errand.agents.landing.brief import Brief
from errand.agents.landing.planning import Plan
from tests.integration.agents.conftest import Client, Finished
from tests.integration.agents.guide import PAYLOAD, SESSION


class Brooding(Rules):
    """Never comes to a word the first time."""

    def __init__(self) -> None:
        self.at_work = threading.Event()
        self.times = 0

    def write(self, brief: Brief, plan: Plan) -> Any:
        self.times += 1
        return super().write(brief, plan) if self.times > 1 else self._brood()

    def _brood(self) -> NoReturn:
        self.at_work.set()
        while True:
            pass


@pytest.fixture
def author() -> Brooding:
    return Brooding()


@pytest.fixture
def hire(author: Brooding) -> Hire:
    return lambda spent, notify: author


@pytest.fixture
def cancelled(client: Client, finished: Finished, author: Brooding) -> Any:
    """The job, which was at work in `coder`."""
    reply = client.post("/v1/agent/init", json={"session_id": SESSION, "payload": PAYLOAD}).json()
    assert author.at_work.wait(20)
    client.post(f"/v1/jobs/{reply['job_id']}/cancel")
    return finished(reply["job_id"])


def test_a_node_at_work_is_interrupted(client: Client, cancelled: Any) -> None:
    types = [event["event_type"] for event in cancelled["events"]]

    assert cancelled["status"] == "cancelled"
    assert types[-2:] == ["job_cancel_requested", "job_cancelled"]
    assert "error" not in types
    assert client.get(f"/v1/landing-pages/session/{SESSION}").json()["status"] == "failed"


def test_a_cancelled_job_goes_on_where_it_stood_when_it_is_tried_again(
    client: Client, cancelled: Any, finished: Finished
) -> None:
    client.post(f"/v1/jobs/{cancelled['id']}/retry")

    job = finished(cancelled["id"])
    begun = [event["node"] for event in job["events"] if event["event_type"] == "node_started"]
    assert job["status"] == "completed"
    assert begun.count("design_planner") == begun.count("coder") == 1
    assert job["result"]["version"] == 1


def test_the_next_job_of_the_session_has_its_turn_when_the_one_before_is_cancelled(
    client: Client, cancelled: Any, finished: Finished
) -> None:
    reply = client.post("/v1/agent/init", json={"session_id": SESSION, "payload": PAYLOAD}).json()

    assert finished(reply["job_id"])["result"]["version"] == 1
