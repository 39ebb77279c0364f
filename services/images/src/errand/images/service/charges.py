"""What a user may spend in a month: reserved when a job is submitted, settled once it is known what it came to.

A reservation counts like what is spent, so that no number of jobs at once exceeds the limit.
"""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from errand.common.database import Database, Transaction
from errand.images.domain import Balance, BudgetExceeded
from errand.images.models import Charge
from errand.images.repository import charges as repository

# Of a dollar: what the columns keep.
_DECIMALS = 6


def reserve(tx: Transaction, owner_id: UUID, amounts: Mapping[UUID, Decimal], limit_usd: Decimal) -> None:
    """Reserve an amount for each of these jobs, which are written already; free ones leave no trace.

    Raises BudgetExceeded where they do not fit together; nothing is reserved then.
    """
    rounded = {job_id: round(amount, _DECIMALS) for job_id, amount in amounts.items()}
    needed_usd = sum(rounded.values(), Decimal(0))
    require(tx, owner_id, needed_usd, limit_usd)
    if not needed_usd:
        return
    month = repository.month(tx)
    repository.add(tx, owner_id, month, needed_usd)
    for job_id, amount in rounded.items():
        if amount:
            charge = _charge(tx, job_id, owner_id)
            charge.state, charge.month, charge.amount_usd = "reserved", month, amount


def require(tx: Transaction, owner_id: UUID, needed_usd: Decimal, limit_usd: Decimal) -> None:
    """Make sure that so much can be reserved until the transaction ends. Raises BudgetExceeded."""
    if not round(needed_usd, _DECIMALS):
        return
    repository.lock(tx, owner_id)
    # Nobody is refused for what only waits to be given back.
    _release_abandoned(tx, owner_id)
    left_usd = balance(tx, owner_id, limit_usd).left_usd
    if needed_usd > left_usd:
        raise BudgetExceeded(needed_usd, left_usd)


def hold(tx: Transaction, job_id: UUID, owner_id: UUID, amount_usd: Decimal, limit_usd: Decimal) -> None:
    """Reserve for a job that is about to begin, unless that is done: its reservation may have been given back when it
    failed. Raises BudgetExceeded."""
    if not round(amount_usd, _DECIMALS):
        return
    repository.lock(tx, owner_id)
    charge = repository.charge(tx, job_id)
    if charge is None or charge.state == "released":
        reserve(tx, owner_id, {job_id: amount_usd}, limit_usd)


def settle(tx: Transaction, job_id: UUID, cost_usd: Decimal | None) -> Decimal:
    """Charge what the job came to, or what was reserved where nobody knows. The first time counts; returns what is
    charged."""
    owner_id = repository.owner_of(tx, job_id)
    if owner_id is None or not (cost_usd or repository.charge(tx, job_id)):
        return Decimal(0)
    repository.lock(tx, owner_id)
    charge = _charge(tx, job_id, owner_id)
    if charge.state != "settled":
        _change(tx, charge, "settled", charge.amount_usd if cost_usd is None else round(cost_usd, _DECIMALS))
    return charge.amount_usd


def release(tx: Transaction, job_id: UUID) -> None:
    """Give back what is reserved for a job, if anything is: before it is deleted, say."""
    owner_id = repository.owner_of(tx, job_id)
    if owner_id is None:
        return
    repository.lock(tx, owner_id)
    charge = repository.charge(tx, job_id)
    if charge is not None and charge.state == "reserved":
        _change(tx, charge, "released", charge.amount_usd)


def release_ended(database: Database) -> int:
    """Give back what is reserved for jobs that have failed or were cancelled; returns for how many."""
    with database.transaction() as tx:
        owners = repository.owners_of_abandoned(tx)
    released = 0
    for owner_id in owners:
        with database.transaction() as tx:
            repository.lock(tx, owner_id)
            released += _release_abandoned(tx, owner_id)
    return released


def balance(tx: Transaction, owner_id: UUID, limit_usd: Decimal) -> Balance:
    month = repository.month(tx)
    committed_usd, reserved_usd = repository.sums(tx, owner_id, month)
    return Balance(
        month=month,
        limit_usd=limit_usd,
        spent_usd=committed_usd - reserved_usd,
        reserved_usd=reserved_usd,
        left_usd=max(Decimal(0), limit_usd - committed_usd),
    )


def _charge(tx: Transaction, job_id: UUID, owner_id: UUID) -> Charge:
    """The job's, or a new one that counts for nothing yet."""
    charge = repository.charge(tx, job_id)
    if charge is None:
        charge = Charge(job_id=job_id, owner_id=owner_id, month=repository.month(tx), amount_usd=Decimal(0))
        charge.state = "released"
        tx.session.add(charge)
    return charge


def _release_abandoned(tx: Transaction, owner_id: UUID) -> int:
    abandoned = repository.abandoned(tx, owner_id)
    for charge in abandoned:
        _change(tx, charge, "released", charge.amount_usd)
    return len(abandoned)


def _change(tx: Transaction, charge: Charge, state: str, amount_usd: Decimal) -> None:
    """A charge counts in its own month as long as it is not released."""
    before = Decimal(0) if charge.state == "released" else charge.amount_usd
    after = Decimal(0) if state == "released" else amount_usd
    repository.add(tx, charge.owner_id, charge.month, after - before)
    charge.state, charge.amount_usd = state, amount_usd
