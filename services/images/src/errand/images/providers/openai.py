"""OpenAI's Images API, and what speaks it: Azure, LocalAI, vLLM and gateways."""

import base64
import binascii
import hashlib
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import openai
from msgspec import Struct
from opentelemetry.trace import SpanKind

from errand.common.conversion import convert
from errand.common.llm.vendors import Deadline, Failure, failure_of, hush, pause
from errand.common.llm.vendors.tls import trust
from errand.common.telemetry import traces
from errand.images.domain import CompositionLock, ModerationBlocked, ProviderName, Spec
from errand.images.providers import Picture, calls, dimensions, prices, wording
from errand.images.providers.calls import Line
from errand.images.providers.errors import AnswerUnusable, CallRejected, ProviderUnavailable, QuotaExhausted
from errand.images.providers.prices import Usage
from errand.images.providers.records import Record
from errand.images.sizes import Size

OFFICIAL_URL = "https://api.openai.com/v1"
TRIES = 3
BACKOFF_S = 1.0

# The largest image of today's models, uncompressed and in base64, is 44 MB.
_MAX_ANSWER_BYTES = 64 * 1024 * 1024

# The first is OpenAI's, the second DALL·E's and most servers', the others Azure's.
_REFUSALS = frozenset({"moderation_blocked", "content_policy_violation", "content_filter", "contentFilter"})
# Some of it with status 429, which waiting does not help.
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


class _Image(Struct):
    b64_json: str | None = None
    url: str | None = None


class _Answer(Struct):
    data: list[_Image] | None = None
    usage: Any = None


class _Details(Struct):
    text_tokens: int = 0
    image_tokens: int = 0


class _Usage(Struct):
    input_tokens: int
    output_tokens: int
    input_tokens_details: _Details | None = None


