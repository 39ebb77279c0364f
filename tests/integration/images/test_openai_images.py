"""OpenAI's Images API, played on loopback."""

import base64
import functools
import json
import logging
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from dramatiq.threading import Interrupt, raise_thread_exception
from msgspec.structs import replace
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from errand.common.errors import ErrandError, Unavailable
from errand.images.domain import ModerationBlocked, Spec
from errand.images.providers.errors import AnswerUnusable, CallRejected, ProviderUnavailable, QuotaExhausted
from errand.images.providers.openai import TRIES, OpenAI
from errand.images.sizes import Quality
from tests.spans import recorded_spans
from tests.vendors.double import KEY
from tests.vendors.openai_images import (
    EDITS,
    GENERATIONS,
    IMAGE_TOKENS,
    OUTPUT_TOKENS,
    PNG,
    TEXT_TOKENS,
    BreaksOff,
    ImagesDouble,
    Paints,
    Part,
    Refuses,
    Reply,
    Says,
    images_double,
)
from tests.vendors.replies import Fails, Hangs
from tests.waiting import until

OWNER = str(uuid4())
MODEL = "gpt-image-2.5-flare"
SPEC = Spec(prompt="A paddock with sheep", style="line art", negative_prompt="wolves", width=1344, height=768)
FINAL = Spec(prompt="A paddock with sheep", quality="high", width=1344, height=768, draft_job_id=uuid4())
DRAFT = b"\x89PNG\r\n\x1a\n a draft \x00\xff\r\n--"

NewProvider = Callable[..., OpenAI]


@pytest.fixture
def double() -> Iterator[ImagesDouble]:
    with images_double() as double:
        yield double


@pytest.fixture
def new_provider(double: ImagesDouble) -> NewProvider:
    return functools.partial(connect, double)


@pytest.fixture
def provider(new_provider: NewProvider) -> OpenAI:
    return new_provider()


def connect(
    double: ImagesDouble, *, model: str = MODEL, key: str = KEY, timeout_s: float = 20.0, backoff_s: float = 0.01
) -> OpenAI:
    return OpenAI(model, base_url=double.base_url, api_key=key, timeout_s=timeout_s, backoff_s=backoff_s)


def test_a_prompt_becomes_an_image_of_known_cost(double: ImagesDouble, provider: OpenAI) -> None:
    content = PNG + bytes(range(256))
    double.will(Paints(content=content))

    picture = provider.draw(SPEC, OWNER)

    assert picture.content == content
    assert (picture.alt_text, picture.svg) == ("A paddock with sheep", None)
    assert picture.cost_usd == Decimal(5 * TEXT_TOKENS + 30 * OUTPUT_TOKENS) / 1_000_000
    (call,) = double.received
    assert call.path == GENERATIONS
    assert call.body["prompt"] == "A paddock with sheep\n\nStyle: line art.\n\nAvoid: wolves."
    assert (call.body["model"], call.body["size"], call.body["quality"]) == (MODEL, "1344x768", "medium")


