"""Killed processes and vanished engines, seen by clients of the gateway."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from errand.common.database import Database
from tests.engines.engine import Engine
from tests.stack import Stack
from tests.waiting import until

pytestmark = pytest.mark.faults

TEXT = "Container MSKU1234567 is missing from terminal"
# A lease lasts 30 s, the reaper comes every 5 s, dispatch and start take their moment.
TAKEN_BACK_WITHIN_S = 40


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    """Signed in."""
    with httpx2.Client(base_url=stack.url, timeout=30) as client:
        account = {"email": "ada@example.com", "password": "correct horse", "name": "Ada"}
        access = client.post("/api/auth/register/", json=account).json()["access"]
        client.headers["Authorization"] = f"Bearer {access}"
        yield client


def submit(client: httpx2.Client, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/incident/run", data={"incident_text": TEXT}, headers=headers)


def completed(client: httpx2.Client, run_id: str) -> bool:
    return bool(client.get(f"/incident/run/{run_id}").json()["status"] == "completed")


def count(database: Database, query: str) -> int:
    return int(database.execute(sa.text(query))[0][0])


def test_a_killed_workers_runs_go_on_elsewhere_and_end_once(
    stack: Stack, client: httpx2.Client, database: Database
) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = [reply.json()["run_id"] for reply in pool.map(lambda _: submit(client), range(300))]
    worker = stack.processes["incidents-worker"]
    assert worker.popen is not None
    # Stopped first, to be sure that it is killed with runs in its hands.
    worker.popen.send_signal(signal.SIGSTOP)
    while not count(database, "SELECT count(*) FROM runs WHERE state = 'running'"):
        worker.popen.send_signal(signal.SIGCONT)
        submit(client)
        worker.popen.send_signal(signal.SIGSTOP)
    in_hand = [row.job_id for row in database.execute(sa.text("SELECT job_id FROM runs WHERE state = 'running'"))]
    worker.kill()
    stack.restart("incidents-worker")

    until(
        lambda: not count(database, "SELECT count(*) FROM runs WHERE state <> 'ended'"), timeout_s=TAKEN_BACK_WITHIN_S
    )
    assert all(completed(client, run_id) for run_id in ids)
    for job_id in in_hand:
        types = [event["event_type"] for event in client.get(f"/v1/jobs/{job_id}").json()["job"]["events"]]
        assert types.count("job_started") == 2
        assert types.count("job_completed") == 1
        assert types[-1] == "job_completed"


def test_every_process_may_be_killed_while_clients_submit_with_keys(stack: Stack, client: httpx2.Client) -> None:
    def insist(number: int) -> str:
        """As a careful client does: the same key until there is an answer."""
        return str(until(lambda: accepted(client, f"key-{number}")))

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(insist, range(200))
        for name in ("incidents-api", "gateway", "incidents-worker"):
            stack.processes[name].kill()
            stack.restart(name)
        ids = list(answers)

    assert len(set(ids)) == 200
    assert ids == [accepted(client, f"key-{number}") for number in range(200)]
    until(lambda: all(completed(client, run_id) for run_id in ids), timeout_s=TAKEN_BACK_WITHIN_S)


def test_submits_are_accepted_while_redis_is_away_for_twenty_seconds(client: httpx2.Client, redis: Engine) -> None:
    replies = []
    redis.stop()
    try:
        away_until = time.monotonic() + 20
        while time.monotonic() < away_until:
            replies.append(submit(client))
            time.sleep(0.2)  # the clients' pace
    finally:
        redis.start()

    assert len(replies) > 20
    assert {reply.status_code for reply in replies} == {202}
    until(lambda: all(completed(client, reply.json()["run_id"]) for reply in replies))


def test_without_postgres_a_submit_is_refused_and_health_tells(
    stack: Stack, client: httpx2.Client, postgres: Engine, database: Database
) -> None:
    assert submit(client).status_code == 202

    postgres.stop()
    try:
        reply = submit(client)
        ready = httpx2.get(f"http://127.0.0.1:{stack.base + 102}/readyz")
    finally:
        postgres.start()

    assert (reply.status_code, reply.json()["code"]) == (503, "database_unavailable")
    assert reply.headers["Retry-After"]
    assert ready.status_code == 503
    until(lambda: submit(client).status_code == 202)
    until(
        lambda: not count(database, "SELECT count(*) FROM runs WHERE state <> 'ended'"), timeout_s=TAKEN_BACK_WITHIN_S
    )
    assert count(database, "SELECT count(*) FROM jobs") == 2


def accepted(client: httpx2.Client, key: str) -> Any:
    """The run's id, or None where the stack did not answer as it should."""
    try:
        reply = submit(client, key)
    except httpx2.TransportError:
        return None
    return reply.json()["run_id"] if reply.status_code == 202 else None
