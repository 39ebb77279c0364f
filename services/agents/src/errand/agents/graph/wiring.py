"""Which node follows which."""

from langgraph.graph import END, START, StateGraph

from errand.agents.graph.nodes import coding, delivery, planning
from errand.agents.graph.state import Desk, State

CHECK, DEPLOYER, FIXER = "check", "deployer", "deployment_fixer"


def wire() -> "StateGraph[State, Desk, State, State]":
    graph = StateGraph(State, Desk)
    graph.add_node(planning.router)
    graph.add_node(planning.clarify)
    graph.add_node(planning.design_planner)
    graph.add_node(planning.designer)
    graph.add_node(planning.designer_tools)
    graph.add_node(coding.coder)
    graph.add_node(coding.coder_tools)
    graph.add_node(CHECK, delivery.check_page)
    graph.add_node(delivery.deployer)
    graph.add_node(delivery.deployment_fixer)
    graph.add_node(delivery.deployment_fixer_tools)

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
