"""What revisions of the kernel's tables make of rows that are there."""

from alembic import command
from sqlalchemy import text

from errand.common import migrations
from errand.common.database import Database
from tests.engines.databases import Databases


def test_jobs_0002_counts_open_runs_and_keeps_requests_to_cancel(databases: Databases) -> None:
    url = databases.empty()
    config = migrations._config("incidents", url)
    command.upgrade(config, "jobs_0001")
    database = Database(url, schema="incidents", pool_size=1)
    for kind, runs in {
        "ended": [("ended", False)],
        "waits": [("ended", False), ("due", False), ("due", False)],
        "cancelled": [("running", True), ("due", False)],
    }.items():
        add_job(database, kind, runs)
    database.close()

    command.upgrade(config, "heads")
    database = Database(url, schema="incidents", pool_size=1)
    heads = database.execute(
        text("SELECT kind, open_runs, cancel_requested FROM jobs JOIN job_heads ON job_id = id ORDER BY kind")
    )
    database.close()

    assert heads == [("cancelled", 2, True), ("ended", 0, False), ("waits", 2, False)]
    command.downgrade(config, "jobs_0001")
    databases.drop(url)


def add_job(database: Database, kind: str, runs: list[tuple[str, bool]]) -> None:
    (job,) = database.execute(
        text("""
            WITH job AS (
                INSERT INTO jobs (id, kind, owner_id, status, title, description, input)
                VALUES (gen_random_uuid(), :kind, gen_random_uuid(), 'pending', '', '', 'null')
                RETURNING id
            )
            INSERT INTO job_heads (job_id, seq) SELECT id, 1 FROM job RETURNING job_id
        """),
        {"kind": kind},
    )
    for number, (state, cancelled) in enumerate(runs, 1):
        database.execute(
            text("""
                INSERT INTO runs (job_id, number, handler, owner_id, queue, priority, turn, concurrency_key, state,
                                  max_attempts, time_limit_s, cancel_requested_at)
                VALUES (:job_id, :number, '', gen_random_uuid(), '', 0, 0, :kind, :state, 1, 1,
                        CASE WHEN :cancelled THEN now() END)
            """),
            {"job_id": job.job_id, "number": number, "kind": kind, "state": state, "cancelled": cancelled},
        )
