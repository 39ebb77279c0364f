"""From the page to the world: `check`, `deployer`, and `deployment_fixer` with its tools where they are not content."""

from typing import Any

import msgspec

from errand.agents.domain import INIT, MAX_PASSES, ChecksFailed
from errand.agents.graph.state import State
from errand.agents.graph.telling import Context, answered, calls, completed, tell_tool
from errand.agents.landing import repairs
from errand.agents.landing.checks import Finding, Report, check
from errand.agents.service.publishing import PageTooLarge, Publication
from errand.common.conversion import convert

_EXCERPT = 3


def check_page(state: State, runtime: Context) -> State:
    """Raises ChecksFailed where repairs have not helped."""
    page, files = runtime.context.render(_page(state))
    return _examined(state, check(page, files))


def deployer(state: State, runtime: Context) -> State:
    """Publishes what has passed, as a new version. A page that is refused goes to the fixer."""
    desk, data = runtime.context, _page(state)
    page, files = desk.render(data)
    url = desk.deployment_url
    reply = f"Your page is ready: {url}" if state["kind"] == INIT else f"{state['summary']} See {url}"
    publication = Publication(
        brief=state["brief"],
        page=data,
        report={**state["report"], "missing": state.get("missing", [])},
        files=files,
        summary=state["summary"],
    )
    try:
        version = desk.publish(publication, reply)
    except PageTooLarge as error:
        refusal = Finding(
            rule="weight-published", group="weight", severity="error", message=str(error), path="index.html"
        )
        return _examined(state, Report(findings=[refusal], weight_bytes=0))
    done = completed(f"Published {page.name} as version {version}.", deployment_url=url, version=version)
    return {"version": version, "reply": reply, "faults": [], "ended": True} | done


def deployment_fixer(state: State, runtime: Context) -> State:
    if state.get("answered") != "deployment_fixer":
        return {"passes": state.get("passes", 0) + 1} | calls("deployment_fixer", "repair_page", state)
    report = convert(state["report"], Report)
    before, after = len(state["faults"]), len(report.errors)
    return completed(
        f"Deployment fixer repaired {before - after} of {before} error(s).",
        **{"pass": state["passes"]},
        error_excerpt=[error[:200] for error in state["faults"][:_EXCERPT]],
        tools=["repair_page"],
        error_count_before=before,
        error_count_after=after,
    )


def deployment_fixer_tools(state: State, runtime: Context) -> State:
    report = convert(state["report"], Report)
    page, before = runtime.context.render(_page(state))
    repair = repairs.repair(page, report)
    fixed = msgspec.to_builtins(repair.page)
    after = runtime.context.render(fixed)[1]
    left = check(repair.page, after)
    tell_tool(
        runtime,
        "deployment_fixer_tools",
        state["calls"][0],
        file_count=len([path for path, file in after.items() if before.get(path) != file]),
        edit_count=len(repair.fixes),
        error_count_before=len(report.errors),
        error_count_after=len(left.errors),
    )
    update: State = {"page": fixed, "report": msgspec.to_builtins(left)}
    return update | answered("deployment_fixer", " ".join(fix.description for fix in repair.fixes) or "Nothing to do.")


def _examined(state: State, report: Report) -> State:
    faults = [finding.message for finding in report.errors]
    if faults and (state.get("passes", 0) >= MAX_PASSES or faults == state.get("faults")):
        raise ChecksFailed(faults)
    warnings = len(report.findings) - len(faults)
    update: State = {"report": msgspec.to_builtins(report), "faults": faults}
    return update | completed(
        f"Found {len(faults)} error(s) and {warnings} warning(s).",
        error_count=len(faults),
        warning_count=warnings,
        weight_bytes=report.weight_bytes,
    )


def _page(state: State) -> dict[str, Any]:
    page = state["page"]
    assert page is not None
    return page