def test_the_vendor_is_not_told_who_the_owner_is(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(Paints(), Paints(), Paints())
    for owner in (OWNER, OWNER, str(uuid4())):
        provider.draw(SPEC, owner)

    first, again, other = (call.body["safety_identifier"] for call in double.received)
    assert first == again != other
    assert OWNER not in str(double.received)


def test_a_final_goes_with_its_draft(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(Paints())

    picture = provider.draw(FINAL, OWNER, DRAFT)

    (call,) = double.received
    assert call.path == EDITS
    assert call.body["image"] == Part("draft.png", "image/png", DRAFT)
    assert "Keep its composition" in call.body["prompt"]
    assert (call.body["size"], call.body["quality"]) == ("2016x1152", "high")
    assert picture.cost_usd == Decimal(5 * TEXT_TOKENS + 8 * IMAGE_TOKENS + 30 * OUTPUT_TOKENS) / 1_000_000


@pytest.mark.parametrize(
    ("model", "size"), [("gpt-image-2", "1072x624"), ("gpt-image-1-mini", "1536x1024"), ("sd-3.5", "1536x1024")]
)
def test_a_model_is_asked_for_a_size_that_it_has(
    double: ImagesDouble, new_provider: NewProvider, model: str, size: str
) -> None:
    double.will(Paints())

    new_provider(model=model).draw(Spec(prompt="Sheep", quality="draft", width=1344, height=768), OWNER)

    (call,) = double.received
    assert (call.body["size"], call.body["quality"]) == (size, "low")


def test_only_other_servers_are_asked_for_the_image_itself(double: ImagesDouble, new_provider: NewProvider) -> None:
    double.will(Paints(), Paints())

    for model in ("gpt-image-3", "sd-3.5"):
        new_provider(model=model).draw(SPEC, OWNER)

    openais, others = double.received
    assert "response_format" not in openais.body
    assert others.body["response_format"] == "b64_json"


@pytest.mark.parametrize(
    ("quality", "side", "tokens"), [("draft", 2048, 196), ("standard", 1024, 1756), ("high", 682, 7024)]
)
def test_an_estimate_is_a_little_more_than_the_cost(
    double: ImagesDouble, new_provider: NewProvider, quality: Quality, side: int, tokens: int
) -> None:
    provider = new_provider(model="gpt-image-2")
    spec = Spec(prompt="A paddock with sheep, seen from far above", quality=quality, width=side, height=side)
    double.will(Paints(output_tokens=tokens))

    cost_usd = provider.draw(spec, OWNER).cost_usd

    assert cost_usd is not None
    assert cost_usd * Decimal("0.95") < provider.estimate_usd(spec) < cost_usd * Decimal("1.1")


def test_a_final_is_estimated_with_its_draft(provider: OpenAI) -> None:
    alone = replace(FINAL, draft_job_id=None)

    assert provider.estimate_usd(FINAL) > provider.estimate_usd(alone) + Decimal(8 * IMAGE_TOKENS) / 1_000_000


@pytest.mark.parametrize(
    ("model", "reply"),
    [
        (MODEL, Paints(metered=False)),
        ("gpt-image-3", Paints()),
        ("sd-3.5", Paints()),
        (MODEL, Says(json.dumps({"data": [{"b64_json": "AAAA"}], "usage": {"prompt_tokens": 7}}).encode())),
        (MODEL, Says(json.dumps({"data": [{"b64_json": "AAAA"}], "usage": "much"}).encode())),
    ],
    ids=["no usage", "unknown model", "other server", "other words", "no words"],
)
def test_what_nobody_can_tell_is_not_told(
    double: ImagesDouble, new_provider: NewProvider, model: str, reply: Reply
) -> None:
    double.will(reply)

    assert new_provider(model=model).draw(SPEC, OWNER).cost_usd is None


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(double: ImagesDouble, provider: OpenAI, status: int) -> None:
    double.will(Fails(status), BreaksOff(), Paints())

    assert provider.draw(SPEC, OWNER).content == PNG
    assert len(double.received) == 3


def test_a_final_is_tried_again_with_its_draft(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(Fails(503), Paints())

    provider.draw(FINAL, OWNER, DRAFT)

    first, second = double.received
    assert first.body == second.body
    assert second.body["image"].content == DRAFT


def test_it_gives_up_after_some_tries(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(*[Fails(500)] * (TRIES + 1))

    with pytest.raises(ProviderUnavailable):
        provider.draw(SPEC, OWNER)
    assert len(double.received) == TRIES


@pytest.mark.parametrize("value", ["0", "1", "Fri, 31 Dec 1999 23:59:59 GMT", "soon"])
def test_it_waits_as_long_as_the_vendor_asks(
    double: ImagesDouble, provider: OpenAI, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("errand.images.providers.openai.pause", waits.append)
    double.will(Fails(429, {"retry-after": value}), Paints())

    assert provider.draw(SPEC, OWNER).content == PNG
    (wait_s,) = waits
    assert (1 if value == "1" else 0) <= wait_s < 2


def test_a_wait_that_is_longer_than_there_is_time_is_handed_on(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(Fails(429, {"retry-after": "77.5"}), Paints())

    with pytest.raises(Unavailable) as raised:
        provider.draw(SPEC, OWNER)
    assert raised.value.retry_after_s == 78
    assert len(double.received) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
def test_what_will_not_pass_is_not_tried_again(double: ImagesDouble, provider: OpenAI, status: int) -> None:
    double.will(Fails(status, message="the sheep are too woolly"), Paints())

    with pytest.raises(CallRejected, match=f"status {status}") as raised:
        provider.draw(SPEC, OWNER)
    assert len(double.received) == 1
    assert not isinstance(raised.value, Unavailable)
    assert "woolly" not in str(raised.value)


def test_a_wrong_key_is_told_to_nobody(double: ImagesDouble, new_provider: NewProvider) -> None:
    with capture_logs() as lines, pytest.raises(CallRejected) as raised:
        new_provider(key="sk-wrong-0815").draw(SPEC, OWNER)

    assert "status 401" in str(raised.value)
    assert [line["status"] for line in lines] == [401]
    assert "sk-wrong-0815" not in f"{lines} {raised.value}"


@pytest.mark.parametrize("status", [400, 429])
@pytest.mark.parametrize("code", ["insufficient_quota", "billing_hard_limit_reached"])
def test_an_account_with_nothing_left_is_not_tried_again(
    double: ImagesDouble, provider: OpenAI, code: str, status: int
) -> None:
    double.will(Refuses(code=code, status=status), Paints())

    with pytest.raises(QuotaExhausted):
        provider.draw(SPEC, OWNER)
    assert len(double.received) == 1


@pytest.mark.parametrize(
    ("reply", "stage"),
    [
        (Refuses(code="moderation_blocked"), "input"),
        (Refuses(code="content_policy_violation"), "input"),
        (Refuses(code="contentFilter"), "input"),
        (Refuses(code="moderation_blocked", details={"moderation_details": {"moderation_stage": "output"}}), "output"),
        (Refuses(code="moderation_blocked", details={"moderation_details": {"moderation_stage": "unknown"}}), "input"),
        (Refuses(code="moderation_blocked", details={"moderation_stage": "output"}), "output"),
        (Refuses(code="moderation_blocked", details={"moderation_details": ["output"]}), "input"),
    ],
    ids=str,
)
def test_a_refusal_is_final_and_says_at_which_stage(
    double: ImagesDouble, provider: OpenAI, reply: Reply, stage: str
) -> None:
    double.will(reply, Paints())

    with capture_logs() as lines, pytest.raises(ModerationBlocked) as raised:
        provider.draw(SPEC, OWNER)

    assert raised.value.stage == stage
    assert [line["event"] for line in lines] == ["image model refused"]
    assert "sheep" not in f"{lines} {raised.value}"
    assert len(double.received) == 1


def data(**image: Any) -> Says:
    return Says(json.dumps({"data": [image]}).encode())


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Says(b'{"created": 1}'), "no image in it"),
        (Says(b'{"data": []}'), "no image in it"),
        (data(), "no image in it"),
        (data(b64_json=""), "no image in it"),
        (data(url="http://169.254.169.254/latest/meta-data"), "a URL instead"),
        (data(b64_json="no base64!"), "broken"),
        (data(b64_json="AAA"), "broken"),
        (data(b64_json="ä"), "broken"),
        (data(b64_json=7), "not what an Images API says"),
        (Says(b"<html>Welcome</html>"), "not what an Images API says"),
        (Says(b"\xff\xfe"), "not what an Images API says"),
        (Says(b"[" * 100_000), "not what an Images API says"),
        (Says(b"[]"), "not what an Images API says"),
        (Says(b"x" * (65 * 1024 * 1024)), "does not end"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_answer_without_an_image_is_final(double: ImagesDouble, provider: OpenAI, reply: Reply, fault: str) -> None:
    double.will(reply, Paints())

    with pytest.raises(AnswerUnusable, match=fault) as raised:
        provider.draw(SPEC, OWNER)
    assert len(double.received) == 1
    assert "169.254" not in str(raised.value)


def test_a_model_that_takes_too_long_is_left(double: ImagesDouble, new_provider: NewProvider) -> None:
    double.will(Hangs())

    with pytest.raises(ProviderUnavailable, match="too long"):
        new_provider(timeout_s=0.3).draw(SPEC, OWNER)


def test_a_vendor_that_is_not_there_is_unavailable(double: ImagesDouble, provider: OpenAI) -> None:
    double.close()

    with pytest.raises(ProviderUnavailable):
        provider.draw(SPEC, OWNER)


class Stopped(Interrupt):
    pass


@pytest.mark.parametrize(
    "reply", [Hangs(), Fails(429, {"retry-after": "30"})], ids=["while it draws", "between two tries"]
)
def test_a_thread_that_has_to_stop_does_so_in_the_middle_of_a_call(
    double: ImagesDouble, new_provider: NewProvider, reply: Reply
) -> None:
    provider = new_provider(timeout_s=100.0)
    ends: list[object] = []
    double.will(reply, Paints())

    def call() -> None:
        try:
            ends.append(provider.draw(SPEC, OWNER))
        except Stopped as stopped:
            ends.append(stopped)

    thread = threading.Thread(target=call)
    thread.start()
    until(lambda: len(double.received) == 1)
    raise_thread_exception(thread.ident or 0, Stopped)
    thread.join(timeout=20)

    assert isinstance(ends[0], Stopped)
    # The vendor's connection went with it: nobody is left to wait for an answer that nobody wants.
    until(lambda: not [thread for thread in threading.enumerate() if thread.name == "image-call"])
    assert provider.draw(SPEC, OWNER).content == PNG


def test_threads_share_a_provider(double: ImagesDouble, provider: OpenAI) -> None:
    contents = [PNG + bytes([number]) for number in range(8)]
    double.will(*[Paints(content=content) for content in contents])
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(provider.draw(SPEC, OWNER).content)) for _ in contents]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(drawn) == contents


def test_a_call_leaves_one_line_without_what_was_said_or_drawn(
    double: ImagesDouble, provider: OpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    double.will(Fails(400, message="wolves"), Paints())

    with caplog.at_level(logging.DEBUG), capture_logs() as lines:
        with pytest.raises(ErrandError):
            provider.draw(SPEC, OWNER)
        provider.draw(SPEC, OWNER)

    failed, answered = lines
    assert (failed["event"], failed["status"]) == ("image model failed", 400)
    assert answered["event"] == "image model answered"
    assert answered["tokens"] == {"input": TEXT_TOKENS, "output": OUTPUT_TOKENS}
    assert answered["cost_usd"] == 0.0602
    assert answered["prompt"] == SPEC.prompt_hash()[:16]
    said = f"{lines} {caplog.text}"
    assert not [word for word in (KEY, "paddock", "wolves", base64.b64encode(PNG).decode()[:20]) if word in said]


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_calls_tokens_and_cost_are_metrics(double: ImagesDouble, provider: OpenAI) -> None:
    def samples() -> list[float]:
        return [
            *(
                sample("errand_model_call_duration_seconds_count", model=MODEL, outcome=outcome)
                for outcome in ("stop", "failed", "refused")
            ),
            sample("errand_model_tokens_total", model=MODEL, kind="output"),
            sample("errand_model_cost_usd_total", model=MODEL),
        ]

    before = samples()
    double.will(Fails(500), Paints(), Refuses(code="moderation_blocked"))
    provider.draw(SPEC, OWNER)
    with pytest.raises(ModerationBlocked):
        provider.draw(SPEC, OWNER)

    grown = [after - earlier for earlier, after in zip(before, samples(), strict=True)]
    assert grown == pytest.approx([1, 1, 1, OUTPUT_TOKENS, 0.0602])


def test_a_call_is_a_span(double: ImagesDouble, provider: OpenAI) -> None:
    double.will(Paints())

    with recorded_spans() as spans:
        provider.draw(SPEC, OWNER)

    (span,) = spans.all
    assert span.name == f"image {MODEL}"
    assert "paddock" not in span.to_json()
    assert "traceparent" not in double.received[0].headers
