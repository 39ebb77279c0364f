"""An analysis as a document, with what people did about it."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.common.jobs.domain import JobStatus
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job
from errand.incidents.analysis.markdown import AuditLine, Handling, render_report
from errand.incidents.analysis.reading import shortened
from errand.incidents.domain import STATUS
from errand.incidents.handling import AnalysisFailed, AnalysisOutdated, RunCancelled, RunNotOver
from errand.incidents.models import AuditEntry, Incident
from errand.incidents.repository import incidents
from errand.incidents.schemas.runs import IncidentResult
from errand.incidents.service import handling, runs

# Of an entry, of which there may be many. The trail itself has all of it.
_DETAILS_CHARACTERS = 500
_ACTIONS = {"feedback_given": "gave feedback"}
_WORDS = {None: "none", True: "yes", False: "no"}


def write(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str) -> tuple[UUID, str]:
    """The run's id and its report in Markdown.

    Raises RunNotFound, RunNotOver, RunCancelled, AnalysisOutdated; AnalysisFailed where the run has failed.
    """
    job = runs.find(tx, jobs, owner_id, run_id)
    result = _result(job)
    incident = handling.of_job(tx, job)
    told = _handling(incident, incidents.entries(tx, job.id))
    return job.id, render_report(result.incident_analysis, job.id, incident.reported_at, told)


def _result(job: Job) -> IncidentResult:
    match job.status:
        case JobStatus.COMPLETED:
            return _read(job.result)
        case JobStatus.FAILED:
            raise AnalysisFailed(job.error_message)
        case JobStatus.CANCELLED:
            raise RunCancelled
        case status:
            raise RunNotOver(STATUS[JobStatus(status)])


def _read(result: object) -> IncidentResult:
    try:
        return convert(result, IncidentResult)
    except msgspec.ValidationError as error:
        raise AnalysisOutdated from error


def _handling(incident: Incident, entries: Iterable[AuditEntry]) -> Handling:
    return Handling(
        state=incident.state,
        assignee=incident.assignee,
        cause=incident.cause,
        resolution=incident.resolution,
        feedback=_feedback(incident),
        audit=tuple(map(_line, entries)),
    )


def _feedback(incident: Incident) -> str | None:
    helpful = {None: None, True: "helpful", False: "not helpful"}[incident.helpful]
    stated = {"type": incident.correct_type, "severity": incident.correct_severity, "notes": incident.notes}
    corrections = [f"{name}: {value}" for name, value in stated.items() if value]
    return "; ".join([helpful, *corrections] if helpful else corrections) or None


def _line(entry: AuditEntry) -> AuditLine:
    # State and times stand in the line anyway.
    changes = {name: value for name, value in entry.changes.items() if name != "state" and not name.endswith("_at")}
    details = [f"{name.replace('_', ' ')}: {_WORDS.get(value, value)}" for name, value in changes.items()]
    return AuditLine(
        at=entry.at,
        actor=f"user {entry.actor_id}",
        action=_ACTIONS.get(entry.action, entry.action),
        details=shortened("; ".join([*details, entry.note] if entry.note else details), _DETAILS_CHARACTERS),
    )
