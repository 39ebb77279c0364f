"""The work of this service: one handler for each kind of job."""

import msgspec

from errand.common.jobs.domain import Event
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker
from errand.incidents import analysis
from errand.incidents.domain import KIND, Report
from errand.incidents.schemas import IncidentResult


def register(worker: Worker) -> None:
    worker.register(KIND, analyse)


def analyse(run: Run) -> IncidentResult:
    """The analysis of a report, stage by stage. The rules take milliseconds: a retry simply starts over."""
    report = msgspec.convert(run.input, Report)
    intake = analysis.normalise(report.text())
    _tell(run, "intake", 5, f"Read {len(intake.text):,} characters.")
    extraction = analysis.extract(intake)
    _tell(run, "extraction", 25, f"Found {len(extraction.facts)} facts.")
    procedures = analysis.retrieve(intake, extraction)
    _tell(run, "retrieval", 40, f"Found {len(procedures)} procedures that apply.")
    classification = analysis.classify(extraction)
    _tell(run, "classification", 60, f"This looks like {classification.incident_type}.")
    assessment = analysis.assess(extraction)
    _tell(run, "assessment", 75, f"Severity is {assessment.severity}.")
    advice = analysis.recommend(extraction, procedures, classification, assessment)
    _tell(run, "recommendation", 95, f"Recommended {len(advice.recommendations)} actions.")
    composed = analysis.compose(intake, extraction, procedures, classification, assessment, advice)
    _tell(run, "done", 100, "The analysis is ready.")
    return IncidentResult(composed)


def _tell(run: Run, stage: str, progress: int, message: str) -> None:
    run.emit(Event(node=stage, type="node_completed", message=message, progress=progress))
