"""The port that the graph's nodes write pages through."""

from typing import Protocol

from errand.agents.landing.brief import Brief
from errand.agents.landing.copywriting import Draft
from errand.agents.landing.edits import AnyEdit, Clarification
from errand.agents.landing.page import Page
from errand.agents.landing.planning import Plan
from errand.common.llm.budgets import Spending


class Author(Protocol):
    @property
    def model(self) -> str:
        """Who it is, as `provider/model`."""

    @property
    def spent(self) -> Spending:
        """What the job has cost so far."""

    def plan(self, brief: Brief) -> Plan:
        """What the page is to have, and how it is to look."""

    def write(self, brief: Brief, plan: Plan) -> Draft:
        """The page, and what the brief lacks for it."""

    def revise(self, message: str, page: Page, brief: Brief) -> list[AnyEdit] | Clarification:
        """What a user's message asks for, or what has to be asked back."""
