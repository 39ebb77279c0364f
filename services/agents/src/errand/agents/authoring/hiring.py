"""Which author works on a job."""

from collections.abc import Callable

from errand.agents.authoring.author import Author
from errand.agents.authoring.model import Model
from errand.agents.authoring.notes import Notify
from errand.agents.authoring.rules import Rules
from errand.common.llm.budgets import Account, Spending
from errand.common.llm.opening import open_provider
from errand.common.llm.settings import ModelSettings

#: An author for one run of a job, which has spent so much before.
Hire = Callable[[Spending, Notify], Author]


def choose(settings: ModelSettings) -> Hire:
    """The model that the settings name, else the rules. Raises SettingsError."""
    provider = open_provider(settings)
    if provider is None:
        return lambda spent, notify: Rules()
    return lambda spent, notify: Model(provider, Account(settings.job_budget(), spent), notify)
