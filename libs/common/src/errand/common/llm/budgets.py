"""What a job may spend on models, and what it has."""

import msgspec
from msgspec import Struct

from errand.common.llm.errors import BudgetExceeded
from errand.common.llm.messages import Usage


class Budget(Struct, frozen=True, kw_only=True):
    """None: no limit. Calls of unknown price do not count in dollars, so that `max_calls` should stand beside them."""

    limit_usd: float | None = None
    max_calls: int | None = None
    max_tokens: int | None = None


class Spending(Struct, frozen=True, kw_only=True):
    """Sums over a job's calls, those that failed counted too. `cost_usd` leaves out the `unpriced_calls`."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    unpriced_calls: int = 0

    def plus(self, usage: Usage | None, cost_usd: float | None) -> "Spending":
        usage = usage or Usage(input_tokens=0, output_tokens=0)
        return msgspec.structs.replace(
            self,
            input_tokens=self.input_tokens + usage.input_tokens,
            output_tokens=self.output_tokens + usage.output_tokens,
            cached_tokens=self.cached_tokens + usage.cached_tokens,
            cost_usd=round(self.cost_usd + (cost_usd or 0.0), 9),
            unpriced_calls=self.unpriced_calls + (cost_usd is None),
        )


class Account:
    """One job's, for one thread at a time. The last call may go over the budget: what it costs is known afterwards."""

    def __init__(self, budget: Budget, spent: Spending | None = None) -> None:
        self.budget = budget
        self.spent = spent or Spending()

    def begin(self) -> None:
        """Count a call that is about to be made. Raises BudgetExceeded instead, where the budget is used up."""
        budget, spent = self.budget, self.spent
        if budget.max_calls is not None and spent.calls >= budget.max_calls:
            raise BudgetExceeded(f"{budget.max_calls} calls")
        if budget.max_tokens is not None and spent.input_tokens + spent.output_tokens >= budget.max_tokens:
            raise BudgetExceeded(f"{budget.max_tokens} tokens")
        if budget.limit_usd is not None and spent.cost_usd >= budget.limit_usd:
            raise BudgetExceeded(f"{budget.limit_usd} US dollars")
        self.spent = msgspec.structs.replace(spent, calls=spent.calls + 1)

    def add(self, usage: Usage | None, cost_usd: float | None) -> None:
        self.spent = self.spent.plus(usage, cost_usd)
