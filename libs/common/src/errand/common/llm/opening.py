"""From settings to a model."""

from errand.common.llm import prices
from errand.common.llm.provider import Provider
from errand.common.llm.settings import ModelSettings
from errand.common.llm.vendors import Vendor
from errand.common.settings import SettingsError


def open_provider(settings: ModelSettings) -> Provider | None:
    """None: there is no model, rules do its work. Connects to nothing yet.

    Raises SettingsError where a setting is missing, or the SDK that the provider needs is not installed.
    """
    if settings.model_provider == "offline":
        return None
    if not settings.model_name:
        raise SettingsError("ERRAND_MODEL_NAME is not set")
    if not settings.model_api_key and not settings.model_base_url:
        raise SettingsError("ERRAND_MODEL_API_KEY is not set")
    return Provider(
        _vendor(settings),
        settings.model_name,
        prices.load(),
        timeout_s=settings.model_timeout_s,
        max_output_tokens=settings.model_max_output_tokens,
    )


def _vendor(settings: ModelSettings) -> Vendor:
    # The SDKs take no empty key, and would look for one in the environment.
    access = settings.model_base_url, settings.model_api_key or "none"
    try:
        if settings.model_provider == "openai":
            from errand.common.llm.vendors.openai import OpenAI

            return OpenAI(*access)
        from errand.common.llm.vendors.anthropic import Anthropic

        return Anthropic(*access)
    except ModuleNotFoundError as error:
        extra = settings.model_provider
        raise SettingsError(
            f"ERRAND_MODEL_PROVIDER={extra} needs a package that is not installed: pip install errand-common[{extra}]"
        ) from error
