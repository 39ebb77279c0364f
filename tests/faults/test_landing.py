"""A worker killed while it builds pages: another goes on after the last finished node, and tells nothing twice."""

import functools
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.integration.agents.guide import PAYLOAD
from tests.stack import Stack
from tests.waiting import until

pytestmark = pytest.mark.faults

JOBS = 60
# A lease lasts 30 s, the reaper comes every 5 s, dispatch and the other pages take their moment.
TAKEN_BACK_WITHIN_S = 60
_IN_CODER = """
    SELECT job_id FROM job_events WHERE node = 'coder'
    GROUP BY job_id HAVING bool_and(type <> 'node_completed')
"""


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx2.Client(base_url=stack.url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def agents_database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, schema="agents", pool_size=2)) as database:
        yield database


def submit(client: httpx2.Client, number: int) -> str:
    body = {"session_id": f"session-{number}", "payload": PAYLOAD}
    return str(client.post("/v1/agent/init", json=body).json()["job_id"])


def test_a_worker_killed_in_coder_costs_nothing_but_time(
    stack: Stack, client: httpx2.Client, agents_database: Database
) -> None:
    worker = stack.processes["agents-worker"]
    ids = [submit(client, number) for number in range(JOBS)]
    in_coder: list[Any] = []
    while not in_coder:
        # Stopped first, to be sure that it is killed with a coder at work.
        worker.send_signal(signal.SIGSTOP)
        if in_coder := agents_database.execute(sa.text(_IN_CODER)):
            break
        worker.send_signal(signal.SIGCONT)
        ids.append(submit(client, len(ids)))
    worker.kill()
    stack.restart("agents-worker")

    jobs = {job_id: until(functools.partial(ended, client, job_id), timeout_s=TAKEN_BACK_WITHIN_S) for job_id in ids}

    assert not [job for job in jobs.values() if job["status"] != "completed"]
    assert Counter(event["event_type"] for event in jobs[str(in_coder[0].job_id)]["events"])["job_started"] == 2
    for job in jobs.values():
        told = Counter(event["node"] for event in job["events"] if event["event_type"] == "node_completed")
        assert set(told.values()) == {1}
        assert told.keys() >= {"router", "design_planner", "designer", "coder", "check", "deployer"}
        assert job["result"]["version"] == 1
        versions = client.get(f"/v1/landing-pages/{job['result']['landing_page_id']}/versions").json()["items"]
        assert [version["number"] for version in versions] == [1]


def ended(client: httpx2.Client, job_id: str) -> Any:
    job = client.get(f"/v1/jobs/{job_id}").json()["job"]
    return job if job["status"] in ("completed", "failed", "cancelled") else None
