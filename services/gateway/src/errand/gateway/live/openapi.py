"""What Litestar cannot see: one address that answers in two ways."""

from dataclasses import dataclass

from litestar.openapi.spec import Example, OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema

from errand.gateway.live.streams import MEDIA_TYPE

_EXAMPLE = """\
retry: 2000

id: 1
data: {"id":"0f1e6c5e-0a0c-5c0e-9a52-5d8b0c7c2f10","node":"__start__","timestamp":"2026-01-31T12:00:00.000000Z",\
"event_type":"queued","message":"Queued.","data":{}}

"""
_STREAM = OpenAPIMediaType(
    schema=Schema(
        type=OpenAPIType.STRING,
        description="Server-sent events: `id` is the event's seq, `data` the event. An event `resync` carries "
        "`{seq, job}` instead where the cursor cannot be served: forget what you have, and go on from there.",
    ),
    examples={"story": Example(value=_EXAMPLE)},
)


@dataclass
class EventsOperation(Operation):
    """What comes after a cursor, as JSON or as server-sent events."""

    def __post_init__(self) -> None:
        answer = (self.responses or {})["200"]
        assert isinstance(answer, OpenAPIResponse)
        answer.content = {**(answer.content or {}), MEDIA_TYPE: _STREAM}
