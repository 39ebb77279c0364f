from typing import Annotated, Any, Literal

import jsonschema_rs
import pytest
from msgspec import Meta, Struct

from errand.common.llm.schemas import Dialect, schema_of
from errand.common.llm.vendors.anthropic import Anthropic
from errand.common.llm.vendors.openai import OpenAI
from tests.vendors import anthropic_wire, openai_wire
from tests.vendors.replies import SchemaRefused, check_strict

DIALECTS = {"openai": OpenAI.dialect, "anthropic": Anthropic.dialect}
BARE = Dialect()


class Wool(Struct):
    """How much there is."""

    grams: Annotated[int, Meta(ge=1, le=9000, description="Washed")]
    colour: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$", max_length=7)] = "#ffffff"


class Sheep(Struct, tag="sheep"):
    wool: Wool
    kind: Literal["merino", "texel"] = "merino"
    lambs: list[str] = []
    bell: Wool | None = None


def test_the_root_is_inlined_and_every_field_required() -> None:
    schema = schema_of(Sheep, BARE)

    assert schema.name == "Sheep"
    assert schema.body["type"] == "object"
    assert schema.body["required"] == ["type", "wool", "kind", "lambs", "bell"]
    assert schema.body["additionalProperties"] is False
    assert list(schema.body["$defs"]) == ["Wool"]
    assert "default" not in str(schema.body)


def test_limits_that_a_vendor_does_not_hold_are_told_in_words() -> None:
    wool = schema_of(Wool, BARE).body["properties"]

    assert wool["grams"] == {"type": "integer", "description": "Washed (minimum: 1, maximum: 9000)"}
    assert wool["colour"]["description"] == "(maxLength: 7, pattern: ^#[0-9a-f]{6}$)"


def test_limits_that_a_vendor_holds_stay() -> None:
    wool = schema_of(Wool, OpenAI.dialect).body["properties"]

    assert wool["grams"] == {"type": "integer", "description": "Washed", "minimum": 1, "maximum": 9000}
    assert wool["colour"] == {"type": "string", "pattern": "^#[0-9a-f]{6}$", "description": "(maxLength: 7)"}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
@pytest.mark.parametrize("type", [Wool, Sheep])
def test_whole_values_are_valid_and_partial_ones_are_not(type: type[Struct], dialect: Dialect) -> None:
    body = schema_of(type, dialect).body

    jsonschema_rs.meta.validate(body)
    assert not jsonschema_rs.is_valid(body, {})
    assert not jsonschema_rs.is_valid(body, {**example(body, body), "more": 1})
    assert jsonschema_rs.is_valid(body, example(body, body))


def example(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """The least value with all its fields."""
    if "$ref" in schema:
        return example(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][-1], root)
    if schema["type"] == "object":
        return {name: example(value, root) for name, value in schema["properties"].items()}
    texts = {"^#[0-9a-f]{6}$": "#000000"}
    plain = {"array": [], "string": "a", "integer": 1, "boolean": True, "null": None}
    return texts.get(schema.get("pattern", ""), plain[schema["type"]])


class Herd(Struct):
    names: dict[str, str]


def test_a_mapping_is_refused_before_a_vendor_does() -> None:
    with pytest.raises(TypeError, match="list of structs"):
        schema_of(Herd, BARE)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": []},
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": [], "additionalProperties": False},
        {"type": "object", "properties": {}, "required": []},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False, "default": {}},
    ],
)
def test_the_doubles_refuse_what_vendors_refuse(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaRefused):
        check_strict(schema, set())


def test_the_doubles_and_the_adapters_speak_of_the_same_keywords() -> None:
    assert OpenAI.dialect.keywords == openai_wire.KEYWORDS
    assert Anthropic.dialect.max_unions == anthropic_wire.MAX_UNIONS
