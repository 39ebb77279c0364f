"""A service in the place of incidents: its jobs tell a story as long and as fast as they are asked to.

`python -m tests.live.storyteller api|worker`
"""

import faulthandler
import os
import secrets
import signal
import sys
import time
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from errand.common import logging
from errand.common.conversion import convert
from errand.common.database import Database
from errand.common.http.server import serve
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.common.jobs.api import create_jobs_app
from errand.common.jobs.domain import Event, NewJob, Waiting
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.run import Run
from errand.common.jobs.submissions import IdempotencyKey
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process
from errand.incidents.settings import Settings

KIND = "story"
PATH = "/incident/stories"
# About as long as what an agent says of a step.
LINE = "and then it came to pass that one more line was told, of which nobody was ever to miss a word"


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`lines` events, `together` of them in each commit, and `pause_s` after each commit; before all a silence.

    The first `failures` attempts end in an error halfway, and each one in the worker's death where it is `deadly`. One
    that `asks` waits for a message after its lines, and then tells them again. Stories with a `session` are told one at
    a time. `tag` is the client's own.
    """

    lines: int
    silence_s: float = 0.0
    together: int = 1
    pause_s: float = 0.0
    failures: int = 0
    deadly: bool = False
    asks: bool = False
    session: str | None = None
    tag: str = ""


class Message(msgspec.Struct, frozen=True):
    message: str


class Submitted(msgspec.Struct, frozen=True):
    job_id: UUID


class StoryController(Controller):
    path = PATH

    @post(status_code=202, sync_to_thread=True)
    def submit(
        self,
        data: JSONBody[Story],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
        idempotency_key: IdempotencyKey = None,
    ) -> Submitted:
        new = NewJob(
            kind=KIND,
            owner_id=principal.user_id,
            input=msgspec.to_builtins(data),
            title="Story",
            session_id=data.session,
            concurrency_key=data.session,
        )
        with database.transaction() as tx:
            return Submitted(jobs.submit(tx, new, idempotency_key=idempotency_key).job.id)

    @post("/{job_id:uuid}/messages", status_code=202, sync_to_thread=True)
    def answer(
        self,
        job_id: FromPath[UUID],
        data: JSONBody[Message],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        jobs: NamedDependency[Jobs],
    ) -> Submitted:
        with database.transaction() as tx:
            jobs.add_run(tx, job_id, principal.user_id, msgspec.to_builtins(data), message=data.message)
        return Submitted(job_id)


def tell(run: Run) -> Any:
    """Every line carries the run's `theme`, a step whose outcome is kept over its attempts and retries."""
    story = convert(run.input, Story)
    theme = run.step("theme", lambda: secrets.token_hex(4), str)
    _wait(story.silence_s)
    for first in range(0, story.lines, story.together):
        if first >= story.lines // 2:
            _fail(run, story)
        run.emit(*(_line(number, theme) for number in range(first, min(first + story.together, story.lines))))
        _wait(story.pause_s)
    return Waiting("Shall it be told again?") if story.asks and run.payload is None else story.lines


def _fail(run: Run, story: Story) -> None:
    if story.deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    if run.attempt <= story.failures:
        raise RuntimeError("the storyteller has lost the thread")


def _wait(seconds: float) -> None:
    """In small pieces: between them the run can be stopped."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))


def _line(number: int, theme: str) -> Event:
    data = {"number": number, "theme": theme}
    return Event(node="storyteller", type="line", message=f"{LINE} ({number}).", data=data)


def main() -> None:
    faulthandler.enable()
    settings = load(Settings)
    logging.configure("storyteller", format=settings.log_format, level=settings.log_level)
    process.start("storyteller", settings)
    if sys.argv[1:] == ["api"]:
        serve(
            create_jobs_app(Service.INCIDENTS, settings, [StoryController]), host=settings.host, ports=[settings.port]
        )
    else:
        worker = connect_worker(Service.INCIDENTS, settings)
        worker.register(KIND, tell)
        worker.serve()


if __name__ == "__main__":
    main()
