"""What the gateway's sockets send, held against what `/asyncapi.json` says that they send."""

import functools
import json
from typing import Any

import jsonschema_rs

from errand.gateway.documents.asyncapi import asyncapi


def check_frame(raw: str | bytes) -> dict[str, Any]:
    """The frame, decoded. Fails where no message of the document is like it."""
    frame: dict[str, Any] = json.loads(raw)
    validator = _validators().get(frame.get("type", ""))
    assert validator is not None, f"no such frame: {frame}"
    validator.validate(frame)
    return frame


@functools.cache
def _validators() -> dict[str, jsonschema_rs.Draft202012Validator]:
    """One for each message that an operation sends, by its name."""
    document = asyncapi()
    return {name: _validator(document, payload) for name, payload in _sent(document).items()}


def _sent(document: dict[str, Any]) -> dict[str, Any]:
    keys = {
        reference["$ref"].rpartition("/")[2]
        for operation in document["operations"].values()
        if operation["action"] == "send"
        for reference in operation["messages"]
    }
    messages = [document["components"]["messages"][key] for key in keys]
    return {message["name"]: message["payload"] for message in messages}


def _validator(document: dict[str, Any], payload: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    schema = {**payload, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
