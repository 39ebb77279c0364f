"""Incidents and their audit trails."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from errand.common.database import Transaction
from errand.common.jobs.transitions import to_json
from errand.incidents.handling import IncidentState
from errand.incidents.models import AuditEntry, Incident
from errand.incidents.repository import statements


def add(tx: Transaction, owner_id: UUID, job_id: UUID, digest: bytes) -> None:
    """The incident of a job. Nothing where it is there, or the job has gone."""
    tx.execute(statements.ADD, {"owner_id": owner_id, "job_id": job_id, "digest": digest})


def find(tx: Transaction, owner_id: UUID, job_id: UUID, *, lock: bool = False) -> Incident | None:
    """As it is now, whatever the session has seen of it before; with `lock`, it stays so until the transaction ends."""
    query = sa.select(Incident).where(Incident.job_id == job_id, Incident.owner_id == owner_id)
    query = query.execution_options(populate_existing=True)
    return tx.session.scalars(query.with_for_update() if lock else query).one_or_none()


def record(tx: Transaction, owner_id: UUID, job_id: UUID, found: Mapping[str, Any]) -> bool:
    """Keep what an analysis found, by column. Whether there is such an incident."""
    found = {**found, "terms": to_json(found["terms"]), "entities": to_json(found["entities"])}
    return bool(tx.execute(statements.RECORD, {**found, "owner_id": owner_id, "job_id": job_id}))


def newest(
    tx: Transaction,
    owner_id: UUID,
    *,
    state: IncidentState | None,
    assignee: str | None,
    limit: int,
    before: UUID | None,
) -> Sequence[Incident]:
    """The newest first, from behind `before` on: those in this state, those of this assignee."""
    if assignee is not None and "\0" in assignee:  # which Postgres refuses
        return []
    query = sa.select(Incident).where(Incident.owner_id == owner_id).order_by(Incident.job_id.desc()).limit(limit)
    if state is not None:
        query = query.where(Incident.state == state)
    if assignee is not None:
        query = query.where(Incident.assignee == assignee)
    return tx.session.scalars(query.where(Incident.job_id < before) if before else query).all()


def past(
    tx: Transaction, owner_id: UUID, but: UUID, names: Sequence[str], *, newest: int, naming: int
) -> Sequence[Any]:
    """Incidents with an analysis, each with the `description` of its job, and type and severity as people corrected
    them: the newest, and of all others the newest that name one of these entities. Of duplicates only those that people
    say more of."""
    parameters = {"owner_id": owner_id, "job_id": but, "names": names, "newest": newest, "naming": naming}
    return tx.execute(statements.PAST, parameters)


def earlier(
    tx: Transaction, owner_id: UUID, job_id: UUID, within: timedelta, type: str, names: Sequence[str], *, limit: int
) -> Sequence[Any]:
    """What was reported before this one, but not by more: the first with the same text, or else those of this type with
    any of these entities, oldest first. `first_id` is the incident that they repeat, or their own, `since_first` the
    time from that to this one."""
    parameters = {
        "owner_id": owner_id,
        "job_id": job_id,
        "within": within,
        "incident_type": type,
        "names": names,
        "limit": limit,
    }
    return tx.execute(statements.EARLIER, parameters)


def last_entry(tx: Transaction, job_id: UUID) -> AuditEntry | None:
    query = sa.select(AuditEntry).where(AuditEntry.job_id == job_id).order_by(AuditEntry.number.desc()).limit(1)
    return tx.session.scalars(query).one_or_none()


def add_entry(tx: Transaction, entry: AuditEntry) -> None:
    tx.session.add(entry)
    tx.flush()


def entries(tx: Transaction, job_id: UUID) -> Sequence[AuditEntry]:
    """Oldest first."""
    query = sa.select(AuditEntry).where(AuditEntry.job_id == job_id).order_by(AuditEntry.number)
    return tx.session.scalars(query).all()


def now(tx: Transaction) -> datetime:
    """The database's clock. That of the transaction may stand before what was waited for."""
    found = tx.session.scalar(sa.select(sa.func.clock_timestamp()))
    assert isinstance(found, datetime)
    return found
