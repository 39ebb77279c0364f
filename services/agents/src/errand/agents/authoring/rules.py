"""The author without a model: the same brief gives the same page, byte by byte."""

from errand.agents.landing import copywriting, edits, planning
from errand.agents.landing.brief import Brief
from errand.agents.landing.copywriting import Draft
from errand.agents.landing.edits import AnyEdit, Clarification
from errand.agents.landing.page import Page
from errand.agents.landing.planning import Plan
from errand.common.llm.budgets import Spending


class Rules:
    model = "offline/rules"
    spent = Spending()

    def plan(self, brief: Brief) -> Plan:
        return planning.plan(brief)

    def write(self, brief: Brief, plan: Plan) -> Draft:
        return copywriting.write(brief, plan)

    def revise(self, message: str, page: Page, brief: Brief) -> list[AnyEdit] | Clarification:
        return edits.interpret(message, page)
