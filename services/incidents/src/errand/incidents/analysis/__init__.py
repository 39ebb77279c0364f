"""The analysis of an incident's text by rules: every statement of it rests on a quote, a count or a check digit.

The stages are pure functions from one struct to the next; `analyse` runs them all.
"""

from errand.incidents.analysis.assessment import assess
from errand.incidents.analysis.classification import classify
from errand.incidents.analysis.extraction import extract
from errand.incidents.analysis.intake import normalise, render
from errand.incidents.analysis.knowledge import procedures
from errand.incidents.analysis.recommendation import recommend
from errand.incidents.analysis.report import (
    Advice,
    Analysis,
    Assessment,
    Classification,
    Extraction,
    Intake,
    ProcedureMatch,
    Provenance,
)
from errand.incidents.analysis.retrieval import retrieve

__all__ = [
    "Advice",
    "Analysis",
    "Assessment",
    "Classification",
    "Extraction",
    "Intake",
    "ProcedureMatch",
    "analyse",
    "assess",
    "classify",
    "compose",
    "extract",
    "normalise",
    "recommend",
    "render",
    "retrieve",
]

RULES = "rules-1"


def analyse(text: str) -> Analysis:
    """All stages in one go."""
    intake = normalise(text)
    extraction = extract(intake)
    matches = retrieve(intake, extraction)
    classification = classify(extraction)
    assessment = assess(extraction)
    advice = recommend(extraction, matches, classification, assessment)
    return compose(intake, extraction, matches, classification, assessment, advice)


def compose(
    intake: Intake,
    extraction: Extraction,
    matches: tuple[ProcedureMatch, ...],
    classification: Classification,
    assessment: Assessment,
    advice: Advice,
) -> Analysis:
    """The result from the outcomes of the stages."""
    return Analysis(
        incident_type=classification.incident_type,
        severity=assessment.severity,
        priority=assessment.priority,
        confidence=classification.confidence,
        summary=advice.summary,
        recommendations=advice.recommendations,
        hypotheses=advice.hypotheses,
        missing_information=advice.missing_information,
        evidence=classification.evidence,
        severity_score=assessment.score,
        severity_factors=assessment.factors,
        facts=extraction.facts,
        entities=extraction.entities,
        sop_references=matches,
        provenance=Provenance(
            provider="offline",
            model=RULES,
            knowledge_version=procedures().version,
            text_truncated=intake.truncated,
        ),
    )
