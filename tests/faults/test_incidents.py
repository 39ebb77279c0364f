"""A worker killed among reports: each is analysed, is an incident once, and a duplicate of the first of its kind."""

import functools
import signal
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.stack import Stack
from tests.waiting import until

pytestmark = pytest.mark.faults

TEXTS = [f"Container is missing from slot B{number:02d}-03-2, ticket INC{number:06d}" for number in range(40)]
# A lease lasts 30 s, the reaper comes every 5 s, and the other reports take their moment.
TAKEN_BACK_WITHIN_S = 60
_WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_INCIDENTS = "SELECT job_id, incident_type, duplicate_of FROM incidents ORDER BY reported_at"


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx2.Client(base_url=stack.url, headers=headers, timeout=30) as client:
        yield client


def test_a_worker_killed_among_reports_costs_nothing_but_time(
    stack: Stack, client: httpx2.Client, database: Database
) -> None:
    worker = stack.processes["incidents-worker"]
    worker.send_signal(signal.SIGSTOP)
    twice = [(text, submit(client, text), submit(client, text)) for text in TEXTS]
    # What holds the incidents holds the worker where it records its first analyses.
    with database.transaction() as tx:
        tx.execute(sa.text("SELECT job_id FROM incidents FOR UPDATE"))
        worker.send_signal(signal.SIGCONT)
        until(functools.partial(database.execute, sa.text(_WAITING)))
        worker.kill()
    stack.restart("incidents-worker")

    for text, first, second in twice:
        runs = [until(functools.partial(ended, client, id), timeout_s=TAKEN_BACK_WITHIN_S) for id in (first, second)]
        assert [run["status"] for run in runs] == ["completed", "completed"]
        original, duplicate = (run["result"]["incident_analysis"]["duplicate_of"] for run in runs)
        assert (original, duplicate["run_id"], duplicate["reason"]) == (None, first, "same_text"), text

    incidents = {str(row.job_id): row for row in database.execute(sa.text(_INCIDENTS))}
    for _, first, second in twice:
        assert incidents[first].incident_type
        assert (incidents[first].duplicate_of, str(incidents[second].duplicate_of)) == (None, first)


def submit(client: httpx2.Client, text: str) -> str:
    return str(client.post("/incident/run", data={"incident_text": text}).json()["run_id"])


def ended(client: httpx2.Client, run_id: str) -> Any:
    run = client.get(f"/incident/run/{run_id}").json()
    return run if run["status"] in ("completed", "failed") else None
