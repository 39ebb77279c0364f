"""Reads bodies that come as JSON or as a form, always UTF-8, for routes that take either."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import ClientException

from errand.common.errors import Invalid, Unprocessable

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


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

    def __init__(self, media_type: str, *supported: str) -> None:
        super().__init__(f"Send the body as {' or '.join(supported)}, not as {media_type}.")


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Within it, whatever is wrong with a body becomes one of the errors above, or Unprocessable where a field does
    not fit."""
    try:
        yield
    except UnicodeError as error:
        raise NotUtf8 from error
    except msgspec.ValidationError as error:
        raise Unprocessable(str(error)) from error
    except msgspec.DecodeError as error:
        raise Malformed(str(error)) from error
    except RecursionError as error:
        raise Malformed("it is nested too deeply") from error


async def form_values(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """What an urlencoded or multipart form has under each name, in its order; what was sent as a file counts as its
    text.

    Raises Malformed, UnicodeError.
    """
    values: dict[str, list[str]] = {}
    for name, value in await _pairs(request):
        values.setdefault(name, []).append(value)
    return values


async def form_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Like `form_values`, with the last value of each name."""
    return {name: values[-1] for name, values in (await form_values(request)).items()}


async def _pairs(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    if request.content_type[0] != MULTIPART:
        return parse_qsl((await request.body()).decode(), keep_blank_values=True, errors="strict")
    try:
        form = await request.form()
    except UnicodeError:
        raise
    except (ClientException, LookupError, ValueError) as error:
        # A part may name a charset, and that can be any word.
        raise Malformed("the multipart message is broken") from error
    return [
        (name, _utf8(value if isinstance(value, str) else await value.read())) for name, value in form.multi_items()
    ]


def _utf8(value: str | bytes) -> str:
    """Some charsets can spell what is no character. Raises UnicodeError."""
    return (value.encode() if isinstance(value, str) else value).decode()
