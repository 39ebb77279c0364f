"""Anthropic's Messages."""

from collections.abc import Callable
from typing import Any

import anthropic
import msgspec

from errand.common.llm.messages import Call, Finish, Message, Tool, Usage
from errand.common.llm.schemas import Dialect, schema_of
from errand.common.llm.vendors import Answer, Deadline, Failure, Request, events, failure_of, hush
from errand.common.llm.vendors.tls import trust

OFFICIAL_URL = "https://api.anthropic.com"

_FINISHES: dict[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tools",
    "refusal": "refused",
}
# More places of several types than this are a 400: "too many parameters with union types".
_MAX_UNIONS = 16


class Anthropic:
    name = "anthropic"
    dialect = Dialect(max_unions=_MAX_UNIONS)

    def __init__(self, base_url: str, api_key: str) -> None:
        hush("anthropic")
        self._base_url = base_url or OFFICIAL_URL
        self._api_key = api_key

    def answer(self, request: Request, on_text: Callable[[str], None], deadline: Deadline) -> Answer:
        reader = _Reader(on_text)
        try:
            # A client a call: a thread that is stopped in the middle spoils nobody else's.
            with (
                anthropic.Anthropic(
                    base_url=self._base_url,
                    api_key=self._api_key,
                    timeout=deadline.left_s(),
                    max_retries=0,
                    http_client=anthropic.DefaultHttpxClient(verify=trust()),
                    open_telemetry={"traces": False, "propagation": False},
                ) as client,
                client.messages.with_streaming_response.create(stream=True, **self._parameters(request)) as response,
            ):
                for event in events(response.iter_bytes(), deadline):
                    reader.take(event)
            return reader.answer()
        except Exception as error:
            raise failure_of(error, anthropic, self._api_key, begun=reader.begun) from None

    def _parameters(self, request: Request) -> dict[str, Any]:
        prompt, schema = request.prompt, request.schema
        parameters: dict[str, Any] = {
            "model": request.model,
            "system": prompt.system,
            "messages": [{"role": turn.role, "content": _blocks(turn)} for turn in prompt.messages],
            "max_tokens": request.max_output_tokens,
        }
        if schema and schema.enforced:
            parameters["output_config"] = {"format": {"type": "json_schema", "schema": schema.body}}
        if prompt.tools:
            parameters["tools"] = [self._tool(tool) for tool in prompt.tools]
        return parameters

    def _tool(self, tool: Tool) -> dict[str, Any]:
        schema = schema_of(tool.arguments, self.dialect)
        return {"name": tool.name, "description": tool.description, "input_schema": schema.body}


def _blocks(turn: Message) -> list[dict[str, Any]]:
    outcomes = [
        {"type": "tool_result", "tool_use_id": item.call_id, "content": item.text, "is_error": item.failed}
        for item in turn.outcomes
    ]
    text = [{"type": "text", "text": turn.text}] if turn.text else []
    calls = [
        {"type": "tool_use", "id": call.id, "name": call.tool, "input": _input(call.arguments)} for call in turn.calls
    ]
    return [*outcomes, *text, *calls]


def _input(arguments: str) -> Any:
    """The wire takes objects alone; a call that was cut off has none."""
    try:
        return msgspec.json.decode(arguments or "{}")
    except msgspec.DecodeError:
        return {}


class _Reader:
    """Puts an answer together from its events."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self.begun = False
        self._on_text = on_text
        self._text: list[str] = []
        self._calls: dict[int, Call] = {}
        self._finish: str | None = None
        self._usage: dict[str, Any] = {}

    def take(self, event: dict[str, Any]) -> None:
        self.begun = True
        match event["type"]:
            case "message_start":
                self._take_usage(event["message"].get("usage"))
            case "content_block_start" if event["content_block"]["type"] == "tool_use":
                block = event["content_block"]
                self._calls[event["index"]] = Call(block["id"], block["name"], "")
            case "content_block_delta":
                self._take_delta(event["index"], event["delta"])
            case "message_delta":
                self._finish = event["delta"].get("stop_reason") or self._finish
                self._take_usage(event.get("usage"))

    def _take_usage(self, usage: dict[str, Any] | None) -> None:
        """Sums so far, of which the last that is told counts."""
        self._usage |= {name: count for name, count in (usage or {}).items() if count is not None}

    def _take_delta(self, index: int, delta: dict[str, Any]) -> None:
        if delta["type"] == "text_delta":
            self._text.append(delta["text"])
            self._on_text(delta["text"])
        elif delta["type"] == "input_json_delta" and index in self._calls:
            call = self._calls[index]
            self._calls[index] = msgspec.structs.replace(call, arguments=call.arguments + delta["partial_json"])

    def answer(self) -> Answer:
        if self._finish is None:
            raise Failure("the answer broke off", begun=True)
        return Answer(
            text="".join(self._text),
            finish=_FINISHES.get(self._finish, "stop"),
            calls=tuple(self._calls[index] for index in sorted(self._calls)),
            usage=_usage(self._usage) if "input_tokens" in self._usage else None,
        )


def _usage(usage: dict[str, Any]) -> Usage:
    """Here what comes from a cache or goes to it is not among the input tokens."""
    cached, written = usage.get("cache_read_input_tokens", 0), usage.get("cache_creation_input_tokens", 0)
    return Usage(
        input_tokens=usage["input_tokens"] + cached + written,
        output_tokens=usage["output_tokens"],
        cached_tokens=cached,
        cache_write_tokens=written,
    )
