"""Which node follows which."""

from collections.abc import Mapping

from langgraph.graph import END, START, StateGraph

from errand.agents.graph.nodes import coding, delivery, planning
from errand.agents.graph.state import Desk, State
from errand.agents.graph.telling import Node, telling

CHECK, DEPLOYER, FIXER = "check", "deployer", "deployment_fixer"

_NODES: Mapping[str, Node] = {
    "router": planning.router,
    "clarify": planning.clarify,
    "design_planner": planning.design_planner,
    "designer": planning.designer,
    "designer_tools": planning.designer_tools,
    "coder": coding.coder,
    "coder_tools": coding.coder_tools,
    CHECK: delivery.check_page,
    DEPLOYER: delivery.deployer,
    FIXER: delivery.deployment_fixer,
    f"{FIXER}_tools": delivery.deployment_fixer_tools,
}


def wire() -> "StateGraph[State, Desk, State, State]":
    graph = StateGraph(State, Desk)
    for name, node in _NODES.items():
        graph.add_node(name, telling(name, node))

    graph.add_edge(START, "router")
    graph.add_conditional_edges("router", lambda state: state["route"], ["design_planner", "coder", "clarify"])
    graph.add_edge("clarify", END)
    graph.add_edge("design_planner", "designer")
    _with_tools(graph, "designer", then="coder")
    _with_tools(graph, "coder", then=CHECK)
    graph.add_conditional_edges(CHECK, lambda state: FIXER if state["faults"] else DEPLOYER, [FIXER, DEPLOYER])
    graph.add_conditional_edges(DEPLOYER, lambda state: FIXER if state["faults"] else END, [FIXER, END])
    _with_tools(graph, FIXER, then=CHECK)
    return graph


def _with_tools(graph: "StateGraph[State, Desk, State, State]", node: str, *, then: str) -> None:
    """A node goes to its tools and back until it calls them no more."""
    tools = f"{node}_tools"
    graph.add_conditional_edges(node, lambda state: tools if state.get("calls") else then, [tools, then])
    graph.add_edge(tools, node)
