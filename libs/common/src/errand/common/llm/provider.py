"""A model to talk to."""

import random
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import structlog
from msgspec import Struct
from msgspec.structs import replace
from opentelemetry.trace import SpanKind

from errand.common.llm import answers
from errand.common.llm.answers import Check
from errand.common.llm.budgets import Account
from errand.common.llm.errors import AnswerUnusable, CallRejected, ModelError, ModelUnavailable, Refused
from errand.common.llm.messages import Completion, Prompt
from errand.common.llm.prices import Prices
from errand.common.llm.records import Record
from errand.common.llm.schemas import Schema, schema_of
from errand.common.llm.vendors import TOO_LONG, Deadline, Failure, Request, Vendor, ignore, pause
from errand.common.telemetry import traces

TRIES = 3
BACKOFF_S = 0.5

T = TypeVar("T", bound=Struct)

logger = structlog.stdlib.get_logger(__name__)


class Provider:
    """One model of one vendor. Threads may share it: it keeps no connection from one call to the next."""

    def __init__(
        self,
        vendor: Vendor,
        model: str,
        prices: Prices,
        *,
        timeout_s: float,
        max_output_tokens: int,
        backoff_s: float = BACKOFF_S,
    ) -> None:
        self.model = model
        self._vendor = vendor
        self._prices = prices
        self._timeout_s = timeout_s
        self._max_output_tokens = max_output_tokens
        self._backoff_s = backoff_s
        #: Types whose schemas the vendor did not take.
        self._unenforced: set[type[Struct]] = set()

    @property
    def name(self) -> str:
        return self._vendor.name

    def complete(
        self,
        prompt: Prompt,
        account: Account,
        *,
        on_text: Callable[[str], None] = ignore,
        schema: Schema | None = None,
        deadline: Deadline | None = None,
    ) -> Completion:
        """The model's answer, whose pieces `on_text` gets as they come.

        All tries together take `timeout_s`, or until `deadline`, and at most as long again where a vendor falls silent
        in the middle. Raises ModelError.
        """
        request = Request(self.model, prompt, schema, self._max_output_tokens)
        deadline = deadline or Deadline(self._timeout_s)
        for number in range(1, TRIES + 1):
            if deadline.left_s() <= 0:
                raise ModelUnavailable(TOO_LONG)
            account.begin()
            try:
                return self._try(request, account, on_text, deadline)
            except Failure as failure:
                if not failure.transient:
                    raise CallRejected(failure.status or 0) from failure
                wait_s = self._wait_s(failure, number)
                told = failure.begun and on_text is not ignore
                if told or number == TRIES or wait_s > deadline.left_s():
                    raise ModelUnavailable(str(failure), failure.retry_after_s) from failure
            pause(wait_s)
        raise AssertionError("the last try returns or raises")

    def structured(self, type: type[T], prompt: Prompt, account: Account, *, check: Check[T] = lambda _: ()) -> T:
        """The model's answer as a `type` that `check` has nothing to say against.

        An answer that does not fit is sent back once, with what is wrong; both take the time of one. Raises ModelError:
        AnswerUnusable where the second one does not fit either.
        """
        deadline = Deadline(self._timeout_s)
        asked, first = self._ask(type, prompt, account, deadline)
        try:
            return answers.read(first, type, check)
        except AnswerUnusable as error:
            if first.finish == "length":
                raise
            unusable = error
        logger.info("model answer sent back", model=self.model, complaints=len(unusable.complaints))
        again = answers.repairing(asked, first, unusable.complaints)
        try:
            second = self.complete(again, account, schema=self._schema_of(type), deadline=deadline)
        except ModelError as error:
            raise (unusable if unusable.value is not None else error) from None
        return answers.read(second, type, check)

    def _ask(
        self, type: type[Struct], prompt: Prompt, account: Account, deadline: Deadline
    ) -> tuple[Prompt, Completion]:
        schema = self._schema_of(type)
        asked = answers.asking(prompt, schema)
        try:
            return asked, self.complete(asked, account, schema=schema, deadline=deadline)
        except CallRejected as error:
            if error.status != HTTPStatus.BAD_REQUEST or not schema.enforced:
                raise
            # Many servers enforce no schemas, and vendors' limits on them are not all written down.
            self._unenforced.add(type)
            return self._ask(type, prompt, account, deadline)

    def _schema_of(self, type: type[Struct]) -> Schema:
        schema = schema_of(type, self._vendor.dialect)
        return replace(schema, enforced=False) if type in self._unenforced else schema

    def _try(
        self, request: Request, account: Account, on_text: Callable[[str], None], deadline: Deadline
    ) -> Completion:
        record = Record(self.name, self.model, request.prompt)
        try:
            with traces.span(f"chat {self.model}", SpanKind.CLIENT, record.facts):
                answer = self._vendor.answer(request, on_text, deadline)
        except Failure as failure:
            account.add(None, None if failure.begun else 0.0)
            record.failed(failure)
            raise
        cost_usd = self._prices.cost_usd(self.name, self.model, answer.usage)
        account.add(answer.usage, cost_usd)
        record.answered(answer, cost_usd)
        if answer.finish == "refused":
            raise Refused
        return Completion(
            text=answer.text, finish=answer.finish, calls=answer.calls, usage=answer.usage, cost_usd=cost_usd
        )

    def _wait_s(self, failure: Failure, number: int) -> float:
        backoff_s = self._backoff_s * 2 ** (number - 1)
        return (failure.retry_after_s or backoff_s) + random.uniform(0, backoff_s)
