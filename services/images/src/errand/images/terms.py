"""What API and worker have to agree on about making images."""

from decimal import Decimal

from msgspec import Struct

from errand.images.domain import AsyncDisabled
from errand.images.providers import Provider
from errand.images.providers.opening import open_provider
from errand.images.rendering.studio import Studio
from errand.images.settings import Settings


class Terms(Struct, frozen=True):
    """Who makes images here, what a user may spend on them in a month, and how many are made at once."""

    provider: Provider
    monthly_budget_usd: Decimal
    processes: int
    async_enabled: bool = True

    def check_async(self) -> None:
        """Raises AsyncDisabled."""
        if not self.async_enabled:
            raise AsyncDisabled


def settle_terms(settings: Settings, studio: Studio) -> Terms:
    """Raises SettingsError."""
    return Terms(
        provider=open_provider(settings, studio),
        monthly_budget_usd=Decimal(str(settings.monthly_budget_usd)),
        processes=studio.count,
        async_enabled=settings.async_enabled,
    )
