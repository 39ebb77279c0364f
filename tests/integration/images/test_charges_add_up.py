"""Whatever happens to charges, their sums are what a ledger of the test's own says."""

from uuid import UUID

import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from errand.common.database import Database
from errand.images.domain import BudgetExceeded
from errand.images.service import charges
from tests.integration.images.customers import LIMIT, Customer, usd


class Books:
    """What the budget has to come to, in plain Python: charges by job, as (state, cents)."""

    def __init__(self) -> None:
        self.charges: dict[UUID, tuple[str, int]] = {}
        self.failed: set[UUID] = set()

    def committed(self) -> int:
        return sum(cents for state, cents in self.charges.values() if state != "released")

    def reserve(self, job_id: UUID, cents: int) -> bool:
        for abandoned in self.failed:
            self.release(abandoned)
        if self.committed() + cents > 100:
            return False
        self.charges[job_id] = ("reserved", cents)
        return True

    def hold(self, job_id: UUID, cents: int) -> bool:
        state, _ = self.charges.get(job_id, ("released", 0))
        return cents == 0 or state != "released" or self.reserve(job_id, cents)

    def settle(self, job_id: UUID, cents: int | None) -> None:
        state, reserved = self.charges.get(job_id, ("", 0))
        if state != "settled" and (state or cents):
            self.charges[job_id] = ("settled", reserved if cents is None else cents)

    def release(self, job_id: UUID) -> None:
        state, cents = self.charges.get(job_id, ("", 0))
        if state == "reserved":
            self.charges[job_id] = ("released", cents)


cents = st.integers(0, 60)
places = st.integers(0, 3)
step = st.one_of(
    st.tuples(st.just("hold"), places, cents),
    st.tuples(st.just("settle"), places, st.none() | cents),
    st.tuples(st.just("release"), places, st.none()),
    st.tuples(st.just("fail"), places, st.none()),
    st.tuples(st.just("start"), places, st.none()),
    st.tuples(st.just("clean"), places, st.none()),
)


@given(reserved=st.lists(cents, min_size=4, max_size=4), steps=st.lists(st.lists(step, max_size=4), max_size=8))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_happens_the_month_is_the_sum_of_its_charges(
    database: Database, reserved: list[int], steps: list[list[tuple[str, int, int | None]]]
) -> None:
    """Several steps of a transaction go together, or not at all."""
    customer, books = Customer(database), Books()
    jobs = [customer.job() for _ in reserved]
    if sum(reserved) <= 100:
        with database.transaction() as tx:
            amounts = {job_id: usd(amount) for job_id, amount in zip(jobs, reserved, strict=True)}
            charges.reserve(tx, customer.id, amounts, LIMIT)
        books.charges = {job_id: ("reserved", amount) for job_id, amount in zip(jobs, reserved, strict=True) if amount}
    for together in steps:
        _take(database, customer, books, jobs, together)
        assert kept(database, customer) == books.charges
        assert sum(customer.sums()) == books.committed()


def _take(
    database: Database, customer: Customer, books: Books, jobs: list[UUID], steps: list[tuple[str, int, int | None]]
) -> None:
    before = dict(books.charges)
    try:
        with database.transaction() as tx:
            for word, place, amount in steps:
                job_id = jobs[place]
                match word:
                    case "hold":
                        fits = books.hold(job_id, amount or 0)
                        charges.hold(tx, job_id, customer.id, usd(amount or 0), LIMIT)
                        assert fits
                    case "settle":
                        books.settle(job_id, amount)
                        charges.settle(tx, job_id, None if amount is None else usd(amount))
                    case "release":
                        books.release(job_id)
                        charges.release(tx, job_id)
    except BudgetExceeded:
        books.charges = before
    for word, place, _ in steps:
        _outside(database, customer, books, jobs[place], word)


def _outside(database: Database, customer: Customer, books: Books, job_id: UUID, word: str) -> None:
    """What happens in transactions of others."""
    match word:
        case "fail":
            books.failed.add(job_id)
            customer.becomes(job_id, "failed")
        case "start":
            books.failed.discard(job_id)
            customer.becomes(job_id, "running")
        case "clean":
            for abandoned in books.failed:
                books.release(abandoned)
            charges.release_ended(database)


def kept(database: Database, customer: Customer) -> dict[UUID, tuple[str, int]]:
    rows = database.execute(
        sa.text("SELECT job_id, state, amount_usd FROM charges WHERE owner_id = :id"), {"id": customer.id}
    )
    return {row.job_id: (row.state, int(row.amount_usd * 100)) for row in rows}
