"""What is written down of every call to a model: a line in the log and metrics, but never a prompt or an answer."""

import time

import structlog

from errand.common.llm.messages import Prompt
from errand.common.llm.vendors import Answer, Failure
from errand.common.telemetry import metrics

logger = structlog.stdlib.get_logger(__name__)


class Record:
    """Of one call, which begins now. The same prompt has the same `prompt` in the log: 16 hex digits."""

    def __init__(self, provider: str, model: str, prompt: Prompt) -> None:
        self.facts = {"provider": provider, "model": model, "prompt": prompt.digest()}
        self._model = model
        self._started = time.perf_counter()

    def answered(self, answer: Answer, cost_usd: float | None) -> None:
        duration_s = self._observe(answer.finish)
        tokens: dict[str, int] = {}
        if usage := answer.usage:
            tokens = {"input": usage.input_tokens, "output": usage.output_tokens}
        for kind, count in tokens.items():
            metrics.MODEL_TOKENS.labels(self._model, kind).inc(count)
        metrics.MODEL_COST.labels(self._model).inc(cost_usd or 0.0)
        logger.info(
            "model answered",
            **self.facts,
            finish=answer.finish,
            tokens=tokens,
            cost_usd=cost_usd,
            unpriced=cost_usd is None,
            duration_s=duration_s,
        )

    def failed(self, failure: Failure) -> None:
        duration_s = self._observe("failed")
        logger.warning(
            "model failed",
            **self.facts,
            status=failure.status,
            reason=str(failure),
            detail=failure.detail,
            duration_s=duration_s,
        )

    def _observe(self, outcome: str) -> float:
        duration_s = time.perf_counter() - self._started
        metrics.MODEL_CALLS.labels(self._model, outcome).observe(duration_s)
        return round(duration_s, 3)
