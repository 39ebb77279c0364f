"""What nodes say: to the world while they work, and in their update when they are done."""

from collections.abc import Callable
from typing import Any

from langgraph.runtime import Runtime

from errand.agents.graph.state import Call, Completion, Desk, State
from errand.common.jobs.domain import Event

Context = Runtime[Desk]
Node = Callable[[State, Context], State]


def telling(name: str, node: Node) -> Node:
    """`node`, which tells by itself that it is done. One that has called its tools is not."""

    def run(state: State, runtime: Context) -> State:
        update = node(state, runtime)
        if not update.get("calls"):
            runtime.context.tell(Event(node=name, type="node_completed", **update["completion"]))
        return update

    return run


def tell_tool(runtime: Context, node: str, call: Call, *, file_count: int, edit_count: int, **data: Any) -> None:
    """That a tool did what it was called for; never with what is in the files."""
    told = {"tool_name": call["name"], "tool_call_id": call["id"], "file_count": file_count, "edit_count": edit_count}
    message = f"Updated {file_count} file(s) with {edit_count} edit(s)"
    runtime.context.tell(Event(node=node, type="tool", message=message, data=told | data))


def calls(node: str, name: str, state: State) -> State:
    """Have the node's tools do `name`."""
    return {"calls": [Call(id=f"call_{node}_{name}_{state.get('passes', 0)}", name=name)]}


def answered(node: str, message: str, **data: Any) -> State:
    """The update of tools that have done what `node` asked for."""
    return {"calls": [], "answered": node, "completion": Completion(message=message, data=data)}


def completed(message: str, **data: Any) -> State:
    """The update of a node that is done."""
    return {"answered": "", "completion": Completion(message=message, data=data)}
