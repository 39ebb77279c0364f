"""What every vendor's adapter does: one request, one answer or Failure. Tries, prices and checks are the provider's."""

import email.utils
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from errand.common.llm.messages import Call, Finish, Prompt, Usage
from errand.common.llm.schemas import Dialect, Schema

_TRANSIENT = frozenset({408, 409, 429})
_SHOWN_CHARACTERS = 300
# Several times what the longest answers of today's models take on the wire.
_MAX_ANSWER_BYTES = 16 * 1024 * 1024

TOO_LONG = "it takes too long"


class Request(Struct, frozen=True):
    model: str
    prompt: Prompt
    schema: Schema | None
    max_output_tokens: int


class Answer(Struct, frozen=True, kw_only=True):
    text: str
    finish: Finish
    calls: tuple[Call, ...] = ()
    usage: Usage | None = None


class Failure(Exception):
    """There is no answer. `str(failure)` may be shown to anybody, `detail` is for the log.

    `begun`: the model had started, so that text may have been handed on and tokens billed that nobody has told of.
    """

    def __init__(
        self,
        reason: str,
        *,
        detail: str = "",
        status: int | None = None,
        retry_after_s: float | None = None,
        begun: bool = False,
    ) -> None:
        super().__init__(reason)
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s
        self.begun = begun

    @property
    def transient(self) -> bool:
        return self.status is None or self.status in _TRANSIENT or self.status >= 500


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left_s(self) -> float:
        return self._end - time.monotonic()


def pause(seconds: float) -> None:
    """In short turns: a thread that has to stop does so between two of them."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))


class Vendor(Protocol):
    """An adapter streams each answer: the thread is back in Python with every piece, where it can be stopped."""

    name: str
    dialect: Dialect

    def answer(self, request: Request, on_text: Callable[[str], None], deadline: Deadline) -> Answer:
        """Raises Failure."""


def ignore(_: str) -> None:
    """For those who do not follow an answer as it comes."""


def events(content: Iterator[bytes], deadline: Deadline) -> Iterator[dict[str, Any]]:
    """The JSON of each server-sent event. Raises Failure for the vendor's error among them, at the deadline, and where
    there is no end to them.

    The SDKs would decode them too, but swallow the signs of life between them, under which no deadline holds.
    """
    rest, size = b"", 0
    for chunk in content:
        size += len(chunk)
        if deadline.left_s() <= 0:
            raise Failure(TOO_LONG, begun=True)
        if size > _MAX_ANSWER_BYTES:
            raise Failure("its answer does not end", begun=True)
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            data = line.removeprefix(b"data:").strip() if line.startswith(b"data:") else b""
            if data == b"[DONE]":
                return
            if data:
                yield _event(data)


def _event(data: bytes) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.json.decode(data)
    if error := event.get("error"):
        raise Failure("it is busy", detail=str(error), begun=True)
    return event


def hush(sdk: str) -> None:
    """SDKs log whole requests where the process logs everything; HTTP clients log each of them besides."""
    logging.getLogger(sdk).setLevel(logging.WARNING)
    for client in ("httpx2", "httpcore2"):
        logging.getLogger(client).setLevel(logging.WARNING)


def failure_of(error: Exception, sdk: ModuleType, api_key: str, *, begun: bool) -> Failure:
    """What the error comes to. Its detail is short, and without the key, whoever repeats it."""
    failure = _failure_of(error, sdk, begun=begun)
    failure.detail = failure.detail.replace(api_key, "***")[:_SHOWN_CHARACTERS]
    return failure


def _failure_of(error: Exception, sdk: ModuleType, *, begun: bool) -> Failure:
    """Both SDKs are made by one generator and name their errors alike; what else they let through is the network's,
    or comes of an answer that is none."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, sdk.APIStatusError):
        return _of_status(error, begun=begun)
    if isinstance(error, sdk.APITimeoutError) or type(error).__name__.endswith("Timeout"):
        return Failure(TOO_LONG, begun=begun)
    return Failure("the connection or the answer was broken", detail=repr(error), begun=begun)


def _of_status(error: Any, *, begun: bool) -> Failure:
    wait_s = retry_after_s(error.response.headers)
    return Failure("it is busy", detail=error.message, status=error.status_code, retry_after_s=wait_s, begun=begun)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date; at most an hour."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(0.0, seconds), 3600.0)
