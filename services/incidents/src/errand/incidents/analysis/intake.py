"""The first stage: any text or report becomes plain, bounded text."""

import re
import unicodedata
from collections.abc import Iterator

from errand.incidents.analysis.report import Intake

MAX_CHARACTERS = 20_000
_MAX_DEPTH = 8
# UAX #15 "stream-safe" text: without the limit, normalising thousands of combining marks takes quadratic time.
_MAX_COMBINING = 30
_JOINERS = "\u200c\u200d"  # Persian spelling and emoji need them; every other format character can only hide text
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def normalise(text: str) -> Intake:
    """Composes the text (NFC), drops what cannot be seen, folds white space; line breaks stay."""
    visible = "".join(_visible(text[:MAX_CHARACTERS]))
    composed = unicodedata.normalize("NFC", visible)
    folded = _LINES.sub("\n", _BLANKS.sub(" ", composed)).strip()
    return Intake(text=folded, truncated=len(text) > MAX_CHARACTERS)


def render(incident_type: str | None, severity: str | None, payload: object) -> str:
    """A structured report as text, one `path: value` a line, so that what it states is evidence like any other."""
    lines = [f"Incident type: {incident_type}"] if incident_type else []
    lines += [f"Severity: {severity}"] if severity else []
    return "\n".join([*lines, *_flatten(payload, "", 0)])


def _visible(text: str) -> Iterator[str]:
    combining = 0
    for character in text.replace("\r\n", "\n").replace("\r", "\n"):
        category = unicodedata.category(character)
        combining = combining + 1 if unicodedata.combining(character) else 0
        if character in "\n\t\x0b\x0c\x85":
            yield " " if character == "\t" else "\n"
        elif category in ("Cc", "Cs", "Cf") and character not in _JOINERS:
            continue
        elif combining <= _MAX_COMBINING:
            yield character


def _flatten(value: object, path: str, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        yield f"{path}: …"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _flatten(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _flatten(item, path, depth + 1)
    elif value is not None:
        yield f"{path}: {value}" if path else str(value)
