"""What a user's incidents leave behind for those after them."""

import hashlib
from typing import Any
from uuid import UUID

from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.common.jobs.models import Job
from errand.incidents.analysis import normalise
from errand.incidents.analysis.reading import shortened
from errand.incidents.analysis.report import Duplicate, Entities, Findings, Intake
from errand.incidents.analysis.similarity import Past, entity_names, term_counts
from errand.incidents.analysis.summary import summarise
from errand.incidents.domain import Report
from errand.incidents.repository import incidents
from errand.incidents.service.duplicates import identifying_names

_NEWEST = 100
_NAMING = 50
_TITLE_CHARACTERS = 120


def add(tx: Transaction, job: Job) -> None:
    """The incident of a job, unless it has one."""
    incidents.add(tx, job.owner_id, job.id, _digest(normalise(convert(job.input, Report).text())))


def record(tx: Transaction, owner_id: UUID, job_id: UUID, findings: Findings, duplicate: Duplicate | None) -> None:
    """Keep of an analysis what later incidents are compared with, in the transaction of a run that holds its job."""
    found = {
        "incident_type": findings.classification.incident_type,
        "severity": findings.assessment.severity,
        "priority": findings.assessment.priority,
        "summary": summarise(findings),
        "duplicate_of": duplicate.run_id if duplicate else None,
        "terms": term_counts(findings.intake.text, findings.extraction.facts),
        "entities": list(entity_names(findings.extraction.entities)),
    }
    if not incidents.record(tx, owner_id, job_id, found):
        # Its API died between the job and the incident, or the job was submitted before there were any.
        incidents.add(tx, owner_id, job_id, _digest(findings.intake))
        incidents.record(tx, owner_id, job_id, found)


def past(tx: Transaction, owner_id: UUID, job_id: UUID, entities: Entities) -> tuple[Past, ...]:
    """The user's incidents that have an analysis, with what people say of them: the newest, and those that share what
    identifies this one; but for this job's own."""
    names = identifying_names(entities)
    rows = incidents.past(tx, owner_id, job_id, names, newest=_NEWEST, naming=_NAMING)
    return tuple(map(_past, rows))


def _digest(intake: Intake) -> bytes:
    """The same for texts that differ in case and white space alone."""
    return hashlib.sha256("".join(intake.text.casefold().split()).encode()).digest()


def _past(row: Any) -> Past:
    """Of an incident with the description of its job."""
    return Past(
        id=str(row.job_id),
        run_id=row.job_id,
        title=shortened(row.description or "", _TITLE_CHARACTERS),
        incident_type=row.incident_type,
        severity=row.severity,
        terms=row.terms or {},
        entities=tuple(row.entities or ()),
        cause=row.cause,
        resolution=row.resolution,
        outcome=row.notes,
        helpful=row.helpful,
    )
