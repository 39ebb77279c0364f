"""What a graph knows between its nodes, and what its nodes may reach."""

import functools
from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from errand.agents.authoring.author import Author
from errand.agents.landing.page import Files, Page
from errand.agents.landing.rendering import render
from errand.agents.service.publishing import Publication
from errand.common.conversion import convert
from errand.common.jobs.domain import Event


class Call(TypedDict):
    """A node asks its tools for something. `id` names the call in events."""

    id: str
    name: str


class Completion(TypedDict):
    """What a node's `node_completed` says."""

    message: str
    data: dict[str, Any]


class State(TypedDict, total=False):
    """Plain values alone: LangGraph stores them after each node, and refuses to read back anything else.

    `page`, `plan`, `report`, `missing` and `edits` are structs of `landing` as plain data. `calls` wait for the tools
    of the node that made them; `answered` names the node whose calls are done, until it goes on. `summary` says what
    is new. `passes` counts repairs, `faults` are the errors that the last one began with. `usage` is the author's.
    `ended` says that the last node is done.
    """

    kind: str
    message: str
    brief: dict[str, Any]
    page: dict[str, Any] | None
    route: str
    plan: dict[str, Any]
    missing: list[dict[str, Any]]
    edits: list[dict[str, Any]]
    calls: list[Call]
    answered: str
    summary: str
    report: dict[str, Any]
    passes: int
    faults: list[str]
    completion: Completion
    reply: str
    version: int | None
    usage: dict[str, Any]
    ended: bool


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What the nodes of one run reach outside of their state. Each of the calls may be made again.

    `tell` puts an event of the node at work into the job's story. `publish` stores a version with what is answered to
    the user, and gives its number; `answer` has an answer alone. `earlier` is the page in the version of a number, or
    before the current one; None where there is none. `deployment_url` is the page's address, as a URL or as a path.
    """

    tell: Callable[[Event], None]
    author: Author
    deployment_url: str
    publish: Callable[[Publication, str], int]
    answer: Callable[[str], None]
    earlier: Callable[[int | None], dict[str, Any] | None]

    def usage(self) -> dict[str, Any]:
        """Who writes, and what that has cost."""
        return {"model": self.author.model, **msgspec.structs.asdict(self.author.spent)}

    def render(self, page: dict[str, Any]) -> tuple[Page, Files]:
        return _rendered(msgspec.json.encode(page), self.deployment_url)


@functools.lru_cache(maxsize=32)
def _rendered(page: bytes, base_url: str) -> tuple[Page, Files]:
    """Nodes that follow each other look at the same page."""
    read = convert(msgspec.json.decode(page), Page)
    return read, render(read, base_url)
