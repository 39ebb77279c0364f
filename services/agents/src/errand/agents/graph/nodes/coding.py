"""From a plan or from wanted changes to the page: `coder` and its tools."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from errand.agents.graph.nodes.planning import DESIGN
from errand.agents.graph.state import State
from errand.agents.graph.telling import Context, answered, calls, completed, tell_tool
from errand.agents.landing import edits
from errand.agents.landing.brief import read
from errand.agents.landing.edits import AnyEdit, Change, Restore
from errand.agents.landing.page import Files, Page
from errand.agents.landing.planning import Plan
from errand.common.conversion import convert

WRITE, CHANGE = "write_page", "apply_edits"


def coder(state: State, runtime: Context) -> State:
    """Writes the page, or changes it as the user asked, by its tools."""
    if state.get("answered") != "coder":
        return calls("coder", WRITE if state["route"] == DESIGN else CHANGE, state)
    return completed("Coder completed implementation pass.")


def coder_tools(state: State, runtime: Context) -> State:
    call = state["calls"][0]
    update, edit_count = _TOOLS[call["name"]](state, runtime)
    file_count = len(_changed(state.get("page"), update["page"], runtime))
    tell_tool(runtime, "coder_tools", call, file_count=file_count, edit_count=edit_count)
    return update | answered("coder", f"{file_count} file(s) are new.", file_count=file_count, edit_count=edit_count)


def _write(state: State, runtime: Context) -> tuple[State, int]:
    """One edit for each section."""
    draft = runtime.context.author.write(read(state["brief"]), convert(state["plan"], Plan))
    update: State = {
        "page": msgspec.to_builtins(draft.page),
        "missing": msgspec.to_builtins(draft.missing),
        "summary": "Built the page from its brief.",
        "usage": runtime.context.usage(),
    }
    return update, len(draft.page.sections)


def _change(state: State, runtime: Context) -> tuple[State, int]:
    """Those edits count that changed something."""
    page = convert(state["page"], Page)
    changes = []
    for edit in convert(state["edits"], list[AnyEdit]):
        if isinstance(edit, Restore):
            page = convert(runtime.context.earlier(edit.version), Page)
            changes.append(Change(edit=edit, changed=True, description=edits.describe(edit)))
        else:
            outcome = edits.perform(page, [edit])
            page = outcome.page
            changes += outcome.changes
    summary = " ".join(change.description for change in changes)
    return {"page": msgspec.to_builtins(page), "summary": summary}, sum(change.changed for change in changes)


_TOOLS: Mapping[str, Callable[[State, Context], tuple[State, int]]] = {WRITE: _write, CHANGE: _change}


def _changed(before: dict[str, Any] | None, after: dict[str, Any] | None, runtime: Context) -> list[str]:
    """The paths of the files that differ."""
    old, new = _files(before, runtime), _files(after, runtime)
    return [path for path, file in new.items() if old.get(path) != file]


def _files(page: dict[str, Any] | None, runtime: Context) -> Files:
    return runtime.context.render(page)[1] if page else {}
