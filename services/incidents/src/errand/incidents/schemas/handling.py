"""How people handle an incident, and what they say of its analysis."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from errand.incidents.analysis.report import IncidentType, Priority, Severity
from errand.incidents.handling import MAX_ASSIGNEE_CHARACTERS, MAX_TEXT_CHARACTERS, AuditAction, IncidentState
from errand.incidents.models import AuditEntry, Incident

Assignee = Annotated[str, Meta(min_length=1, max_length=MAX_ASSIGNEE_CHARACTERS, pattern=r"\S")]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARACTERS, pattern=r"\S")]


class Acknowledgement(Struct, frozen=True, forbid_unknown_fields=True):
    note: Text | None = None


class Reopening(Struct, frozen=True, forbid_unknown_fields=True):
    note: Text | None = None


class Assignment(Struct, frozen=True, forbid_unknown_fields=True):
    """`assignee` is whoever takes care of it, by any name that others understand; null, where nobody does."""

    assignee: Assignee | None
    note: Text | None = None


class Resolution(Struct, frozen=True, forbid_unknown_fields=True):
    """What helped, and what it was. Without `cause`, the one that is known stays."""

    resolution: Text
    cause: Text | UnsetType | None = UNSET
    note: Text | None = None


class FeedbackGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is; null takes it back."""

    helpful: bool | UnsetType | None = UNSET
    correct_type: IncidentType | UnsetType | None = UNSET
    correct_severity: Severity | UnsetType | None = UNSET
    actual_cause: Text | UnsetType | None = UNSET
    resolution: Text | UnsetType | None = UNSET
    notes: Text | UnsetType | None = UNSET


class Feedback(Struct, frozen=True, kw_only=True):
    helpful: bool | None
    correct_type: IncidentType | None
    correct_severity: Severity | None
    notes: str | None


class Handling(Struct, frozen=True, kw_only=True):
    """Type, severity, priority and summary are the analysis's: null until it has come so far."""

    run_id: UUID
    reported_at: datetime
    state: IncidentState
    assignee: str | None
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    cause: str | None
    resolution: str | None
    feedback: Feedback
    incident_type: IncidentType | None
    severity: Severity | None
    priority: Priority | None
    summary: str | None


class HandlingList(Struct, frozen=True):
    incidents: list[Handling]


class AuditEntryView(Struct, frozen=True, kw_only=True):
    """`changes` is what the action set, by field."""

    number: int
    at: datetime
    action: AuditAction
    actor_id: UUID
    changes: dict[str, Any]
    note: str | None


class AuditTrail(Struct, frozen=True):
    """Oldest first."""

    entries: list[AuditEntryView]


def present_handling(incident: Incident) -> Handling:
    return Handling(
        run_id=incident.job_id,
        reported_at=incident.reported_at,
        state=incident.state,
        assignee=incident.assignee,
        acknowledged_at=incident.acknowledged_at,
        resolved_at=incident.resolved_at,
        cause=incident.cause,
        resolution=incident.resolution,
        feedback=Feedback(
            helpful=incident.helpful,
            correct_type=incident.correct_type,
            correct_severity=incident.correct_severity,
            notes=incident.notes,
        ),
        incident_type=incident.incident_type,
        severity=incident.severity,
        priority=incident.priority,
        summary=incident.summary,
    )


def present_entry(entry: AuditEntry) -> AuditEntryView:
    return AuditEntryView(
        number=entry.number,
        at=entry.at,
        action=entry.action,
        actor_id=entry.actor_id,
        changes=entry.changes,
        note=entry.note,
    )
