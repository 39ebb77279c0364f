"""What Litestar cannot see: the bodies that `reports` reads by hand."""

from dataclasses import dataclass
from typing import Any

from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from errand.incidents.domain import MAX_CHARACTERS

_TEXT = Schema(
    type=OpenAPIType.STRING,
    min_length=1,
    max_length=MAX_CHARACTERS,
    pattern=r"\S",
    description="What happened, in words",
)
_STATED = {
    "incident_type": Schema(type=OpenAPIType.STRING, description="The kind, as the reporting system calls it"),
    "severity": Schema(type=OpenAPIType.STRING, description="The severity, as the reporting system calls it"),
}
_FORM = Schema(type=OpenAPIType.OBJECT, properties={"incident_text": _TEXT, **_STATED}, required=["incident_text"])
_JSON = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "incident_text": _TEXT,
        **_STATED,
        "payload": Schema(type=OpenAPIType.OBJECT, min_properties=1, description="Whatever else is known"),
    },
    any_of=[Schema(required=[name]) for name in ("incident_text", "incident_type", "severity", "payload")],
)
_WORDS = Example(
    id="words", summary="In words", value={"incident_text": "Container MSKU1234567 is missing from terminal"}
)
_STRUCTURED = Example(
    id="structured",
    summary="From another system",
    value={"incident_type": "Container", "severity": "Medium", "payload": {"container": "MSKU1234565", "gate": 4}},
)


@dataclass
class SubmitOperation(Operation):
    """With the three kinds of body that are understood."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            required=True,
            content={
                RequestEncodingType.URL_ENCODED.value: _media(_FORM, _WORDS),
                RequestEncodingType.MULTI_PART.value: _media(_FORM, _WORDS),
                RequestEncodingType.JSON.value: _media(_JSON, _WORDS, _STRUCTURED),
            },
        )


def _media(schema: Schema, *examples: Example) -> OpenAPIMediaType:
    found: dict[str, Any] = {str(example.id): example for example in examples}
    return OpenAPIMediaType(schema=schema, examples=found)
