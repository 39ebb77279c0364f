"""The settings of the incidents service, API and worker."""

from errand.common.settings import ServiceSettings


class Settings(ServiceSettings, frozen=True, kw_only=True):
    port: int = 8102
    health_port: int = 8112
