"""What a model is given to write from: the report, what the rules found in it, and their own words for that.

Whatever people wrote is JSON between two marks, and no text can close its part: there is no `<` in it.
"""

import functools
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import msgspec

from errand.common.llm.messages import Prompt, user
from errand.incidents.analysis.report import Findings, Narrative
from errand.incidents.narration.redaction import Redaction

#: So many entries of a list are shown; the first ones count most.
_MOST = 40
#: Fields that say nothing about the incident.
_UNSAID = frozenset({"start", "end", "signal", "weight", "score", "rationale", "sop_reference", "run_id"})


class Material:
    """`facts` are the ids of those that are shown."""

    def __init__(self, findings: Findings, draft: Narrative) -> None:
        redact = Redaction(findings.intake.text).redacted
        parts = {"incident": findings.intake.text, "findings": _findings(findings), "draft": _draft(draft)}
        self._parts = {name: _mapped(msgspec.to_builtins(part), redact) for name, part in parts.items()}
        self.facts = frozenset(fact.id for fact in findings.extraction.facts[:_MOST])

    def prompt(self) -> Prompt:
        parts = (f"<{name}>\n{_json(part)}\n</{name}>" for name, part in self._parts.items())
        return Prompt(system=instructions(), messages=(user("\n\n".join(parts)),))

    def texts(self) -> Iterator[str]:
        """All that the prompt says, but for the instructions."""
        return _texts(self._parts)


@functools.cache
def instructions() -> str:
    return files(__package__).joinpath("instructions.md").read_text().strip()


def _findings(findings: Findings) -> dict[str, Any]:
    extraction, assessment, advice = findings.extraction, findings.assessment, findings.advice
    return {
        "incident_type": findings.classification.incident_type,
        "severity": assessment.severity,
        "priority": assessment.priority,
        "severity_factors": assessment.factors,
        "facts": extraction.facts,
        "entities": extraction.entities,
        "timeline": extraction.timeline,
        "runbooks": [{"id": match.id, "title": match.title} for match in findings.runbooks],
        "similar_incidents": findings.similar,
        "recommendations": advice.recommendations,
        "escalation": advice.escalation,
        "impact": advice.impact,
        "open_questions": advice.missing_information,
    }


def _draft(draft: Narrative) -> dict[str, Any]:
    causes = [
        {"cause": hypothesis.cause, "next_check": hypothesis.next_check, "evidence_for": hypothesis.evidence_for}
        for hypothesis in draft.hypotheses
    ]
    return {"summary": draft.summary, "hypotheses": causes, "communications": draft.communications}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Every text changed; what is empty, too much or says nothing, left out."""
    match value:
        case str():
            return change(value)
        case list() | tuple():
            return [_mapped(item, change) for item in value[:_MOST]]
        case dict():
            kept = {
                key: item for key, item in value.items() if key not in _UNSAID and item not in (None, "", [], (), {})
            }
            return {key: _mapped(item, change) for key, item in kept.items()}
        case _:
            return value


def _texts(value: Any) -> Iterator[str]:
    match value:
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for item in value.values():
                yield from _texts(item)
        case _:
            yield str(value)
