"""Reads an incident report from a request: urlencoded, multipart or JSON."""

from typing import Any

import msgspec
from litestar import Request

from errand.common.conversion import convert
from errand.common.http.forms import JSON, MULTIPART, URLENCODED, UnsupportedMediaType, form_fields, readable
from errand.incidents.domain import Report


async def read_report(request: Request[Any, Any, Any]) -> Report:
    """Litestar dependency. Raises NotUtf8, Malformed, UnsupportedMediaType, Unprocessable."""
    with readable():
        media_type = request.content_type[0] or URLENCODED
        if media_type == JSON:
            return msgspec.json.decode(await request.body(), type=Report)
        if media_type not in (URLENCODED, MULTIPART):
            raise UnsupportedMediaType(media_type, URLENCODED, MULTIPART, JSON)
        return convert(await form_fields(request), Report)
