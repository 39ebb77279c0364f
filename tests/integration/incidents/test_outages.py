"""Engines that go away in the middle of an analysis."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa

from errand.common import redis as redis_client
from errand.common.database import Database, DatabaseUnavailable
from errand.common.ids import Service
from errand.common.jobs.domain import LeaseLost
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker
from errand.incidents import actors
from errand.incidents.analysis.report import Findings
from errand.incidents.domain import KIND
from errand.incidents.narration.narrator import Told
from errand.incidents.narration.rules import Rules
from errand.incidents.service.analysis import Analyst
from errand.incidents.settings import Settings
from tests.engines.engine import Engine
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import handling, report
from tests.waiting import until


class Interrupted(Rules):
    """Stops an engine before its first narrative."""

    def __init__(self, engine: Engine) -> None:
        self.narratives = 0
        self.stopped = threading.Event()
        self._engine = engine

    def narrate(self, findings: Findings, reference: str | None = None) -> Told:
        self.narratives += 1
        if self.narratives == 1:
            self._engine.stop()
            self.stopped.set()
        return super().narrate(findings, reference)


Working = Callable[[Interrupted], AbstractContextManager[None]]


@pytest.fixture
def working(settings: Settings, database: Database) -> Working:
    """Within `working(narrator)` a worker analyses."""

    def working(narrator: Interrupted) -> AbstractContextManager[None]:
        client = redis_client.connect(settings.redis_url)
        worker = Worker(Service.INCIDENTS, database, client, drain_s=0, poll_s=0.05)
        actors.register(worker, Analyst(database, narrator))
        return worker.running()

    return working


def test_an_analysis_that_loses_postgres_is_made_once_more(
    client: Client, working: Working, postgres: Engine, database: Database
) -> None:
    run_id = report(client)
    narrator = Interrupted(postgres)

    with working(narrator):
        assert narrator.stopped.wait(20)
        postgres.start()
        run = until(lambda: completed(client, run_id))

    assert (narrator.narratives, run["result"]["incident_analysis"]["duplicate_of"]) == (2, None)
    assert handling(client, run_id)["incident_type"] == run["result"]["incident_analysis"]["incident_type"]
    assert [row.count for row in database.execute(sa.text("SELECT count(*) FROM incidents"))] == [1]


def test_an_analysis_that_loses_redis_comes_to_its_end_without(client: Client, working: Working, redis: Engine) -> None:
    run_id = report(client)
    narrator = Interrupted(redis)

    try:
        with working(narrator):
            assert narrator.stopped.wait(20)
            until(lambda: completed(client, run_id))
    finally:
        redis.start()

    assert narrator.narratives == 1


def test_an_analysis_whose_end_was_not_recorded_is_the_same_the_second_time(
    client: Client, settings: Settings, database: Database
) -> None:
    analyst = Analyst(database, Rules())
    first, again = report(client), report(client)
    results: list[Any] = []

    def analyse(run: Run) -> Any:
        results.append(analyst.analyse(run))
        if run.attempt == 1 and str(run.job_id) == again:
            raise DatabaseUnavailable
        return results[-1]

    worker = Worker(
        Service.INCIDENTS, database, redis_client.connect(settings.redis_url), threads=1, drain_s=0, poll_s=0.05
    )
    worker.register(KIND, analyse)
    with worker.running():
        run = until(lambda: completed(client, again))

    assert results[1] == results[2]
    assert run["result"]["incident_analysis"]["duplicate_of"]["run_id"] == first
    assert [row.count for row in database.execute(sa.text("SELECT count(*) FROM incidents"))] == [2]


def test_an_analysis_that_lost_its_lease_leaves_nothing(client: Client, settings: Settings, database: Database) -> None:
    analyst = Analyst(database, Rules())
    run_id = report(client)
    refused = threading.Event()

    def analyse(run: Run) -> Any:
        database.execute(sa.text("UPDATE job_heads SET lease_token = gen_random_uuid()"))
        try:
            return analyst.analyse(run)
        except LeaseLost:
            refused.set()
            raise

    worker = Worker(Service.INCIDENTS, database, redis_client.connect(settings.redis_url), drain_s=0, poll_s=0.05)
    worker.register(KIND, analyse)
    with worker.running():
        assert refused.wait(20)

    assert handling(client, run_id)["incident_type"] is None
    events = database.execute(sa.text("SELECT type FROM job_events ORDER BY seq"))
    assert [event.type for event in events] == ["job_queued", "job_started"]


def test_an_analysis_that_is_cancelled_leaves_nothing(client: Client, settings: Settings, database: Database) -> None:
    analyst = Analyst(database, Rules())
    run_id = report(client)

    def analyse(run: Run) -> Any:
        client.post(f"/v1/jobs/{run_id}/cancel")
        return analyst.analyse(run)

    worker = Worker(Service.INCIDENTS, database, redis_client.connect(settings.redis_url), drain_s=0, poll_s=0.05)
    worker.register(KIND, analyse)
    with worker.running():
        until(lambda: client.get(f"/incident/run/{run_id}").json()["status"] == "failed")

    assert handling(client, run_id)["incident_type"] is None


def completed(client: Client, run_id: str) -> Any:
    """The run once it is; None while connections from before the outage are still being found out."""
    reply = client.get(f"/incident/run/{run_id}")
    return reply.json() if reply.status_code == 200 and reply.json()["status"] == "completed" else None
