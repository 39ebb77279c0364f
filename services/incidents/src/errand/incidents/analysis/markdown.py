"""The whole analysis as Markdown that a person reads, ticks off or prints."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from errand.incidents.analysis.escaping import plain, quoted
from errand.incidents.analysis.report import (
    Analysis,
    Fact,
    Hypothesis,
    Message,
    Phase,
    Recommendation,
    RunbookMatch,
    SeverityFactor,
    SimilarIncident,
)
from errand.incidents.analysis.state import is_topic

_PHASES: dict[Phase, str] = {
    "contain": "Contain",
    "diagnose": "Find out",
    "fix": "Put right",
    "verify": "Check",
    "communicate": "Tell",
    "prevent": "Prevent",
}
_POLARITIES = {"asserted": "", "negated": " (denied)", "resolved": " (reported as over)"}
_STATUSES = {"proposed": "possible", "supported": "supported by the text", "refuted": "spoken against by the text"}


class AuditLine(Struct, frozen=True, kw_only=True):
    """What a person did with the incident; `details` are what it set, in words."""

    at: datetime
    actor: str
    action: str
    details: str = ""


class Handling(Struct, frozen=True, kw_only=True):
    """How people handle the incident, and what they think of the analysis."""

    state: str
    assignee: str | None = None
    cause: str | None = None
    resolution: str | None = None
    feedback: str | None = None
    audit: tuple[AuditLine, ...] = ()


def render_report(analysis: Analysis, run_id: UUID, created_at: datetime, handling: Handling | None = None) -> str:
    """The report, `created_at` being when the incident was reported. What people wrote in it shows as they wrote it,
    and has no effect as Markdown or HTML."""
    blocks = [
        *_head(analysis, run_id, created_at),
        *_handling(handling),
        *_actions(analysis.recommendations),
        *_section("Facts", map(_fact, _facts(analysis))),
        *_section("Timeline", (f"{plain(entry.at)}: {plain(entry.event)}" for entry in analysis.timeline)),
        *_section("Possible causes", map(_cause, analysis.hypotheses)),
        *_impact(analysis),
        *_escalation(analysis),
        *_section("Similar incidents", map(_similar, analysis.similar_incidents)),
        *_section("Runbooks", map(_runbook, analysis.sop_references)),
        *_section("Open questions", map(plain, analysis.missing_information)),
        *_draft("Draft for colleagues", analysis.communications.internal),
        *_draft("Draft for customers", analysis.communications.customer),
        *_provenance(analysis),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(analysis: Analysis, run_id: UUID, created_at: datetime) -> Iterator[str]:
    yield f"# {plain(analysis.incident_type)}: {analysis.severity}, {analysis.priority}"
    yield f"Run {run_id}, reported {_time(created_at)}"
    if duplicate := analysis.duplicate_of:
        shared = f" ({plain(', '.join(duplicate.shared))})" if duplicate.shared else ""
        yield f"**May be the same as run {duplicate.run_id}**, {duplicate.minutes_before} minutes before{shared}."
    yield plain(analysis.summary)
    yield from _section("Why this severity", map(_factor, analysis.severity_factors))


def _handling(handling: Handling | None) -> Iterator[str]:
    if handling is None:
        return
    stated = {
        "State": handling.state,
        "Assigned to": handling.assignee,
        "Cause": handling.cause,
        "Resolution": handling.resolution,
        "Feedback": handling.feedback,
    }
    yield from _section("Handling", (f"{name}: {plain(value)}" for name, value in stated.items() if value))
    if handling.audit:
        yield _bullets(map(_audit_line, handling.audit))


def _audit_line(line: AuditLine) -> str:
    details = f": {plain(line.details)}" if line.details else ""
    return f"{_time(line.at)}, {plain(line.actor)} {plain(line.action)}{details}"


def _actions(recommendations: Sequence[Recommendation]) -> Iterator[str]:
    yield "## What to do"
    for phase, items in groupby(recommendations, key=lambda item: item.phase):
        yield f"### {_PHASES[phase]}"
        yield _bullets(map(_action, items))


def _action(item: Recommendation) -> str:
    source = f", {plain(item.sop_reference)}" if item.sop_reference else ""
    owner = f"**{plain(item.owner_role)}**, {plain(item.due_within)}{source}"
    return f"☐ {item.id} {plain(item.action)}\\\n  {owner}\\\n  *{plain(item.rationale)}*"


def _factor(factor: SeverityFactor) -> str:
    quote = f": “{plain(factor.quote)}”" if factor.quote else ""
    return f"{factor.kind} {factor.weight}: {plain(factor.factor)}{quote}"


def _facts(analysis: Analysis) -> Iterator[Fact]:
    """All but mere topics on which nothing rests."""
    cited = {area.fact for area in analysis.impact.areas} | {factor.fact for factor in analysis.severity_factors}
    for hypothesis in analysis.hypotheses:
        cited.update(hypothesis.evidence_for, hypothesis.evidence_against)
    return (fact for fact in analysis.facts if fact.id in cited or not is_topic(fact))


def _fact(fact: Fact) -> str:
    return f"{fact.id} {plain(fact.statement)}{_POLARITIES[fact.polarity]}: “{plain(fact.quote)}”"


def _cause(hypothesis: Hypothesis) -> str:
    evidence = [
        *([f"for it {', '.join(hypothesis.evidence_for)}"] if hypothesis.evidence_for else []),
        *([f"against it {', '.join(hypothesis.evidence_against)}"] if hypothesis.evidence_against else []),
        *([f"as in {plain(hypothesis.source)}"] if hypothesis.source else []),
    ]
    status = f"{_STATUSES[hypothesis.status]}, confidence {hypothesis.confidence:.0%}"
    return (
        f"{hypothesis.id} **{plain(hypothesis.cause)}**\\\n  {'; '.join([status, *evidence])}\\\n"
        f"  Next check: {plain(hypothesis.next_check)}"
    )


def _impact(analysis: Analysis) -> Iterator[str]:
    impact = analysis.impact
    vessels = f"vessels: {plain(', '.join(impact.vessels))}" if impact.vessels else ""
    containers = f"containers: {impact.containers}" if impact.containers else ""
    scope = ", ".join(filter(None, [f"Scope: {impact.scope}", containers, vessels]))
    areas = (
        f"{area.area}: {plain(area.statement)}{f' ({plain(area.fact)})' if area.fact else ''}" for area in impact.areas
    )
    yield from _section("Impact", [scope, *areas])


def _escalation(analysis: Analysis) -> Iterator[str]:
    plan = analysis.escalation
    goal = f"respond: {plain(plan.respond_within)}, resolve: {plain(plan.resolve_within)}"
    steps = (f"**{plain(step.role)}**, {plain(step.after)}: {plain(step.action)}" for step in plan.path)
    yield from _section("Escalation", [f"**{plain(plan.contact_role)}** first; {goal}", *steps])


def _similar(match: SimilarIncident) -> str:
    parts = {"cause": match.cause, "what helped": match.resolution, "outcome": match.outcome}
    told = "".join(f"\\\n  {name}: {plain(value)}" for name, value in parts.items() if value)
    shared = ", ".join([*match.shared_entities, *match.matched_terms])
    return f"{plain(match.id)} **{plain(match.title)}**, {match.severity} (shared: {plain(shared)}){told}"


def _runbook(match: RunbookMatch) -> str:
    own = ", your own" if match.own else ""
    terms = f": the text says {plain(', '.join(match.matched_terms))}" if match.matched_terms else ""
    return f"{plain(match.id)} **{plain(match.title)}** (version {match.version}{own}){terms}"


def _draft(title: str, message: Message) -> Iterator[str]:
    yield f"## {title}"
    yield f"**{plain(message.subject)}**"
    yield quoted(message.body)


def _provenance(analysis: Analysis) -> Iterator[str]:
    made = analysis.provenance
    yield "---"
    fallback = f" The model failed ({plain(made.fallback)}), so rules wrote in its place." if made.fallback else ""
    truncated = " The text was longer than what is read." if made.text_truncated else ""
    yield (
        f"Written by {plain(made.provider)} ({plain(made.model)}) over the facts of {plain(made.rules)}, "
        f"knowledge {made.knowledge_version}.{fallback}{truncated}"
    )


def _section(title: str, items: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """Nothing where there are no items."""
    if listed := _bullets(items):
        yield f"## {title}"
        yield listed


def _bullets(items: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
