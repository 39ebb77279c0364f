"""Reads an incident report from a request: urlencoded, multipart or JSON, always UTF-8."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import ClientException

from errand.common.errors import Invalid, Unprocessable
from errand.incidents.domain import Report

_URLENCODED = "application/x-www-form-urlencoded"


class NotUtf8(Invalid):
    code = "not_utf8"

    def __init__(self) -> None:
        super().__init__("The body is not UTF-8 text.")


class Malformed(Invalid):
    code = "malformed_body"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The body cannot be read: {reason}")


class UnsupportedMediaType(Unprocessable):
    code = "unsupported_media_type"

    def __init__(self, media_type: str) -> None:
        super().__init__(f"Send the report urlencoded, as multipart/form-data or as JSON, not as {media_type}.")


async def read_report(request: Request[Any, Any, Any]) -> Report:
    """Litestar dependency. Raises one of the errors above, or Unprocessable where a field does not fit."""
    try:
        return await _read(request)
    except UnicodeError as error:
        raise NotUtf8 from error
    except msgspec.ValidationError as error:
        raise Unprocessable(str(error)) from error
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from error
    except RecursionError as error:
        raise Malformed("it is nested too deeply") from error


async def _read(request: Request[Any, Any, Any]) -> Report:
    media_type, _ = request.content_type
    match media_type or _URLENCODED:
        case "application/json":
            return msgspec.json.decode(await request.body(), type=Report)
        case "application/x-www-form-urlencoded":
            return _from_fields(dict(parse_qsl((await request.body()).decode(), errors="strict")))
        case "multipart/form-data":
            return _from_fields(await _multipart(request))
        case other:
            raise UnsupportedMediaType(other)


async def _multipart(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields as they are; a field that was sent as a file counts as its text."""
    try:
        form = await request.form()
    except UnicodeError:
        raise
    except (ClientException, LookupError, ValueError) as error:
        # A part may name a charset, and that can be any word.
        raise Malformed("the multipart message is broken") from error
    return {name: _utf8(value if isinstance(value, str) else await value.read()) for name, value in form.items()}


def _utf8(value: str | bytes) -> str:
    """Some charsets can spell what is no character. Raises UnicodeError."""
    return (value.encode() if isinstance(value, str) else value).decode()


def _from_fields(fields: Mapping[str, str]) -> Report:
    return msgspec.convert(fields, Report)
