"""The author with a language model. Rules make every plan and page first; the model is asked for better ones."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from errand.agents.authoring import outlines
from errand.agents.authoring.author import Author
from errand.agents.authoring.notes import Note, Notify, Step
from errand.agents.authoring.outlines import Outline
from errand.agents.authoring.prompts import prompt
from errand.agents.authoring.readings import Changes, Pictures, Reading
from errand.agents.authoring.rules import Rules
from errand.agents.authoring.wording import Wording, Words, reworded
from errand.agents.landing.brief import Brief
from errand.agents.landing.copywriting import Draft
from errand.agents.landing.edits import AnyEdit, Clarification
from errand.agents.landing.page import Page
from errand.agents.landing.planning import Plan
from errand.agents.landing.variants import VARIANTS
from errand.common.llm.answers import Check
from errand.common.llm.budgets import Account, Spending
from errand.common.llm.errors import AnswerUnusable, ModelError
from errand.common.llm.messages import Prompt
from errand.common.llm.provider import Provider

#: A model that fails twice in one way would a third time.
_MAX_SAME_FAILURES = 2
#: What rules report as left out because only a model can read it.
_READ_BY_MODELS = frozenset({"advanced.customPrompt", "benefits.emotionalTriggers"})
_DONE_BY_RULES = {
    "plan": "so built-in rules planned the page",
    "write": "so the page has the words of built-in rules",
    "revise": "so built-in rules read the message",
}

T = TypeVar("T", bound=Struct)


class Model:
    """One job's. Never raises ModelError: whatever the model fails at, `fallback` does, and `notify` is told.

    A page is the fallback's with other words: no link, price, figure, name or quotation comes from the model.
    """

    def __init__(
        self, provider: Provider, account: Account, notify: Notify = lambda _: None, fallback: Author | None = None
    ) -> None:
        self._provider = provider
        self._account = account
        self._notify = notify
        self._fallback = fallback or Rules()
        self._failures: Counter[str] = Counter()

    @property
    def model(self) -> str:
        return f"{self._provider.name}/{self._provider.model}"

    @property
    def spent(self) -> Spending:
        return self._account.spent

    def plan(self, brief: Brief) -> Plan:
        plan = self._fallback.plan(brief)
        asking = prompt("plan", brief=brief, plan=outlines.outline_of(plan), variants=dict(VARIANTS))
        check = partial(outlines.complaints, plan=plan, brief=brief)
        outline = self._ask("plan", Outline, asking, check)
        return outlines.planned(outline, plan, brief) if outline else plan

    def write(self, brief: Brief, plan: Plan) -> Draft:
        draft = self._fallback.write(brief, plan)
        wording = Wording(draft.page, brief)
        asking = prompt("write", brief=brief, words=wording.given)
        words = self._ask("write", Words, asking, wording.complaints, partial(self._salvage, wording))
        if words is None:
            return draft
        missing = [entry for entry in draft.missing if entry.field not in _READ_BY_MODELS]
        return replace(draft, page=reworded(draft.page, words), missing=missing)

    def revise(self, message: str, page: Page, brief: Brief) -> list[AnyEdit] | Clarification:
        pictures = Pictures()
        shown = pictures.hidden(msgspec.to_builtins(page))
        asking = prompt("revise", brief=brief, page=shown, message=message, variants=dict(VARIANTS))
        check = Changes(message, page, brief, pictures).complaints
        reading = self._ask("revise", Reading, asking, check)
        if reading is None:
            return self._fallback.revise(message, page, brief)
        if not reading.edits:
            return Clarification(message=reading.question)
        return list(pictures.shown(reading).edits)

    def _ask(
        self,
        step: Step,
        type: type[T],
        asking: Prompt,
        check: Check[T],
        salvage: Callable[[T], T] | None = None,
    ) -> T | None:
        """The model's answer, or what `salvage` makes of one that `check` has something against. None: there is none,
        and that has been told."""
        if max(self._failures.values(), default=0) >= _MAX_SAME_FAILURES:
            code = self._failures.most_common(1)[0][0]
            self._tell_fallback(step, code, "The language model failed twice in the same way")
            return None
        try:
            return self._provider.structured(type, asking, self._account, check=check)
        except ModelError as error:
            self._failures[error.code] += 1
            if salvage and isinstance(error, AnswerUnusable) and isinstance(error.value, type):
                return salvage(error.value)
            self._tell_fallback(step, error.code, str(error).rstrip("."))
            return None

    def _salvage(self, wording: Wording, words: Words) -> Words:
        usable, faults = wording.usable(words)
        for section, complaints in faults.items():
            where = f"The section “{section}” keeps" if section else "Title and description keep"
            message = f"{where} the words of built-in rules: {complaints[0]}"
            data = {"step": "write", "section": section, "complaints": complaints}
            self._notify(Note(kind="section_kept", message=message, data=data))
        return usable

    def _tell_fallback(self, step: Step, code: str, what: str) -> None:
        message = f"{what}, {_DONE_BY_RULES[step]}."
        self._notify(Note(kind="fallback", message=message, data={"step": step, "code": code}))
