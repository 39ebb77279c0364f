"""What users may spend, on a real Postgres."""

import functools
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from errand.common.database import Database
from errand.images.domain import BudgetExceeded
from errand.images.service import charges
from tests.integration.images.customers import LIMIT, Customer, usd


def test_who_has_spent_nothing_has_all_of_it_left(customer: Customer) -> None:
    balance = customer.balance()

    assert balance.limit_usd == balance.left_usd == LIMIT
    assert customer.sums() == (0, 0)
    assert balance.month.day == 1


def test_a_reservation_counts_until_it_is_settled_at_what_it_came_to(customer: Customer) -> None:
    first, second = customer.reserve(30, 20)
    assert customer.sums() == (0, 50)

    assert customer.settle(first, 10) == usd(10)
    assert customer.settle(second, 25) == usd(25)

    assert customer.sums() == (35, 0)
    assert customer.balance().left_usd == usd(65)


def test_what_does_not_fit_reserves_nothing(customer: Customer) -> None:
    customer.reserve(60)

    with pytest.raises(BudgetExceeded, match=r"about \$0\.50; \$0\.40 of this month's"):
        customer.reserve(20, 30)

    assert customer.sums() == (0, 60)
    customer.reserve(40)
    with pytest.raises(BudgetExceeded):
        customer.reserve(1)


def test_who_is_refused_may_go_on_in_the_same_transaction(customer: Customer, database: Database) -> None:
    (failed,) = customer.reserve(40)
    customer.becomes(failed, "failed")
    job_id = customer.job()
    with database.transaction() as tx:
        with pytest.raises(BudgetExceeded, match=r"\$1\.00 of"):
            charges.reserve(tx, customer.id, {job_id: usd(101)}, LIMIT)
        charges.reserve(tx, customer.id, {job_id: usd(99)}, LIMIT)

    assert customer.sums() == (0, 99)


def test_the_first_reservation_may_be_too_much_already(customer: Customer) -> None:
    with pytest.raises(BudgetExceeded):
        customer.reserve(101)

    assert customer.sums() == (0, 0)


def test_what_is_free_leaves_no_trace(customer: Customer, database: Database) -> None:
    (job_id,) = customer.reserve(0)
    customer.hold(job_id, 0)
    customer.settle(job_id, 0)
    customer.settle(job_id, None)
    customer.release(job_id)

    assert not database.execute(sa.text("SELECT FROM charges UNION ALL SELECT FROM spendings"))


def test_what_is_free_is_no_matter_of_the_budget(customer: Customer) -> None:
    customer.reserve(100)

    customer.reserve(0, 0)


def test_budgets_are_each_owners_own(customer: Customer, database: Database) -> None:
    customer.reserve(100)
    other = Customer(database)

    other.reserve(100)

    assert customer.sums() == other.sums() == (0, 100)


def test_submits_at_once_never_exceed_the_limit(customer: Customer) -> None:
    """Together they would need three times the limit."""
    barrier, refused = threading.Barrier(10), []

    def submit() -> None:
        barrier.wait()
        for _ in range(3):
            try:
                customer.reserve(4, 6)
            except BudgetExceeded as error:
                refused.append(error)

    in_threads([submit] * 10)

    assert customer.sums() == (0, 100)
    assert len(refused) == 20


def test_all_that_may_happen_at_once_ends_well(customer: Customer, database: Database) -> None:
    """Settlements, failures and their housekeeping, retries and new jobs: without a deadlock, and nothing is lost."""
    jobs = customer.reserve(*[10] * 10)
    barrier = threading.Barrier(4)

    def settle() -> None:
        barrier.wait()
        for job_id in jobs[:5]:
            customer.settle(job_id, 7)

    def fail() -> None:
        barrier.wait()
        for job_id in jobs[5:]:
            customer.becomes(job_id, "failed")
            customer.release(job_id)

    def clean() -> None:
        barrier.wait()
        for _ in range(10):
            charges.release_ended(database)

    def submit() -> None:
        barrier.wait()
        for _ in range(5):
            submit_and_fail(customer)

    in_threads([settle, fail, clean, submit])
    charges.release_ended(database)

    assert customer.sums() == (35, 0)


def submit_and_fail(customer: Customer) -> None:
    try:
        for job_id in customer.reserve(5):
            customer.becomes(job_id, "failed")
    except BudgetExceeded:
        pass


