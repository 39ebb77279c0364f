"""One run of the graph for one job: from its input, or from where another worker has left it."""

import contextlib
from collections.abc import Generator, Iterator
from typing import Any
from uuid import UUID

import msgspec

from errand.agents import repository
from errand.agents.authoring.hiring import Hire
from errand.agents.authoring.notes import Note
from errand.agents.checkpoints.saver import Checkpoints, translated
from errand.agents.domain import INIT, LandingPageNotFound
from errand.agents.graph.state import Desk, State
from errand.agents.graph.story import Story
from errand.agents.graph.wiring import wire
from errand.agents.models import LandingPage
from errand.agents.schemas import Addresses
from errand.agents.service import publishing
from errand.agents.service.publishing import Publication
from errand.common.conversion import convert
from errand.common.database import Database, Transaction
from errand.common.jobs import repository as jobs
from errand.common.jobs.domain import Event
from errand.common.jobs.run import Run
from errand.common.llm.budgets import Spending

# Far above what three repairs and all tools take.
_MAX_STEPS = 60


class JobResult(msgspec.Struct, frozen=True, kw_only=True):
    """`reply` is the agent's answer in words. Without a version nothing was published: the user is asked back.

    `usage` says which model wrote, and what it cost.
    """

    reply: str
    landing_page_id: UUID | None
    version: int | None
    preview_url: str | None
    deployment_url: str | None
    summary: str
    report: dict[str, Any] | None
    usage: dict[str, Any]


class Execution:
    """Runs graphs for a worker's threads."""

    def __init__(self, database: Database, checkpoints: Checkpoints, addresses: Addresses, hire: Hire) -> None:
        self._database = database
        self._checkpoints = checkpoints
        self._addresses = addresses
        self._hire = hire
        self._graph = wire().compile()

    def run(self, run: Run) -> JobResult:
        """Raises ChecksFailed, LandingPageNotFound, DatabaseUnavailable."""
        with self._reading(run) as tx:
            page = repository.page_of_session(tx, run.owner_id, run.session_id or "")
            told = jobs.events(tx, [run.job_id])
        if page is None and run.handler == INIT:
            raise LandingPageNotFound
        story = Story(run.emit, told)
        with translated():
            return self._result(page, self._stream(run, page, story))

    def _stream(self, run: Run, page: LandingPage | None, story: Story) -> State:
        graph = self._graph.copy({"checkpointer": self._checkpoints.saver()})
        config: Any = {"configurable": {"thread_id": str(run.job_id)}, "recursion_limit": _MAX_STEPS}
        with run.shielded():
            kept = graph.get_state(config)
        # Not by what comes next: a node whose result is kept, but not yet what follows from it, leaves that empty.
        if kept.values.get("ended"):
            return State(**kept.values)
        given = None if kept.created_at else self._first_state(run, page)
        desk = self._desk(run, page, story, convert(kept.values.get("usage", {}), Spending))
        stream = graph.stream(given, config, context=desk, stream_mode=["tasks", "values"], durability="sync")
        return _follow(run, stream, story)

    def _first_state(self, run: Run, page: LandingPage | None) -> State:
        if run.handler == INIT:
            return {"kind": INIT, "brief": run.input["payload"]}
        state: State = {"kind": run.handler, "message": run.input["message"], "page": None, "brief": {}}
        with self._reading(run) as tx:
            if page and page.current_version and (shown := repository.version(tx, page.id, page.current_version)):
                state |= {"page": shown.page, "brief": shown.brief}
        return state

    def _desk(self, run: Run, page: LandingPage | None, story: Story, spent: Spending) -> Desk:
        def notify(note: Note) -> None:
            story.tell(Event(node=story.node, type=note.kind, message=note.message, data=note.data))

        def publish(publication: Publication, reply: str) -> int:
            if page is None:
                raise LandingPageNotFound
            with run.transaction() as tx:
                repository.answer_turn(tx, run.job_id, reply)
                return publishing.publish(tx, page.id, run.job_id, publication)

        def answer(reply: str) -> None:
            with run.transaction() as tx:
                repository.answer_turn(tx, run.job_id, reply)

        def earlier(number: int | None) -> dict[str, Any] | None:
            if page is None:
                return None
            with self._reading(run) as tx:
                version = repository.version(tx, page.id, number or (page.current_version or 0) - 1)
                return version and version.page

        return Desk(
            tell=story.tell,
            author=self._hire(spent, notify),
            deployment_url=self._addresses.deployment(page.slug) if page else "",
            publish=publish,
            answer=answer,
            earlier=earlier,
        )

    @contextlib.contextmanager
    def _reading(self, run: Run) -> Iterator[Transaction]:
        """A transaction without the lease, in which a request to stop waits."""
        with run.shielded(), self._database.transaction() as tx:
            yield tx

    def _result(self, page: LandingPage | None, state: State) -> JobResult:
        version = state.get("version")
        published = version is not None and page is not None
        return JobResult(
            reply=state["reply"],
            landing_page_id=page.id if page else None,
            version=version,
            preview_url=self._addresses.preview(page.slug, version) if page and version else None,
            deployment_url=self._addresses.deployment(page.slug) if page and published else None,
            summary=state.get("summary", ""),
            report={**state["report"], "missing": state.get("missing", [])} if published else None,
            usage=state.get("usage", {}),
        )


def _follow(run: Run, stream: Generator[Any], story: Story) -> State:
    """The last state of a graph, and on the way to it the story of its nodes."""
    state = State()
    with contextlib.closing(stream):
        # Until the first node begins, this thread uses the saver's connections.
        with run.shielded():
            news = next(stream, None)
        while news is not None:
            mode, item = news
            if mode == "values":
                state = item
            else:
                story.hear(item)
            news = next(stream, None)
    return state
