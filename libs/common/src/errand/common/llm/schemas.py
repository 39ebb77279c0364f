"""JSON schemas of structs, in the part of JSON Schema that a vendor enforces.

Vendors make the model's decoder keep to a schema, but take only some keywords. What they leave unchecked,
`answers` checks.
"""

import functools
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

_COMMON = frozenset({"type", "enum", "const", "anyOf", "items", "properties", "description"})
# Nothing that a model could read or a decoder could hold to.
_SILENT = frozenset({"title", "default", "discriminator", "required", "additionalProperties"})


class Dialect(Struct, frozen=True, kw_only=True):
    """What a vendor takes: `keywords` beyond the common ones, and at most `max_unions` places of several types."""

    keywords: frozenset[str] = frozenset()
    max_unions: int | None = None


class Schema(Struct, frozen=True):
    """`enforced`: the vendor can hold the model to it; else the prompt has to tell it."""

    name: str
    body: dict[str, Any]
    enforced: bool


@functools.cache
def schema_of(type: type[Struct], dialect: Dialect) -> Schema:
    """Every field is required: an optional one would let the model leave out what it should have thought about.

    Raises TypeError for a struct with mappings, which no vendor enforces.
    """
    whole = msgspec.json.schema(type)
    definitions = {name: _node(node, dialect) for name, node in whole["$defs"].items()}
    body = definitions.pop(whole["$ref"].rpartition("/")[2])
    if definitions:
        body["$defs"] = definitions
    unions = sum("anyOf" in node for node in _nodes(body))
    return Schema(type.__name__, body, dialect.max_unions is None or unions <= dialect.max_unions)


def _node(node: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    result = {key: value for key, value in node.items() if key in _COMMON | dialect.keywords}
    if unheld := {key: value for key, value in node.items() if key not in result.keys() | _SILENT}:
        result["description"] = " ".join(filter(None, [result.get("description"), _told(unheld)]))
    for key in ("anyOf", "items"):
        if key in result:
            result[key] = _each(result[key], dialect)
    if node.get("type") == "object":
        if "properties" not in node:
            raise TypeError("a mapping cannot be enforced: use a list of structs")
        result["properties"] = {name: _node(value, dialect) for name, value in node["properties"].items()}
        result |= {"required": list(node["properties"]), "additionalProperties": False}
    return result


def _each(value: Any, dialect: Dialect) -> Any:
    return [_node(item, dialect) for item in value] if isinstance(value, list) else _node(value, dialect)


def _told(limits: dict[str, Any]) -> str:
    return "(" + ", ".join(f"{key}: {value}" for key, value in limits.items()) + ")"


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)
