"""The stack that is measured, on durable engines of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx2
import sqlalchemy as sa

from deploy.local.processes import Program
from errand.common import migrations
from errand.common.database import Database
from tests.engines import embedded
from tests.live.stories import telling
from tests.stack import SERVICES, Adapt, Stack, with_settings
from tests.waiting import until

TEXT = "Container MSKU1234567 is missing from terminal"


class Subject(NamedTuple):
    """A running stack, and somebody signed in to it."""

    stack: Stack
    client: httpx2.Client
    token: str
    database: Database
    database_url: str
    redis_url: str

    def submit(self, text: str = TEXT) -> str:
        reply = self.client.post("/incident/run", data={"incident_text": text})
        assert reply.status_code == 202, reply.text
        return str(reply.json()["run_id"])

    def wait_until_idle(self) -> None:
        query = sa.text("SELECT count(*) FROM runs WHERE state <> 'ended'")
        until(lambda: self.database.execute(query)[0][0] == 0, timeout_s=300)

    def pid(self, name: str) -> int:
        pid = self.stack.processes[name].pid
        assert pid is not None
        return pid

    def cpu_s(self, name: str) -> float:
        """What the process has used so far."""
        fields = Path(f"/proc/{self.pid(name)}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100  # utime and stime, in ticks of USER_HZ


def incidents(program: Program) -> Program:
    """As it is deployed."""
    return program


def stories(program: Program) -> Program:
    """With jobs of any length and pace in place of the incidents, and a thread for each of fifty of them."""
    program = telling(program)
    return with_settings(program, ERRAND_WORKER_THREADS="50") if program.kind == "worker" else program


@contextmanager
def subject(adapt: Adapt) -> Iterator[Subject]:
    os.environ.setdefault("ERRAND_LOG_LEVEL", "warning")
    with ExitStack() as stack:
        postgres, redis = embedded.postgres(durable=True), embedded.redis(durable=True)
        for engine in (postgres, redis):
            engine.start()
            stack.callback(engine.remove)
        for service in SERVICES:
            migrations.upgrade(service, postgres.url)
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = stack.enter_context(Stack(directory, postgres.url, redis.url, adapt=adapt).running())
        database = Database(postgres.url, schema="incidents", pool_size=2)
        stack.callback(database.close)
        token = running.token(uuid4())
        headers = {"Authorization": f"Bearer {token}"}
        client = stack.enter_context(httpx2.Client(base_url=running.url, timeout=30, headers=headers))
        yield Subject(running, client, token, database, postgres.url, redis.url)
