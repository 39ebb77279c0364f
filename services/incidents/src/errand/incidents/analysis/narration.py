"""The words for what was found: the summary, the possible causes, and drafts of messages, by rules."""

from errand.incidents.analysis.communications import draft_communications
from errand.incidents.analysis.hypotheses import propose_hypotheses
from errand.incidents.analysis.report import Findings, Narrative
from errand.incidents.analysis.summary import summarise


def narrate(findings: Findings, reference: str | None = None) -> Narrative:
    """The words; the internal draft names the reference (a run's id), if there is one."""
    summary = summarise(findings)
    return Narrative(
        summary=summary,
        hypotheses=propose_hypotheses(findings),
        communications=draft_communications(findings, summary, reference),
    )
