"""From settings to a provider."""

from errand.common.settings import SettingsError
from errand.images.providers import Provider
from errand.images.providers.offline import Offline
from errand.images.rendering.studio import Studio
from errand.images.settings import Settings


def open_provider(settings: Settings, studio: Studio) -> Provider:
    """Connects to nothing yet.

    Raises SettingsError where a setting is missing, or the SDK that the provider needs is not installed.
    """
    if settings.image_provider == "offline":
        return Offline(studio)
    if not settings.image_model:
        raise SettingsError("ERRAND_IMAGE_MODEL is not set")
    if not settings.image_api_key and not settings.image_base_url:
        raise SettingsError("ERRAND_IMAGE_API_KEY is not set")
    try:
        from errand.images.providers.openai import OpenAI
    except ModuleNotFoundError as error:
        raise SettingsError(
            "ERRAND_IMAGE_PROVIDER=openai needs a package that is not installed: pip install errand-images[openai]"
        ) from error
    return OpenAI(
        settings.image_model,
        base_url=settings.image_base_url,
        # The SDK takes no empty key, and would look for one in the environment.
        api_key=settings.image_api_key or "none",
        timeout_s=settings.image_timeout_s,
    )