def in_threads(actions: list[Callable[[], None]]) -> None:
    errors: list[Exception] = []

    def run(action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_only_the_first_settlement_counts(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    customer.settle(job_id, 10)

    assert customer.settle(job_id, 20) == usd(10)
    assert customer.sums() == (10, 0)


def test_of_settlements_at_once_one_counts(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    barrier = threading.Barrier(8)

    def settle(cents: int) -> None:
        barrier.wait()
        customer.settle(job_id, cents)

    in_threads([functools.partial(settle, cents) for cents in range(1, 9)])

    spent, reserved = customer.sums()
    assert spent == pytest.approx(float(customer.settle(job_id, 0)) * 100)
    assert reserved == 0


def test_where_nobody_knows_the_cost_the_estimate_is_charged(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)

    assert customer.settle(job_id, None) == usd(30)
    assert customer.sums() == (30, 0)


def test_a_late_settlement_of_what_was_given_back_counts(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    customer.release(job_id)
    assert customer.sums() == (0, 0)

    customer.settle(job_id, 20)

    assert customer.sums() == (20, 0)


def test_what_was_thought_to_be_free_and_was_not_counts(customer: Customer) -> None:
    job_id = customer.job()

    assert customer.settle(job_id, 20) == usd(20)
    assert customer.sums() == (20, 0)


def test_a_cost_may_go_over_the_limit(customer: Customer) -> None:
    (job_id,) = customer.reserve(100)
    customer.settle(job_id, 130)

    assert customer.balance().left_usd == 0
    with pytest.raises(BudgetExceeded, match=r"\$0\.00 of"):
        customer.reserve(1)


def test_what_is_settled_is_not_given_back(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    customer.settle(job_id, 20)
    customer.release(job_id)
    customer.release(job_id)

    assert customer.sums() == (20, 0)


@pytest.mark.parametrize("status", ["failed", "cancelled", "completed"])
def test_what_jobs_that_are_over_had_reserved_is_given_back(
    customer: Customer, database: Database, status: str
) -> None:
    ended, _ = customer.reserve(30, 20)
    customer.becomes(ended, status)

    assert charges.release_ended(database) == 1
    assert charges.release_ended(database) == 0
    assert customer.sums() == (0, 20)


@pytest.mark.parametrize("status", ["pending", "running", "waiting"])
def test_what_others_have_reserved_stays(customer: Customer, database: Database, status: str) -> None:
    customer.becomes(customer.reserve(30)[0], status)

    assert charges.release_ended(database) == 0
    assert customer.sums() == (0, 30)


def test_nobody_is_refused_for_what_a_failed_job_has_reserved(customer: Customer) -> None:
    (failed,) = customer.reserve(100)
    customer.becomes(failed, "failed")

    customer.reserve(100)

    assert customer.sums() == (0, 100)


def test_a_job_that_begins_again_reserves_again(customer: Customer, database: Database) -> None:
    (job_id,) = customer.reserve(30)
    customer.becomes(job_id, "failed")
    charges.release_ended(database)
    customer.becomes(job_id, "running")

    customer.hold(job_id, 40)
    customer.hold(job_id, 50)

    assert customer.sums() == (0, 40)


def test_a_job_that_begins_again_may_not_fit_any_more(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    customer.release(job_id)
    customer.reserve(80)

    with pytest.raises(BudgetExceeded):
        customer.hold(job_id, 30)
    assert customer.sums() == (0, 80)


def test_a_job_that_has_paid_holds_nothing(customer: Customer) -> None:
    (job_id,) = customer.reserve(30)
    customer.settle(job_id, 20)
    customer.hold(job_id, 30)

    assert customer.sums() == (20, 0)


def test_a_job_that_was_submitted_free_is_held_to_the_budget_when_it_begins(customer: Customer) -> None:
    (job_id,) = customer.reserve(0)
    customer.hold(job_id, 30)

    assert customer.sums() == (0, 30)


def test_a_deleted_job_leaves_what_it_has_cost_and_no_reservation(customer: Customer) -> None:
    settled, reserved = customer.reserve(30, 20)
    customer.settle(settled, 10)
    customer.delete(settled)
    customer.delete(reserved)

    assert customer.sums() == (10, 0)
    assert customer.settle(reserved, 20) == 0


def test_every_month_begins_anew(customer: Customer, database: Database) -> None:
    settled, reserved, failed = customer.reserve(30, 20, 10)
    customer.settle(settled, 30)
    customer.becomes(failed, "failed")
    for table in ("charges", "spendings"):
        database.execute(sa.text(f"UPDATE {table} SET month = month - interval '1 month'"))

    assert customer.sums() == (0, 0)
    customer.reserve(100)
    customer.settle(reserved, 25)
    charges.release_ended(database)

    assert customer.sums() == (0, 100)
    (earlier,) = database.execute(sa.text("SELECT committed_usd FROM spendings ORDER BY month LIMIT 1"))
    assert earlier.committed_usd == usd(55)


def test_what_is_held_again_counts_in_the_month_in_which_it_is(customer: Customer, database: Database) -> None:
    (job_id,) = customer.reserve(30)
    customer.release(job_id)
    database.execute(sa.text("UPDATE charges SET month = month - interval '1 month'"))

    customer.hold(job_id, 30)

    assert customer.sums() == (0, 30)


def test_millionths_of_a_dollar_add_up(customer: Customer, database: Database) -> None:
    amounts = {customer.job(): Decimal(1) / 3 / 10**3 for _ in range(7)}
    with database.transaction() as tx:
        charges.reserve(tx, customer.id, amounts, LIMIT)

    assert customer.balance().reserved_usd == Decimal("0.002331")
    assert customer.balance().spent_usd == 0
