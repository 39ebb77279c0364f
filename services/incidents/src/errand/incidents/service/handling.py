"""Use cases of those who handle incidents. Whatever changes one leaves an entry in its audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from errand.common.database import Transaction
from errand.common.jobs.kernel import Jobs
from errand.common.jobs.models import Job
from errand.common.jobs.transitions import to_json
from errand.incidents.domain import RunNotFound
from errand.incidents.handling import (
    MAX_AUDIT_ENTRIES,
    AuditAction,
    AuditTrailFull,
    IncidentNotResolved,
    IncidentResolved,
    IncidentState,
)
from errand.incidents.models import AuditEntry, Incident
from errand.incidents.repository import incidents
from errand.incidents.schemas.handling import Acknowledgement, Assignment, FeedbackGiven, Reopening, Resolution
from errand.incidents.service import history, runs


def find(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str) -> Incident:
    """Raises RunNotFound."""
    return of_job(tx, runs.find(tx, jobs, owner_id, run_id))


def of_job(tx: Transaction, job: Job) -> Incident:
    """Of a job that was submitted before there were incidents, one that nobody has handled."""
    unhandled = Incident(job_id=job.id, owner_id=job.owner_id, reported_at=job.created_at, state="open")
    return incidents.find(tx, job.owner_id, job.id) or unhandled


def newest(
    tx: Transaction,
    owner_id: UUID,
    *,
    state: IncidentState | None,
    assignee: str | None,
    limit: int,
    before: UUID | None,
) -> Sequence[Incident]:
    return incidents.newest(tx, owner_id, state=state, assignee=assignee, limit=limit, before=before)


def audit(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str) -> Sequence[AuditEntry]:
    """Oldest first. Raises RunNotFound."""
    return incidents.entries(tx, runs.find(tx, jobs, owner_id, run_id).id)


def acknowledge(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, given: Acknowledgement) -> Incident:
    """Raises RunNotFound, IncidentResolved, NulCharacter, AuditTrailFull."""
    incident = _lock_unresolved(tx, jobs, owner_id, run_id, "acknowledged")
    at = incident.acknowledged_at or incidents.now(tx)
    wanted = {"state": "acknowledged", "acknowledged_at": at}
    return _change(tx, incident, owner_id, "acknowledged", wanted, given.note)


def assign(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, given: Assignment) -> Incident:
    """Raises RunNotFound, IncidentResolved, NulCharacter, AuditTrailFull."""
    incident = _lock_unresolved(tx, jobs, owner_id, run_id, "assigned")
    return _change(tx, incident, owner_id, "assigned", {"assignee": given.assignee}, given.note)


def resolve(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, given: Resolution) -> Incident:
    """Of an incident that is resolved already, other words take the place of the old ones.

    Raises RunNotFound, NulCharacter, AuditTrailFull.
    """
    incident = _lock(tx, jobs, owner_id, run_id)
    at = incident.resolved_at or incidents.now(tx)
    wanted = {"state": "resolved", "resolved_at": at, "resolution": given.resolution, "cause": given.cause}
    return _change(tx, incident, owner_id, "resolved", wanted, given.note)


def reopen(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, given: Reopening) -> Incident:
    """What was believed to have helped has not, and is not recommended to others.

    Raises RunNotFound, IncidentNotResolved, NulCharacter, AuditTrailFull.
    """
    incident = _lock(tx, jobs, owner_id, run_id)
    if incident.state != "resolved":
        raise IncidentNotResolved(incident.state)
    wanted = {"state": "open", "acknowledged_at": None, "resolved_at": None, "resolution": None}
    return _change(tx, incident, owner_id, "reopened", wanted, given.note)


def give_feedback(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, given: FeedbackGiven) -> Incident:
    """Raises RunNotFound, NulCharacter, AuditTrailFull."""
    incident = _lock(tx, jobs, owner_id, run_id)
    wanted = msgspec.structs.asdict(given)
    wanted["cause"] = wanted.pop("actual_cause")
    return _change(tx, incident, owner_id, "feedback_given", wanted, None)


def _lock_unresolved(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str, action: AuditAction) -> Incident:
    incident = _lock(tx, jobs, owner_id, run_id)
    if incident.state == "resolved":
        raise IncidentResolved(action)
    return incident


def _lock(tx: Transaction, jobs: Jobs, owner_id: UUID, run_id: str) -> Incident:
    job = runs.find(tx, jobs, owner_id, run_id)
    incident = incidents.find(tx, owner_id, job.id, lock=True)
    if incident is None:
        history.add(tx, job)
        incident = incidents.find(tx, owner_id, job.id, lock=True)
    if incident is None:
        raise RunNotFound
    return incident


def _change(
    tx: Transaction,
    incident: Incident,
    actor_id: UUID,
    action: AuditAction,
    wanted: Mapping[str, Any],
    note: str | None,
) -> Incident:
    """Where nothing changes, there is an entry only for a note that says something new."""
    changes = {name: value for name, value in wanted.items() if value not in (UNSET, getattr(incident, name))}
    last = incidents.last_entry(tx, incident.job_id)
    if not changes and (note is None or (last and (last.action, last.note) == (action, note))):
        return incident
    number = last.number + 1 if last else 1
    if number > MAX_AUDIT_ENTRIES:
        raise AuditTrailFull
    to_json([changes, note])
    for name, value in changes.items():
        setattr(incident, name, value)
    entry = AuditEntry(
        job_id=incident.job_id,
        number=number,
        at=incidents.now(tx),
        actor_id=actor_id,
        action=action,
        changes=msgspec.to_builtins(changes),
        note=note,
    )
    incidents.add_entry(tx, entry)
    return incident
