"""How people handle incidents, and what is refused about it. No I/O here."""

from typing import Literal

from errand.common.errors import Conflict, Failed

MAX_ASSIGNEE_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 2_000
#: Of one incident. Trails are read as a whole.
MAX_AUDIT_ENTRIES = 1_000

IncidentState = Literal["open", "acknowledged", "resolved"]
AuditAction = Literal["acknowledged", "assigned", "resolved", "reopened", "feedback_given"]


class IncidentResolved(Conflict):
    """`action` is what cannot be done any more, as a participle."""

    code = "incident_resolved"

    def __init__(self, action: AuditAction) -> None:
        super().__init__(f"The incident is resolved and cannot be {action}. Reopen it first.")


class IncidentNotResolved(Conflict):
    code = "incident_not_resolved"

    def __init__(self, state: IncidentState) -> None:
        super().__init__(f"Only a resolved incident can be reopened; this one is {state}.")


class AuditTrailFull(Conflict):
    code = "audit_trail_full"

    def __init__(self) -> None:
        super().__init__(f"The incident's audit trail has {MAX_AUDIT_ENTRIES:,} entries, and cannot have more.")


class RunNotOver(Conflict):
    code = "run_not_over"

    def __init__(self, status: str) -> None:
        super().__init__(f"The run is {status}: its report is there when it has completed.")


class RunCancelled(Conflict):
    code = "run_cancelled"

    def __init__(self) -> None:
        super().__init__("The run was cancelled: there is no report.")


class AnalysisFailed(Failed):
    """A run's failure, told once more."""

    code = "analysis_failed"


class AnalysisOutdated(Conflict):
    code = "analysis_outdated"

    def __init__(self) -> None:
        super().__init__("An older version analysed this incident. Submit its text again to get a report.")
