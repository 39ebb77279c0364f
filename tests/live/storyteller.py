"""A service in the place of incidents: its jobs tell a story as long and as fast as they are asked to.

`python -m tests.live.storyteller api|worker`
"""

import sys
import time
from uuid import UUID

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from errand.common import logging
from errand.common.database import Database
from errand.common.http.server import serve
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.common.jobs.api import create_jobs_app
from errand.common.jobs.domain import Event, NewJob
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.run import Run
from errand.common.jobs.worker import connect_worker
from errand.common.settings import load
from errand.common.telemetry import process
from errand.incidents.settings import Settings

KIND = "story"
PATH = "/incident/stories"
# About as long as what an agent says of a step.
LINE = "and then it came to pass that one more line was told, of which nobody was ever to miss a word"


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`lines` events, `together` of them in each commit, and `pause_s` after each commit; before all a silence."""

    lines: int
    silence_s: float = 0.0
    together: int = 1
    pause_s: float = 0.0


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
    ) -> Submitted:
        new = NewJob(kind=KIND, owner_id=principal.user_id, input=msgspec.to_builtins(data), title="Story")
        with database.transaction() as tx:
            return Submitted(jobs.submit(tx, new).job.id)


def tell(run: Run) -> int:
    story = msgspec.convert(run.input, Story)
    _wait(story.silence_s)
    for first in range(0, story.lines, story.together):
        run.emit(*map(_line, range(first, min(first + story.together, story.lines))))
        _wait(story.pause_s)
    return story.lines


def _wait(seconds: float) -> None:
    """In small pieces: between them the run can be stopped."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))


def _line(number: int) -> Event:
    return Event(node="storyteller", type="line", message=f"{LINE} ({number}).", data={"number": number})


def main() -> None:
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
