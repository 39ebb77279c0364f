"""Which narrator a worker has."""

from errand.common.llm.opening import open_provider
from errand.common.llm.settings import ModelSettings
from errand.incidents.narration.model import Model
from errand.incidents.narration.narrator import Narrator
from errand.incidents.narration.rules import Rules


def choose(settings: ModelSettings) -> Narrator:
    """The model that the settings name, else the rules. Raises SettingsError."""
    provider = open_provider(settings)
    if provider is None:
        return Rules()
    return Model(provider, settings.job_budget(), settings.model_api_key)
