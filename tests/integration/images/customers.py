"""Who spends in the tests of charges."""

from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa

from errand.common.database import Database
from errand.images.domain import Balance
from errand.images.service import charges

LIMIT = Decimal(1)


def usd(cents: int) -> Decimal:
    return Decimal(cents) / 100


class Customer:
    """Somebody who has jobs, and what they do to the budget, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.id = uuid4()
        self._database = database

    def job(self, status: str = "pending") -> UUID:
        job_id = uuid4()
        self._database.execute(
            sa.text(
                "INSERT INTO jobs (id, kind, owner_id, status, title, description, input)"
                " VALUES (:id, 'image', :owner_id, :status, '', '', '{}')"
            ),
            {"id": job_id, "owner_id": self.id, "status": status},
        )
        return job_id

    def becomes(self, job_id: UUID, status: str) -> None:
        self._database.execute(sa.text("UPDATE jobs SET status = :status WHERE id = :id"), locals() | {"id": job_id})

    def delete(self, job_id: UUID) -> None:
        with self._database.transaction() as tx:
            charges.release(tx, job_id)
            tx.execute(sa.text("DELETE FROM jobs WHERE id = :id"), {"id": job_id})

    def reserve(self, *cents: int) -> list[UUID]:
        amounts = {self.job(): usd(amount) for amount in cents}
        with self._database.transaction() as tx:
            charges.reserve(tx, self.id, amounts, LIMIT)
        return list(amounts)

    def hold(self, job_id: UUID, cents: int) -> None:
        with self._database.transaction() as tx:
            charges.hold(tx, job_id, self.id, usd(cents), LIMIT)

    def settle(self, job_id: UUID, cents: int | None) -> Decimal:
        with self._database.transaction() as tx:
            return charges.settle(tx, job_id, None if cents is None else usd(cents))

    def release(self, job_id: UUID) -> None:
        with self._database.transaction() as tx:
            charges.release(tx, job_id)

    def balance(self) -> Balance:
        with self._database.transaction() as tx:
            return charges.balance(tx, self.id, LIMIT)

    def sums(self) -> tuple[float, float]:
        """Spent and reserved, in cents."""
        balance = self.balance()
        return float(balance.spent_usd * 100), float(balance.reserved_usd * 100)
