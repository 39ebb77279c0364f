"""The job's story as its graph runs: LangGraph's news of nodes, made into events for people, each told once.

A worker that takes over after another's death enters a node anew, under the same task id: what was told of that task
before is counted, and left out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from errand.common.errors import ErrandError
from errand.common.jobs.domain import Event

TASK = "task_id"

_BEGINNINGS: Mapping[str, tuple[str, int]] = {
    "router": ("Router is reading the request.", 5),
    "clarify": ("Preparing a question.", 90),
    "design_planner": ("Design planner is reading the brief.", 10),
    "designer": ("Designer is choosing colours, type and spacing.", 25),
    "designer_tools": ("Computing design tokens.", 30),
    "coder": ("Coder is writing the page.", 40),
    "coder_tools": ("Writing files.", 55),
    "check": ("Checking HTML, accessibility, contrast, links and weight.", 75),
    "deployment_fixer": ("Deployment fixer is looking at what the checks found.", 80),
    "deployment_fixer_tools": ("Repairing the page.", 85),
    "deployer": ("Publishing the page.", 95),
}


class Told(Protocol):
    """An event that is in the story already."""

    node: str
    type: str
    data: Mapping[str, Any]


class Story:
    def __init__(self, emit: Callable[[Event], None], told: Iterable[Told]) -> None:
        self._emit = emit
        self._told: Counter[tuple[str, str]] = Counter()
        #: Nodes that have begun and called their tools: they are not begun again when they go on.
        self._open: set[str] = set()
        #: Tasks that something was told of: that they began, or that they go on.
        self._known: set[str] = set()
        #: The one at work.
        self.node = ""
        self._task_id = ""
        for event in told:
            if task_id := event.data.get(TASK):
                self._known.add(task_id)
                self._told[task_id, event.type] += 1
                self._note(event.node, event.type)

    def hear(self, task: Mapping[str, Any]) -> None:
        """What the graph's `tasks` stream says: that a node begins, or that it failed.

        That it is done is for the node itself to tell: LangGraph says so when it has kept it already, and a worker that
        died in between would leave it untold for ever.
        """
        if "result" in task:
            self._end(task)
        else:
            self._begin(task)

    def tell(self, event: Event) -> None:
        """What the node at work says itself."""
        self._note(event.node, event.type)
        key = self._task_id, event.type
        if self._told[key]:
            self._told[key] -= 1
            return
        data = {**event.data, TASK: self._task_id}
        self._emit(Event(node=event.node, type=event.type, message=event.message, data=data, progress=event.progress))

    def _begin(self, task: Mapping[str, Any]) -> None:
        self._task_id, self.node = task["id"], task["name"]
        if self.node not in self._open and self._task_id not in self._known:
            message, progress = _BEGINNINGS[self.node]
            self.tell(Event(node=self.node, type="node_started", message=message, progress=progress))

    def _end(self, task: Mapping[str, Any]) -> None:
        if task["error"] is not None:
            self.tell(_error(task["name"], task["error"]))

    def _note(self, node: str, type: str) -> None:
        if type == "node_started":
            self._open.add(node)
        elif type in ("node_completed", "error"):
            self._open.discard(node)


def _error(node: str, error: BaseException) -> Event:
    """What is not meant for clients stays in the log."""
    message = str(error) if isinstance(error, ErrandError) else f"{node} failed unexpectedly."
    return Event(node=node, type="error", message=message, data={"error": message})
