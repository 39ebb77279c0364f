"""Payloads to briefs: one shape for the many that clients send, and the path of what fits none."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from errand.agents.landing.brief.shapes import SHAPES, Shape
from errand.agents.landing.brief.structs import Brief
from errand.common.conversion import convert
from errand.common.errors import FieldError, Unprocessable

_MAX_DEPTH = 40
# A page of so many takes a second to check. What fits into a body's 4 MiB would keep a worker busy for minutes.
_MAX_VALUES = 5_000
# Images that are written out may be longer.
_MAX_CHARACTERS = 200_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\ud800-\udfff]|[\u202a-\u202e\u2066-\u2069]")
_FAULT = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>.*)`)?", re.DOTALL)


class PayloadInvalid(Unprocessable):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}", FieldError(field, message))


def read(payload: object) -> Brief:
    """Unknown fields are left out, a null is a field not given, and a field of the wrong type is PayloadInvalid."""
    _check_size(payload)
    renamed: dict[str, str] = {}
    try:
        return convert(_shaped(_clean(payload), "", "$", "$", renamed), Brief)
    except msgspec.ValidationError as error:
        match = _FAULT.fullmatch(str(error))
        path = (match and match["path"]) or "$"
        field = "payload" + _as_sent(path, renamed).removeprefix("$")
        raise PayloadInvalid(field, match["what"] if match else str(error)) from None


def _check_size(payload: object) -> None:
    left, count = [payload], 0
    while left:
        value = left.pop()
        count += 1
        if count > _MAX_VALUES:
            raise PayloadInvalid("payload", f"Has more than {_MAX_VALUES:,} values")
        if isinstance(value, str) and len(value) > _MAX_CHARACTERS and not value.startswith("data:"):
            raise PayloadInvalid("payload", f"Has a text of more than {_MAX_CHARACTERS:,} characters")
        if isinstance(value, Mapping):
            left.extend(value.values())
        elif isinstance(value, list | tuple):
            left.extend(value)


def _clean(value: Any, depth: int = 0) -> Any:
    """Without nulls, and without characters that no page shows: controls, half surrogates, overrides of direction."""
    if depth > _MAX_DEPTH:
        raise PayloadInvalid("payload", f"Nested more than {_MAX_DEPTH} levels deep")
    match value:
        case str():
            return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        case Mapping():
            return {str(_clean(key)): _clean(item, depth + 1) for key, item in value.items() if item is not None}
        case list() | tuple():
            return [_clean(item, depth + 1) for item in value if item is not None]
    return value


def _shaped(value: Any, where: str, path: str, sent: str, renamed: dict[str, str]) -> Any:
    """`value` in the shape that the brief has at `where`; `renamed` notes where the parts of it were sent."""
    shape = SHAPES.get(where)
    if shape:
        value = shape.normalise(value)
    if path != sent:
        renamed[path] = sent
    if isinstance(value, list):
        return [
            _shaped(item, f"{where}[]", f"{path}[{number}]", f"{sent}[{number}]", renamed)
            for number, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    names = (shape or Shape()).names(value)
    return {
        name: _shaped(value[given], f"{where}.{name}".lstrip("."), f"{path}.{name}", f"{sent}.{given}", renamed)
        for name, given in names.items()
    }


def _as_sent(path: str, renamed: dict[str, str]) -> str:
    """The path with the client's own names for what it calls differently."""
    known = [prefix for prefix in renamed if path == prefix or path.startswith((f"{prefix}.", f"{prefix}["))]
    longest = max(known, key=len, default="")
    return renamed.get(longest, "") + path.removeprefix(longest)
