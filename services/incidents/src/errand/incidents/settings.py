"""The settings of the incidents service, API and worker."""

from typing import Annotated

from msgspec import Meta

from errand.common.llm.settings import ModelSettings


class Settings(ModelSettings, frozen=True, kw_only=True):
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the API")] = 8102
    health_port: Annotated[int, Meta(ge=0, le=65535, description="Port of the worker's /livez and /readyz")] = 8112
