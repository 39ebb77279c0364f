"""What Litestar cannot see: the bodies that handlers read by hand."""

from dataclasses import dataclass

from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from errand.agents.domain import MAX_SESSION_CHARACTERS

_SESSION = Schema(
    type=[OpenAPIType.STRING, OpenAPIType.NULL],
    min_length=1,
    max_length=MAX_SESSION_CHARACTERS,
    description="Any name; instead of the X-Session-Id header, and before it",
)
_PAYLOAD = Schema(
    type=[OpenAPIType.OBJECT, OpenAPIType.NULL],
    description="The brief: campaign, audience, messaging, branding, benefits, trust, conversion, media, advanced, "
    "assets, data. Every part of it is optional.",
)
_WRAPPED = Schema(type=OpenAPIType.OBJECT, properties={"session_id": _SESSION, "payload": _PAYLOAD})
_EXAMPLE = Example(
    id="brief",
    summary="A brief",
    value={
        "session_id": "campaign-landing-42",
        "payload": {
            "campaign": {"productName": "AuroraAI Automations", "primaryOffer": "Join the private beta"},
            "branding": {"theme": "dark", "colorPalette": {"primary": "#7C3AED"}, "sections": ["hero", "cta"]},
        },
    },
)


@dataclass
class InitOperation(Operation):
    """With the two kinds of body that are understood. The payload may also stand alone."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            required=True,
            content={
                RequestEncodingType.JSON.value: OpenAPIMediaType(schema=_WRAPPED, examples={"brief": _EXAMPLE}),
                RequestEncodingType.MULTI_PART.value: OpenAPIMediaType(
                    schema=Schema(
                        type=OpenAPIType.OBJECT,
                        properties={
                            "session_id": Schema(type=OpenAPIType.STRING),
                            "payload": Schema(type=OpenAPIType.STRING, description="The brief as JSON"),
                        },
                        required=["payload"],
                    )
                ),
            },
        )


@dataclass
class FormOperation(Operation):
    """A page's own form, urlencoded as browsers send it: a name comes again for each option that is chosen."""

    def __post_init__(self) -> None:
        value = Schema(type=OpenAPIType.STRING)
        several = Schema(type=OpenAPIType.ARRAY, items=value)
        fields = Schema(type=OpenAPIType.OBJECT, additional_properties=Schema(one_of=[value, several]))
        self.request_body = RequestBody(
            required=True, content={RequestEncodingType.URL_ENCODED.value: OpenAPIMediaType(schema=fields)}
        )
