"""The work of this service: one handler for each kind of job."""

from errand.common.conversion import convert
from errand.common.jobs.domain import Event
from errand.common.jobs.run import Run
from errand.common.jobs.worker import Worker
from errand.incidents import analysis
from errand.incidents.domain import KIND, Report
from errand.incidents.schemas import IncidentResult


def register(worker: Worker) -> None:
    worker.register(KIND, analyse)


def analyse(run: Run) -> IncidentResult:
    """The analysis of a report, stage by stage.

    The rules take milliseconds, so that stages share a commit, and a retry simply starts over.
    """
    report = convert(run.input, Report)
    intake = analysis.normalise(report.text())
    extraction = analysis.extract(intake)
    procedures = analysis.retrieve(intake, extraction)
    run.emit(
        _stage("intake", 5, f"Read {len(intake.text):,} characters."),
        _stage("extraction", 25, f"Found {len(extraction.facts)} facts."),
        _stage("retrieval", 40, f"Found {len(procedures)} procedures that apply."),
    )
    classification = analysis.classify(extraction)
    assessment = analysis.assess(extraction)
    advice = analysis.recommend(extraction, procedures, classification, assessment)
    run.emit(
        _stage("classification", 60, f"This looks like {classification.incident_type}."),
        _stage("assessment", 75, f"Severity is {assessment.severity}."),
        _stage("recommendation", 95, f"Recommended {len(advice.recommendations)} actions."),
        _stage("done", 100, "The analysis is ready."),
    )
    return IncidentResult(analysis.compose(intake, extraction, procedures, classification, assessment, advice))


def _stage(node: str, progress: int, message: str) -> Event:
    return Event(node=node, type="node_completed", message=message, progress=progress)
