"""Reads the body of an init request: the payload wrapped or bare, as JSON or as a part of a multipart message."""

from typing import Any

import msgspec
from litestar import Request

from errand.agents.domain import session_id_of
from errand.common.errors import Unprocessable
from errand.common.http.forms import JSON, MULTIPART, UnsupportedMediaType, form_fields, readable

SESSION_HEADER = "X-Session-Id"


class InitRequest(msgspec.Struct, frozen=True):
    session_id: str
    payload: dict[str, Any]


async def read_init(request: Request[Any, Any, Any]) -> InitRequest:
    """Litestar dependency. Raises NotUtf8, Malformed, UnsupportedMediaType, Unprocessable, SessionMissing,
    SessionInvalid."""
    with readable():
        body = await _body(request)
        payload = _object(body["payload"] if "payload" in body else _bare(body))
        given = body.get("session_id")
        if not isinstance(given, str | None):
            raise msgspec.ValidationError("Expected `str | null` - at `$.session_id`")
    return InitRequest(session_named(given, request.headers.get(SESSION_HEADER)), payload)


def session_named(given: str | None, header: str | None) -> str:
    """Like `session_id_of`, with the header as Litestar reads it. Raises SessionMissing, SessionInvalid."""
    # As Latin-1, whatever it is: a session would have another name there than in a body.
    return session_id_of(given, header and header.encode("latin-1").decode(errors="replace"))


async def _body(request: Request[Any, Any, Any]) -> dict[str, Any]:
    media_type = request.content_type[0] or JSON
    if media_type == JSON:
        return _object(msgspec.json.decode(await request.body()))
    if media_type != MULTIPART:
        raise UnsupportedMediaType(media_type, JSON, MULTIPART)
    fields: dict[str, Any] = dict(await form_fields(request))
    if "payload" not in fields:
        raise Unprocessable("The multipart message has no part named `payload`.")
    return fields | {"payload": msgspec.json.decode(fields["payload"])}


def _bare(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "session_id"}


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise msgspec.ValidationError(f"Expected `object`, got `{type(value).__name__}`")
    return value
