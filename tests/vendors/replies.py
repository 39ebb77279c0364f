"""What a double of a vendor can be told to do with a call, in no vendor's words."""

import json
from typing import Any

import msgspec
from msgspec import Struct

INPUT_TOKENS = 100
CACHED_TOKENS = 40
OUTPUT_TOKENS = 20


class Says(Struct, frozen=True, kw_only=True):
    """A whole answer. Without usage where `metered` is off."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    cut_off: bool = False
    refused: bool = False
    metered: bool = True


class Fails(Struct, frozen=True):
    """An HTTP error."""

    status: int
    headers: dict[str, str] = {}
    message: str = "no"


class Breaks(Struct, frozen=True):
    """A stream that begins with some text and ends there: with an `error` of the vendor's, with bytes that are no
    answer, or (neither) with the connection."""

    text: str = "Once upon"
    error: bool = False
    garbage: bytes = b""


class Hangs(Struct, frozen=True):
    """Nothing at all, until the double is closed; or (`drips`) signs of life and no end."""

    drips: bool = False


Reply = Says | Fails | Breaks | Hangs


def says(value: object) -> Says:
    """An answer that is `value` in JSON; structs have all of their fields then."""
    return Says(text=json.dumps(msgspec.to_builtins(value)))


def pieces(text: str) -> list[str]:
    """As a model streams it."""
    return [text[start : start + 7] for start in range(0, len(text), 7)]


class SchemaRefused(Exception):
    """A vendor would answer 400."""


def nodes(schema: Any) -> list[dict[str, Any]]:
    """Every schema in a schema."""
    children: list[Any] = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    children += schema.get("anyOf", [])
    children += [schema["items"]] if "items" in schema else []
    return [schema, *(node for child in children for node in nodes(child))]


def check_strict(schema: dict[str, Any], keywords: set[str]) -> None:
    """What both vendors ask of a schema that they are to enforce. Raises SchemaRefused."""
    if schema.get("type") != "object":
        raise SchemaRefused("the root has to be an object")
    known = {"type", "enum", "const", "anyOf", "items", "properties", "required", "additionalProperties", "$ref"}
    for node in nodes(schema):
        if unknown := set(node) - known - {"$defs", "description"} - keywords:
            raise SchemaRefused(f"{unknown} is not permitted")
        if "$ref" in node and len(node) > 1:
            raise SchemaRefused("$ref cannot have keywords beside it")
        if node.get("type") == "object":
            if node.get("additionalProperties") is not False:
                raise SchemaRefused("additionalProperties has to be false")
            if set(node["required"]) != set(node["properties"]):
                raise SchemaRefused("every property has to be required")
