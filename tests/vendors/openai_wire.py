"""Chat Completions as OpenAI's API reference has them, as far as we use them."""

import json
from typing import Any

from tests.vendors.replies import (
    CACHED_TOKENS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    Breaks,
    Says,
    SchemaRefused,
    check_strict,
    pieces,
)

PATH = "/v1/chat/completions"
BASE_PATH = "/v1"
PING = b": keep-alive\n\n"

KEYWORDS = {"pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}


def key_of(headers: Any) -> str:
    return str(headers["authorization"]).removeprefix("Bearer ")


def check(body: dict[str, Any]) -> None:
    """Raises SchemaRefused, KeyError, AssertionError for what the vendor would not take."""
    assert body["stream"] is True
    assert body["messages"][0]["role"] == "system"
    if "response_format" in body:
        described = body["response_format"]["json_schema"]
        assert described["strict"] is True
        check_strict(described["schema"], KEYWORDS)
    for tool in body.get("tools", ()):
        check_strict(tool["function"]["parameters"], KEYWORDS)
    calls = {call["id"] for message in body["messages"] for call in message.get("tool_calls") or ()}
    answered = {message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"}
    if calls != answered:
        raise SchemaRefused("every call needs its outcome")


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    described: dict[str, Any] = body.get("response_format", {}).get("json_schema", {})
    return described.get("schema")


def system_of(body: dict[str, Any]) -> str:
    return str(body["messages"][0]["content"])


def turns_of(body: dict[str, Any]) -> list[tuple[str, str]]:
    """(role, text) of each message; the outcome of a tool is the user's."""
    return [
        ("user" if message["role"] == "tool" else message["role"], message["content"] or "")
        for message in body["messages"][1:]
    ]


def error(status: int, message: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "server_error", "code": None}}).encode()


def stream(reply: Says | Breaks) -> list[bytes]:
    events = [_chunk({"role": "assistant", "content": ""})]
    if isinstance(reply, Breaks):
        events += [_chunk({"content": piece}) for piece in pieces(reply.text)]
        broken = b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n' if reply.error else b""
        return [*events, broken, b"data: " + reply.garbage + b"\n\n" if reply.garbage else b""]
    kind = "refusal" if reply.refused else "content"
    events += [_chunk({kind: piece}) for piece in pieces(reply.text)]
    for index, (name, arguments) in enumerate(reply.calls):
        function = {"name": name, "arguments": ""}
        events.append(_chunk({"tool_calls": [{"index": index, "id": f"call_{index}", "function": function}]}))
        for piece in pieces(arguments):
            events.append(_chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    finish = "length" if reply.cut_off else "tool_calls" if reply.calls else "stop"
    events.append(_chunk({}, finish))
    return [*events, *([_usage()] if reply.metered else []), b"data: [DONE]\n\n"]


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event([{"index": 0, "delta": delta, "finish_reason": finish}])


def _usage() -> bytes:
    usage = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
    }
    return _event([], usage)


def _event(choices: list[Any], usage: dict[str, Any] | None = None) -> bytes:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
    return b"data: " + json.dumps({**chunk, "usage": usage}).encode() + b"\n\n"
