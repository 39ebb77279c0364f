"""The analysis of an incident's text by rules: every statement of it rests on a quote, a count or a check digit.

The stages are pure functions from one struct to the next; `analyse` runs them all.
"""

from collections.abc import Sequence

from errand.incidents.analysis.assessment import assess
from errand.incidents.analysis.classification import classify
from errand.incidents.analysis.extraction import extract
from errand.incidents.analysis.intake import normalise, render
from errand.incidents.analysis.knowledge import Runbook, knowledge_version, runbooks
from errand.incidents.analysis.narration import narrate
from errand.incidents.analysis.recommendation import recommend
from errand.incidents.analysis.report import Analysis, Duplicate, Extraction, Findings, Intake, Narrative, Provenance
from errand.incidents.analysis.retrieval import retrieve
from errand.incidents.analysis.similarity import Past, find_similar, past_cases

__all__ = ["RULES", "analyse", "compose", "examine", "extract", "narrate", "normalise", "render"]

RULES = "rules-2"


def analyse(text: str, reference: str | None = None) -> Analysis:
    """All stages in one go, with the knowledge that comes with the service; drafts name the reference."""
    intake = normalise(text)
    findings = examine(intake, extract(intake), runbooks(), past_cases())
    return compose(findings, narrate(findings, reference), provider="offline", model=RULES)


def examine(intake: Intake, extraction: Extraction, runbooks: Sequence[Runbook], past: Sequence[Past]) -> Findings:
    """What the rules make of a text: its type, its severity, what is known about its like, and what to do."""
    matches = retrieve(intake, extraction, runbooks)
    classification = classify(extraction, matches)
    assessment = assess(extraction)
    similar = find_similar(intake, extraction, classification.incident_type, past)
    return Findings(
        intake=intake,
        extraction=extraction,
        classification=classification,
        assessment=assessment,
        runbooks=matches,
        similar=similar,
        advice=recommend(intake, extraction, matches, similar, classification, assessment),
    )


def compose(
    findings: Findings,
    narrative: Narrative,
    *,
    provider: str,
    model: str,
    fallback: str | None = None,
    cost_usd: float = 0.0,
    duplicate_of: Duplicate | None = None,
) -> Analysis:
    """The result: what was found, and the words for it."""
    extraction, classification, assessment = findings.extraction, findings.classification, findings.assessment
    return Analysis(
        incident_type=classification.incident_type,
        severity=assessment.severity,
        priority=assessment.priority,
        confidence=classification.confidence,
        summary=narrative.summary,
        recommendations=findings.advice.recommendations,
        hypotheses=narrative.hypotheses,
        missing_information=findings.advice.missing_information,
        evidence=classification.evidence,
        severity_score=assessment.score,
        severity_factors=assessment.factors,
        facts=extraction.facts,
        timeline=extraction.timeline,
        entities=extraction.entities,
        sop_references=findings.runbooks,
        similar_incidents=findings.similar,
        duplicate_of=duplicate_of,
        impact=findings.advice.impact,
        escalation=findings.advice.escalation,
        communications=narrative.communications,
        provenance=Provenance(
            provider=provider,
            model=model,
            rules=RULES,
            knowledge_version=knowledge_version(),
            text_truncated=findings.intake.truncated,
            fallback=fallback,
            cost_usd=cost_usd,
        ),
    )
