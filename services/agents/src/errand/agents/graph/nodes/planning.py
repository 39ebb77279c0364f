"""From a request to a plan: `router`, `clarify`, `design_planner`, `designer` and its tools."""

import msgspec

from errand.agents.domain import INIT
from errand.agents.graph.state import State
from errand.agents.graph.telling import Context, answered, calls, completed, tell_tool
from errand.agents.landing import tokens
from errand.agents.landing.brief import read
from errand.agents.landing.edits import AnyEdit, Clarification, Redesign, Restore
from errand.agents.landing.page import Page
from errand.agents.landing.planning import Plan
from errand.common.conversion import convert
from errand.common.jobs.domain import Event

CLARIFY = "clarify"
DESIGN = "design_planner"
CODE = "coder"

_NO_PAGE = "This session has no landing page yet. Start one with POST /v1/agent/init."
_NO_VERSION = "There is no such version to go back to. GET /v1/landing-pages/{id}/versions lists those that there are."


def router(state: State, runtime: Context) -> State:
    """A brief goes to the planner, a message to the coder, or back to the user with a question."""
    runtime.context.tell(Event(node="router", type="node", message="Planning next steps..."))
    if state["kind"] == INIT:
        return {"route": DESIGN} | completed("A new page from the brief.")
    page = state.get("page")
    if page is None:
        return _ask(_NO_PAGE)
    wanted = runtime.context.author.revise(state["message"], convert(page, Page), read(state["brief"]))
    used: State = {"usage": runtime.context.usage()}
    if isinstance(wanted, Clarification):
        return used | _ask(wanted.message)
    return used | _revise(wanted, runtime)


def clarify(state: State, runtime: Context) -> State:
    runtime.context.answer(state["reply"])
    return {"ended": True} | completed(state["reply"])


def design_planner(state: State, runtime: Context) -> State:
    plan = runtime.context.author.plan(read(state["brief"]))
    done = completed(
        "Design planner generated comprehensive design guidelines.",
        theme=plan.design.theme,
        color_count=len(tokens.compute(plan.design).light),
        typography_count=len({plan.design.heading_font, plan.design.body_font}),
        section_count=len(plan.sections),
        animation_count=len(plan.animations),
    )
    return {"plan": msgspec.to_builtins(plan), "usage": runtime.context.usage()} | done


def designer(state: State, runtime: Context) -> State:
    if state.get("answered") != "designer":
        return calls("designer", "compute_tokens", state)
    return completed("Designer settled colours, type and spacing.")


def designer_tools(state: State, runtime: Context) -> State:
    """Makes colours that can be read of those that were asked for."""
    computed = tokens.compute(convert(state["plan"], Plan).design)
    repaired = [adjustment.token for adjustment in computed.adjustments]
    tell_tool(runtime, "designer_tools", state["calls"][0], file_count=1, edit_count=len(repaired), repaired=repaired)
    return answered("designer", "Every text reaches its contrast.", repaired_count=len(repaired))


def _revise(wanted: list[AnyEdit], runtime: Context) -> State:
    """Where the changes are made. Raises nothing: what is not there to go back to is asked about."""
    for edit in wanted:
        if isinstance(edit, Redesign):
            return {"route": DESIGN} | completed("The page is designed anew from its brief.")
        if isinstance(edit, Restore) and runtime.context.earlier(edit.version) is None:
            return _ask(_NO_VERSION)
    done = completed(f"Understood {len(wanted)} change(s).", edit_count=len(wanted))
    return {"route": CODE, "edits": msgspec.to_builtins(wanted)} | done


def _ask(question: str) -> State:
    return {"route": CLARIFY, "reply": question} | completed("The user has to be asked.")
