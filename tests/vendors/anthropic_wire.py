"""Messages as Anthropic's API reference has them, as far as we use them."""

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
    nodes,
    pieces,
)

PATH = "/v1/messages"
BASE_PATH = ""
PING = b'event: ping\ndata: {"type": "ping"}\n\n'

MAX_UNIONS = 16


def key_of(headers: Any) -> str:
    """In `x-api-key`, or as newer SDKs send it."""
    return str(headers["x-api-key"] or headers["authorization"].removeprefix("Bearer "))


def check(body: dict[str, Any]) -> None:
    """Raises SchemaRefused, KeyError, AssertionError for what the vendor would not take."""
    assert body["stream"] is True
    assert body["max_tokens"] > 0
    assert all(block.get("text", "x") for message in body["messages"] for block in message["content"])
    if schema := schema_of(body):
        check_strict(schema, set())
        if sum("anyOf" in node for node in nodes(schema)) > MAX_UNIONS:
            raise SchemaRefused("Schemas contains too many parameters with union types")
    for tool in body.get("tools", ()):
        assert tool["input_schema"]["type"] == "object"
    blocks = [block for message in body["messages"] for block in message["content"]]
    calls = {block["id"] for block in blocks if block["type"] == "tool_use"}
    answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
    if calls != answered:
        raise SchemaRefused("every tool_use needs its tool_result")


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = body.get("output_config", {}).get("format", {}).get("schema")
    return schema


def system_of(body: dict[str, Any]) -> str:
    return str(body["system"])


def turns_of(body: dict[str, Any]) -> list[tuple[str, str]]:
    """(role, text) of each message."""
    return [
        (message["role"], "".join(block.get("text") or block.get("content", "") for block in message["content"]))
        for message in body["messages"]
    ]


def error(status: int, message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": "api_error", "message": message}}).encode()


def stream(reply: Says | Breaks) -> list[bytes]:
    usage: dict[str, int] | None = {
        "input_tokens": INPUT_TOKENS - CACHED_TOKENS,
        "cache_read_input_tokens": CACHED_TOKENS,
        "output_tokens": 1,
    }
    if isinstance(reply, Says) and not reply.metered:
        usage = None
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "usage": usage,
    }
    events = [_event("message_start", message=message)]
    if isinstance(reply, Breaks):
        failed = _event("error", error={"type": "overloaded_error", "message": "Overloaded"}) if reply.error else b""
        garbage = b"event: content_block_delta\ndata: " + reply.garbage + b"\n\n" if reply.garbage else b""
        return [*events, *_text_block(reply.text)[:-1], failed, garbage]
    if reply.text:
        events += _text_block(reply.text)
    for index, (name, arguments) in enumerate(reply.calls, 1):
        block = {"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": {}}
        events.append(_event("content_block_start", index=index, content_block=block))
        for piece in pieces(arguments):
            events.append(_delta(index, {"type": "input_json_delta", "partial_json": piece}))
        events.append(_event("content_block_stop", index=index))
    reason = (
        "refusal" if reply.refused else "max_tokens" if reply.cut_off else "tool_use" if reply.calls else "end_turn"
    )
    told = {"output_tokens": OUTPUT_TOKENS, "input_tokens": None}
    return [*events, _event("message_delta", delta={"stop_reason": reason}, usage=told), _event("message_stop")]


def _text_block(text: str) -> list[bytes]:
    start = _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    deltas = [_delta(0, {"type": "text_delta", "text": piece}) for piece in pieces(text)]
    return [start, *deltas, _event("content_block_stop", index=0)]


def _delta(index: int, delta: dict[str, Any]) -> bytes:
    return _event("content_block_delta", index=index, delta=delta)


def _event(type: str, **fields: Any) -> bytes:
    return f"event: {type}\ndata: {json.dumps({'type': type, **fields})}\n\n".encode()
