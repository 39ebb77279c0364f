"""What users have spent and reserved. All that writes here holds the owner's lock until its transaction ends."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from errand.common.database import Transaction
from errand.common.jobs.domain import TERMINAL
from errand.common.jobs.models import Job
from errand.images.models import Charge, Spending

_BATCH = 500

#: The current one's first day, by the database's clock.
_MONTH = sa.cast(sa.func.date_trunc("month", sa.func.timezone("UTC", sa.func.now())), sa.Date)

# A job settles its charge before it completes, unless it came to be made for nothing.
_ABANDONED = sa.and_(Charge.state == "reserved", Job.status.in_(TERMINAL))


def lock(tx: Transaction, owner_id: UUID) -> None:
    """One transaction at a time for each owner. A row to lock would be another in each month, and none at first."""
    tx.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(owner_id), 0))))


def month(tx: Transaction) -> date:
    return tx.session.scalars(sa.select(_MONTH)).one()


def owner_of(tx: Transaction, job_id: UUID) -> UUID | None:
    return tx.session.scalar(sa.select(Job.owner_id).where(Job.id == job_id))


def charge(tx: Transaction, job_id: UUID) -> Charge | None:
    """As it is now, whatever the session has seen of it before."""
    return tx.session.get(Charge, job_id, populate_existing=True)


def add(tx: Transaction, owner_id: UUID, in_month: date, amount_usd: Decimal) -> None:
    """Add an amount, which may be negative, to a month's spending."""
    first = insert(Spending).values(owner_id=owner_id, month=in_month, committed_usd=amount_usd)
    total = Spending.committed_usd + first.excluded.committed_usd
    tx.execute(first.on_conflict_do_update(index_elements=["owner_id", "month"], set_={"committed_usd": total}))


def sums(tx: Transaction, owner_id: UUID, in_month: date) -> tuple[Decimal, Decimal]:
    """What is spent and reserved together, and what of it is reserved."""
    committed = tx.session.scalar(
        sa.select(Spending.committed_usd).where(Spending.owner_id == owner_id, Spending.month == in_month)
    )
    reserved = tx.session.scalar(
        sa.select(sa.func.sum(Charge.amount_usd)).where(
            Charge.owner_id == owner_id, Charge.month == in_month, Charge.state == "reserved"
        )
    )
    return committed or Decimal(0), reserved or Decimal(0)


def abandoned(tx: Transaction, owner_id: UUID) -> Sequence[Charge]:
    """The owner's reservations for jobs that are over."""
    query = sa.select(Charge).join(Job, Job.id == Charge.job_id).where(Charge.owner_id == owner_id, _ABANDONED)
    return tx.session.scalars(query.execution_options(populate_existing=True)).all()


def owners_of_abandoned(tx: Transaction) -> Sequence[UUID]:
    """Some of those who have such reservations."""
    query = sa.select(Charge.owner_id).join(Job, Job.id == Charge.job_id).where(_ABANDONED).distinct().limit(_BATCH)
    return tx.session.scalars(query).all()
