"""AsyncAPI 3.0 of the sockets, generated from the structs that send and receive their frames.

A further socket is one entry more in `SOCKETS`.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from errand.common.jobs.news import EventView
from errand.common.jobs.schemas import JobView
from errand.gateway.live import frames

Frame = type[msgspec.Struct]
Document = dict[str, Any]

_SCHEMAS = "#/components/schemas/{name}"
# Frames carry these as they came from the service.
_CARRIED = (EventView, JobView)


class Cursor(msgspec.Struct, frozen=True):
    """The query of a socket that belongs to one job."""

    after: Annotated[int, Meta(ge=0, description="The `seq` of the last event that you have; 0 is the whole story")] = 0
    token: Annotated[str | UnsetType, Meta(description="An access token, while ALLOW_WS_TOKEN_QUERY is on")] = UNSET


class Identified(msgspec.Struct, frozen=True):
    """The query of a socket that belongs to a user."""

    token: Annotated[str | UnsetType, Meta(description="An access token, while ALLOW_WS_TOKEN_QUERY is on")] = UNSET


class Socket(msgspec.Struct, frozen=True, kw_only=True):
    """One address, and the frames that travel there. `{name}` in the address is a parameter."""

    name: str
    address: str
    summary: str
    query: Frame
    sends: tuple[Frame, ...]
    receives: tuple[Frame, ...]


_NEWS = (frames.AttachedFrame, frames.EventFrame, frames.ResyncFrame, frames.ErrorFrame, frames.RenewedFrame)

SOCKETS = (
    Socket(
        name="job",
        address="/ws/v1/jobs/{id}",
        summary="The story of one job, from your cursor to its end. Closes with 1000 after the terminal event.",
        query=Cursor,
        sends=_NEWS,
        receives=(frames.RenewFrame,),
    ),
    Socket(
        name="jobs",
        address="/ws/v1/jobs",
        summary="Any number of jobs over one connection, at most 128 at a time. Stays open when they end.",
        query=Identified,
        sends=(*_NEWS, frames.UnsubscribedFrame),
        receives=(frames.SubscribeFrame, frames.UnsubscribeFrame, frames.RenewFrame),
    ),
)

_DESCRIPTION = """\
Every frame is one JSON text message, told apart by `type`. Come back with the last `seq` that you have as your cursor:
no event is lost and none comes twice. A socket is accepted first; what is wrong is then said by its close code.

| close code | meaning | what to do |
|---|---|---|
| 1000 | the story is over | nothing |
| 1001, 1012 | the server restarts | connect again with your cursor |
| 1008 | more than 30 frames in 10 s | slow down |
| 1009 | a frame larger than 64 KiB | send less |
| 1011 | an error on our side | connect again, later each time |
| 1013 | a service cannot be reached | connect again, later each time |
| 4001 | the token is missing, invalid or expired | log in again |
| 4003 | the job is unknown, or not yours | nothing |
| 4008 | you read too slowly | connect again with your cursor |
| 4029 | too many connections of this user | close others |

The server pings every 20 s and waits 20 s for the pong. A token is taken, in this order, from `Authorization`, the
subprotocol `ticket.<ticket>`, the cookie `errand_access` (same origin, or one of CORS_ORIGINS), and `?token=`.
"""

_SECURITY: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "ticket": {
        "type": "httpApiKey",
        "in": "header",
        "name": "Sec-WebSocket-Protocol",
        "description": "`ticket.<ticket>` from POST /api/auth/ws-ticket: good once, for 30 s. "
        "A browser sends it as `new WebSocket(url, ['ticket.' + ticket])`.",
    },
    "cookie": {"type": "httpApiKey", "in": "cookie", "name": "errand_access"},
    "query": {"type": "httpApiKey", "in": "query", "name": "token"},
}


def asyncapi(sockets: Iterable[Socket] = SOCKETS) -> Document:
    """The whole document."""
    sockets = tuple(sockets)
    structs = {frame.__name__: frame for socket in sockets for frame in (*socket.sends, *socket.receives)}
    _, schemas = msgspec.json.schema_components([*structs.values(), *_CARRIED], ref_template=_SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Errand, live", "version": "1", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"gateway": _server()},
        "channels": {socket.name: _channel(socket) for socket in sockets},
        "operations": {name: operation for socket in sockets for name, operation in _operations(socket).items()},
        "components": {
            "messages": {name: _message(frame) for name, frame in structs.items()},
            "schemas": schemas,
            "securitySchemes": _SECURITY,
        },
    }


def _server() -> Document:
    return {
        "host": "{host}",
        "protocol": "ws",
        "variables": {"host": {"default": "localhost:8000", "description": "Where the gateway answers"}},
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
    }


def _channel(socket: Socket) -> Document:
    query = msgspec.json.schema_components([socket.query], ref_template=_SCHEMAS)[1][socket.query.__name__]
    return {
        "address": socket.address,
        "summary": socket.summary,
        "parameters": {name: {"description": f"The job's {name}"} for name in re.findall(r"{(\w+)}", socket.address)},
        "messages": {
            frame.__name__: {"$ref": f"#/components/messages/{frame.__name__}"}
            for frame in (*socket.sends, *socket.receives)
        },
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
    }


def _operations(socket: Socket) -> dict[str, Document]:
    """From the server's side: what it sends, a client receives."""
    directions = {"send": socket.sends, "receive": socket.receives}
    return {
        f"{action}{socket.name.capitalize()}Frames": {
            "action": action,
            "channel": {"$ref": f"#/channels/{socket.name}"},
            "messages": [{"$ref": f"#/channels/{socket.name}/messages/{frame.__name__}"} for frame in carried],
        }
        for action, carried in directions.items()
    }


def _message(frame: Frame) -> Document:
    return {
        "name": str(frame.__struct_config__.tag),
        "title": frame.__name__,
        "summary": " ".join((frame.__doc__ or "").split()),
        "payload": {"$ref": _SCHEMAS.format(name=frame.__name__)},
    }