class OpenAI:
    """One model. Threads may share it: it keeps no connection from one call to the next."""

    name: ProviderName = "openai"
    composition_lock: CompositionLock = "reference"

    def __init__(
        self, model: str, *, base_url: str, api_key: str, timeout_s: float, backoff_s: float = BACKOFF_S
    ) -> None:
        hush("openai")
        self.model = model
        self._facts = prices.load().of(model)
        self._base_url = base_url or OFFICIAL_URL
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._backoff_s = backoff_s

    def estimate_usd(self, spec: Spec) -> Decimal:
        reference = spec.draft_job_id is not None
        text = wording.worded(spec, reference=reference)
        return self._facts.estimate_usd(spec.quality, self._size(spec), text, reference=reference)

    def draw(self, spec: Spec, owner_id: str, reference: bytes | None = None) -> Picture:
        """All tries together take `timeout_s`. Raises ProviderUnavailable, ModerationBlocked, CallRejected,
        QuotaExhausted, AnswerUnusable."""
        parameters, deadline = self._parameters(spec, owner_id, reference), Deadline(self._timeout_s)
        for number in range(1, TRIES + 1):
            try:
                return self._try(spec, parameters, deadline)
            except Failure as failure:
                if not failure.transient:
                    raise CallRejected(failure.status or 0) from failure
                wait_s = self._wait_s(failure, number)
                if number == TRIES or wait_s >= deadline.left_s():
                    raise ProviderUnavailable(str(failure), failure.retry_after_s) from failure
            pause(wait_s)
        raise AssertionError("the last try returns or raises")

    def _size(self, spec: Spec) -> Size:
        offered = self._facts.sizes
        return dimensions.nearest(spec.size, offered) if offered else dimensions.fitted(spec.size)

    def _parameters(self, spec: Spec, owner_id: str, reference: bytes | None) -> dict[str, Any]:
        size = self._size(spec)
        parameters: dict[str, Any] = {
            "model": self.model,
            "prompt": wording.worded(spec, reference=bool(reference)),
            "n": 1,
            "size": f"{size.width}x{size.height}",
            "quality": self._facts.word(spec.quality),
            "output_format": "png",
            # Who it is stays here; that it is the same one may be known.
            "safety_identifier": hashlib.sha256(owner_id.encode()).hexdigest(),
        }
        if self._facts.response_format:
            parameters["response_format"] = self._facts.response_format
        if reference:
            return parameters | {"image": ("draft.png", reference, "image/png")}
        return parameters | {"moderation": "auto"}

    def _try(self, spec: Spec, parameters: Mapping[str, Any], deadline: Deadline) -> Picture:
        record = Record(self.name, self.model, spec)
        with traces.span(f"image {self.model}", SpanKind.CLIENT, record.facts):
            answer = self._answer(parameters, record, deadline)
        usage = _usage(answer.usage)
        cost_usd = self._facts.cost_usd(usage)
        record.answered(usage, cost_usd)
        return Picture(content=_content(answer), alt_text=wording.alt_text(spec), cost_usd=cost_usd)

    def _answer(self, parameters: Mapping[str, Any], record: Record, deadline: Deadline) -> _Answer:
        try:
            return calls.carry_out(lambda line: self._send(parameters, line, deadline), deadline)
        except (AnswerUnusable, Failure) as error:
            record.failed(str(error))
            raise
        except Exception as error:
            # What a vendor says may repeat the prompt and the key: logs and traces would show it as the cause.
            raise self._failure(error, record) from None

    def _send(self, parameters: Mapping[str, Any], line: Line, deadline: Deadline) -> _Answer:
        http = openai.DefaultHttpxClient(verify=trust(), event_hooks={"request": [line.watch]})
        # A client a call: a call that is cut spoils nobody else's.
        with openai.OpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            timeout=deadline.left_s(),
            max_retries=0,
            http_client=http,
        ) as client:
            images = client.images.with_streaming_response
            send = images.edit if "image" in parameters else images.generate
            with send(**parameters) as response:
                content = _whole(response.iter_bytes())
        try:
            return convert(msgspec.json.decode(content), _Answer)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise AnswerUnusable("it is not what an Images API says") from error

    def _failure(self, error: Exception, record: Record) -> Exception:
        """What the error comes to."""
        code = error.code if isinstance(error, openai.APIStatusError) else None
        if isinstance(error, openai.APIStatusError) and code in _REFUSALS:
            stage = _stage(error.body)
            record.refused(stage)
            return ModerationBlocked(stage)
        failure = failure_of(error, openai, self._api_key, begun=False)
        record.failed(str(failure), failure.status, code)
        return QuotaExhausted() if code in _QUOTA else failure

    def _wait_s(self, failure: Failure, number: int) -> float:
        backoff_s = self._backoff_s * 2 ** (number - 1)
        return (failure.retry_after_s or backoff_s) + random.uniform(0, backoff_s)


def _whole(chunks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > _MAX_ANSWER_BYTES:
            raise AnswerUnusable("it does not end")
    return bytes(content)


def _content(answer: _Answer) -> bytes:
    """The image. One that is somewhere else is not fetched: whoever answers would choose what this host connects to."""
    image = (answer.data or [_Image()])[0]
    if not image.b64_json:
        raise AnswerUnusable("it gives a URL instead of the image" if image.url else "there is no image in it")
    try:
        return base64.b64decode(image.b64_json, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnswerUnusable("the image in it is broken") from error


def _usage(told: Any) -> Usage | None:
    """None where it is not told, or in words that are not OpenAI's."""
    try:
        usage = convert(told, _Usage)
    except msgspec.ValidationError:
        return None
    image_tokens = usage.input_tokens_details.image_tokens if usage.input_tokens_details else 0
    text_tokens = max(0, usage.input_tokens - image_tokens)
    return Usage(text_tokens=text_tokens, image_tokens=image_tokens, output_tokens=usage.output_tokens)


def _stage(body: object) -> str:
    """Whether it was the prompt or the image that was refused: the prompt, unless it is told."""
    told = body.get("moderation_details") or body if isinstance(body, dict) else {}
    return "output" if isinstance(told, dict) and told.get("moderation_stage") == "output" else "input"
