"""The settings of services that use a language model."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from errand.common.llm.budgets import Budget
from errand.common.settings import ServiceSettings

ProviderName = Literal["offline", "openai", "anthropic"]

#: So many calls a job has, whatever they cost: those of models without a price would have no limit otherwise.
MAX_CALLS = 40


class ModelSettings(ServiceSettings, frozen=True, kw_only=True):
    model_provider: Annotated[
        ProviderName,
        Meta(description="`openai` (or what speaks its API), `anthropic`, or `offline`: rules instead of a model"),
    ] = "offline"
    model_name: Annotated[str, Meta(description="The model, as its provider calls it")] = ""
    model_base_url: Annotated[
        str, Meta(description="Where the model's API is, as `http://localhost:11434/v1`; empty: at its provider's")
    ] = ""
    # What fits no header would end up, spelled out, in the error that says so.
    model_api_key: Annotated[
        str, Meta(pattern=r"^[!-~]*\Z", description="Key of the model's API; a local one may need none")
    ] = ""
    model_timeout_s: Annotated[
        float, Meta(gt=0, description="How long the model has for an answer, tries included")
    ] = 120.0
    model_max_output_tokens: Annotated[int, Meta(ge=1, description="The longest answer that the model may give")] = (
        16_000
    )
    job_budget_usd: Annotated[
        float, Meta(ge=0, description="What one job may spend on models; its last call may go over that")
    ] = 1.0

    def __repr__(self) -> str:
        """Without what is secret."""
        fields = msgspec.structs.asdict(self) | {"model_api_key": "***"}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields.items())})"

    def job_budget(self) -> Budget:
        return Budget(limit_usd=self.job_budget_usd, max_calls=MAX_CALLS)
