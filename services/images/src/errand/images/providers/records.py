"""What is written down of every call to an image model: a line in the log and metrics, but never a prompt, an image or
a vendor's own words, which may repeat them."""

import re
import time
from decimal import Decimal

import structlog

from errand.common.telemetry import metrics
from errand.images.domain import Spec
from errand.images.providers.prices import Usage

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")

logger = structlog.stdlib.get_logger(__name__)


class Record:
    """Of one call, which begins now. The same prompt has the same `prompt` in the log: 16 hex digits."""

    def __init__(self, provider: str, model: str, spec: Spec) -> None:
        self.facts = {
            "provider": provider,
            "model": model,
            "prompt": spec.prompt_hash()[:16],
            "quality": spec.quality,
        }
        self._model = model
        self._started = time.perf_counter()

    def answered(self, usage: Usage | None, cost_usd: Decimal | None) -> None:
        duration_s = self._observe("stop")
        tokens: dict[str, int] = {}
        if usage:
            tokens = {"input": usage.text_tokens + usage.image_tokens, "output": usage.output_tokens}
        for kind, count in tokens.items():
            metrics.MODEL_TOKENS.labels(self._model, kind).inc(count)
        metrics.MODEL_COST.labels(self._model).inc(float(cost_usd or 0))
        cost = None if cost_usd is None else float(cost_usd)
        logger.info("image model answered", **self.facts, tokens=tokens, cost_usd=cost, duration_s=duration_s)

    def refused(self, stage: str) -> None:
        logger.info("image model refused", **self.facts, stage=stage, duration_s=self._observe("refused"))

    def failed(self, reason: str, status: int | None = None, code: str | None = None) -> None:
        logger.warning(
            "image model failed",
            **self.facts,
            status=status,
            reason=reason,
            vendor_code=code if code and _CODE.fullmatch(code) else None,
            duration_s=self._observe("failed"),
        )

    def _observe(self, outcome: str) -> float:
        duration_s = time.perf_counter() - self._started
        metrics.MODEL_CALLS.labels(self._model, outcome).observe(duration_s)
        return round(duration_s, 3)
