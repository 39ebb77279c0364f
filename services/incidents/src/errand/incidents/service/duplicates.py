"""Whether an incident was reported before, half an hour ago at most: as the same text, or as the same subject."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from errand.common.database import Transaction
from errand.incidents.analysis.report import Duplicate, Entities, Findings
from errand.incidents.analysis.similarity import entity_names
from errand.incidents.repository import incidents

_WITHIN = timedelta(minutes=30)
_MOST_COMPARED = 500

# One of them is enough to tell what a report is about. A ship comes again, and voyages have the same numbers: only
# both together tell a call.
_SUBJECTS = frozenset({"container", "booking", "ticket"})
_SHIPS = frozenset({"vessel", "imo"})
_VOYAGES = frozenset({"voyage"})


def find(tx: Transaction, owner_id: UUID, job_id: UUID, findings: Findings) -> Duplicate | None:
    """The first of the reports of the same, where this is a later one; whatever became of that run."""
    names = identifying_names(findings.extraction.entities)
    incident_type = findings.classification.incident_type
    rows = incidents.earlier(tx, owner_id, job_id, _WITHIN, incident_type, names, limit=_MOST_COMPARED)
    if rows and rows[0].same_text:
        return _duplicate(rows[0], "same_text", ())
    shared = [(row, _telling(names, row.entities)) for row in rows]
    # The oldest of those with the most.
    row, most = max(shared, key=lambda pair: len(pair[1]), default=(None, ()))
    return _duplicate(row, "same_subject", most) if most else None


def identifying_names(entities: Entities) -> list[str]:
    """What a report is about, as far as that has a name."""
    kinds = _SUBJECTS | _SHIPS | _VOYAGES
    return [name for name in entity_names(entities) if _kind(name) in kinds]


def _telling(names: Iterable[str], others: Collection[str]) -> tuple[str, ...]:
    """What both name, as far as it identifies a subject."""
    shared = [name for name in names if name in others]
    kinds = {_kind(name) for name in shared}
    identifying = _SUBJECTS | (_SHIPS | _VOYAGES if kinds & _SHIPS and kinds & _VOYAGES else frozenset())
    return tuple(name for name in shared if _kind(name) in identifying)


def _duplicate(earlier: Any, reason: Literal["same_text", "same_subject"], shared: tuple[str, ...]) -> Duplicate:
    return Duplicate(
        run_id=earlier.first_id,
        reason=reason,
        shared=shared,
        minutes_before=earlier.since_first // timedelta(minutes=1),
    )


def _kind(name: str) -> str:
    return name.partition(":")[0]
