"""The analysis of an incident's text by rules: every statement of it rests on a quote, a count or a check digit.

The stages are pure functions from one struct to the next; `analyse` runs them all.
"""

from .assessment import assess
from .classification import classify
from .extraction import extract
from .intake import normalise, render
from .knowledge import procedures
from .recommendation import recommend
from .report import (
    Advice,
    Analysis,
    Assessment,
    Classification,
    Extraction,
    Intake,
    ProcedureMatch,
    Provenance,
)
from .retrieval import retrieve

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
