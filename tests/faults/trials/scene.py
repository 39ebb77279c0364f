"""What a trial happens to: a stack with two gateways and two workers, on lines to durable engines of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from redis import Redis

from deploy.local.processes import Kind, Process, Program
from errand.common import migrations
from errand.common.database import Database, DatabaseUnavailable
from tests.engines import embedded
from tests.engines.embedded import Embedded
from tests.faults.trials.lines import Line, lines
from tests.faults.trials.load import Load
from tests.live.stories import SERVICES, telling
from tests.stack import Adapt, Stack, with_settings

_WORKER_THREADS = "16"

OpenLine = Callable[[str], Line]

_HELD = sa.text("SELECT job_id, seq FROM job_heads WHERE lease_owner LIKE :owner")


_UNDER_WAY = "SELECT (SELECT count(*) FROM runs WHERE state <> 'ended') + (SELECT count(*) FROM event_outbox)"


class Loss(NamedTuple):
    """A run whose worker was taken from it, at this second since 1970 and behind this event."""

    at: float
    job_id: UUID
    seq: int


@dataclass(frozen=True)
class Scene:
    directory: Path
    stack: Stack
    postgres: Embedded
    redis: Embedded
    #: From all processes to `postgres` and to `redis`, and from the gateways to the `api`.
    lines: dict[str, Line]
    load: Load
    #: Straight to Postgres, past the line.
    database: Database
    losses: list[Loss] = field(default_factory=list)
    #: The process ids of those who were killed or asked to stop.
    dismissed: set[int | None] = field(default_factory=set)

    def processes(self, kind: Kind) -> list[Process]:
        return [process for process in self.stack.processes.values() if process.program.kind == kind]

    def count_as_lost(self, worker: Process) -> None:
        """What it has in hand, just before it is lost. Without Postgres nobody can tell."""
        with contextlib.suppress(DatabaseUnavailable):
            for row in self.database.execute(_HELD, {"owner": f"%:{worker.pid}:%"}):
                self.losses.append(Loss(time.time(), row.job_id, row.seq))

    def revive(self) -> None:
        """Start whatever is not running, as Kubernetes would. Nobody may end without being asked to."""
        for name, process in self.stack.processes.items():
            if process.exit_code is not None:
                if process.pid not in self.dismissed and not _was_killed_by_its_job(process):
                    self.load.history.violations.append(f"{name} ended by itself with {process.exit_code}")
                process.start()

    def is_at_rest(self) -> bool:
        """Whether every client has what it came for, nothing is under way, and all processes are ready."""
        ready = all(process.program.ready() for process in self.stack.processes.values())
        return ready and not self.load.left and not self.count(_UNDER_WAY)

    def count(self, query: str) -> int:
        return int(self.database.execute(sa.text(query))[0][0])

    @contextlib.contextmanager
    def redis_client(self) -> Iterator[Redis]:
        """Straight to Redis, past the line."""
        with Redis.from_url(self.redis.url) as client:
            yield client

    def save_redis(self) -> None:
        """Keep a copy of what Redis would start from now."""
        with self.redis_client() as client:
            client.config_set("auto-aof-rewrite-percentage", 0)
            while client.info("persistence")["aof_rewrite_in_progress"]:
                time.sleep(0.05)
        shutil.rmtree(self._saved, ignore_errors=True)
        _copy(self._append_only_files, self._saved)

    def restore_redis(self) -> None:
        """Have Redis, which is stopped, start from that copy."""
        shutil.rmtree(self._append_only_files)
        _copy(self._saved, self._append_only_files)

    @property
    def _append_only_files(self) -> Path:
        return self.redis.directory / "appendonlydir"

    @property
    def _saved(self) -> Path:
        return self.directory / "saved"


@contextlib.contextmanager
def scene(seed: int) -> Iterator[Scene]:
    """All processes are ready, and the load is on them."""
    os.environ.setdefault("ERRAND_LOG_LEVEL", "warning")
    with contextlib.ExitStack() as exits:
        directory = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="errand-trial-")))
        postgres, broker = embedded.postgres(durable=True), embedded.redis(durable=True)
        for engine in (postgres, broker):
            exits.callback(engine.remove)
            engine.start()
        for service in SERVICES:
            migrations.upgrade(service, postgres.url)
        open_line = exits.enter_context(lines())
        on = {
            "postgres": open_line(f"{postgres.directory}/.s.PGSQL.5432"),
            "redis": open_line(f"{broker.directory}/valkey.sock"),
        }
        database_url = f"postgresql://errand@127.0.0.1:{on['postgres'].port}/postgres"
        redis_url = f"redis://127.0.0.1:{on['redis'].port}/0"
        stack = Stack(directory, database_url, redis_url, adapt=_on_lines(on, open_line), only=SERVICES)
        exits.enter_context(stack.running())
        twin = stack.start_twin("gateway")
        stack.start_twin("incidents-worker")
        database = Database(postgres.url, schema="incidents", pool_size=2)
        exits.callback(database.close)
        load = Load([stack.address, f"127.0.0.1:{twin.program.port}"], stack.token, seed)
        exits.callback(load.stop)
        load.start()
        yield Scene(directory, stack, postgres, broker, on, load, database)


def _on_lines(on: dict[str, Line], open_line: OpenLine) -> Adapt:
    def adapt(program: Program) -> Program:
        program = telling(program)
        if program.kind == "worker":
            return with_settings(program, ERRAND_WORKER_THREADS=_WORKER_THREADS)
        if program.kind == "gateway":
            name, _, url = program.environment["ERRAND_UPSTREAMS"].partition("=")
            on["api"] = open_line(urlsplit(url).netloc)
            return with_settings(program, ERRAND_UPSTREAMS=f"{name}=http://127.0.0.1:{on['api'].port}")
        return program

    return adapt


def _was_killed_by_its_job(process: Process) -> bool:
    return process.program.kind == "worker" and process.exit_code == -signal.SIGKILL


def _copy(source: Path, target: Path) -> None:
    """With its owner, who is not ours."""
    subprocess.run(["cp", "-a", source, target], check=True)
