"""What users made of runbooks. All that writes here holds the owner's lock until its transaction ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from errand.common.database import Transaction
from errand.incidents.models import RunbookVersion
from errand.incidents.repository import statements

# Postgres's integer.
_NUMBERS = range(2**31)


def lock(tx: Transaction, owner_id: UUID) -> None:
    """One transaction at a time for each owner. There is no row to lock before the first version."""
    key = sa.func.hashtextextended(f"runbooks of {owner_id}", 0)
    tx.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def newest_of_all(tx: Transaction, owner_id: UUID) -> Sequence[Any]:
    """Of the newest version of each of the owner's runbooks: id, version, content."""
    return tx.execute(statements.RUNBOOKS, {"owner_id": owner_id})


def newest(tx: Transaction, owner_id: UUID, runbook_id: str) -> RunbookVersion | None:
    return tx.session.scalars(_versions(owner_id, runbook_id).limit(1)).one_or_none()


def versions(tx: Transaction, owner_id: UUID, runbook_id: str) -> Sequence[tuple[int, datetime, bool]]:
    """Number, time, and whether it withdrew the runbook; newest first."""
    query = _versions(owner_id, runbook_id).with_only_columns(
        RunbookVersion.version, RunbookVersion.created_at, RunbookVersion.content.is_(sa.null())
    )
    return tx.session.execute(query).all()


def version(tx: Transaction, owner_id: UUID, runbook_id: str, number: int) -> RunbookVersion | None:
    return tx.session.get(RunbookVersion, (owner_id, runbook_id, number)) if number in _NUMBERS else None


def counts(tx: Transaction, owner_id: UUID, runbook_id: str) -> tuple[int, int]:
    """How many runbooks the owner has, and how many versions of this one."""
    of_this = sa.func.count().filter(RunbookVersion.runbook_id == runbook_id)
    query = sa.select(sa.func.count(RunbookVersion.runbook_id.distinct()), of_this)
    return tx.session.execute(query.where(RunbookVersion.owner_id == owner_id)).one()


def add(
    tx: Transaction, owner_id: UUID, runbook_id: str, number: int, content: dict[str, Any] | None
) -> RunbookVersion:
    row = RunbookVersion(owner_id=owner_id, runbook_id=runbook_id, version=number, content=content)
    tx.session.add(row)
    tx.flush()
    return row


def _versions(owner_id: UUID, runbook_id: str) -> sa.Select[RunbookVersion]:
    query = sa.select(RunbookVersion).where(
        RunbookVersion.owner_id == owner_id, RunbookVersion.runbook_id == runbook_id
    )
    return query.order_by(RunbookVersion.version.desc())
