"""Font stacks: the named font where the reader has it, then what their system has of the same kind."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_NOT_IN_NAMES = re.compile(r"[^\w .&+'-]|_")
_MAX_LENGTH = 60


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "fonts.toml").read_text())


def is_name(text: str) -> bool:
    """Whether a font may be called so."""
    return bool(text) and len(text) <= _MAX_LENGTH and not _NOT_IN_NAMES.search(text)


def stack(name: str) -> str:
    """A value for `font-family`. Nothing in `name` can end the quotes that it is put in."""
    clean = " ".join(_NOT_IN_NAMES.sub(" ", name).replace("'", " ").split())[:_MAX_LENGTH].strip()
    stacks: dict[str, str] = _known()["stacks"]
    if clean.lower() in stacks:
        return stacks[clean.lower()]
    fallback = stacks[kind(clean)]
    others = [font for font in fallback.split(", ") if font.strip("'").lower() != clean.lower()]
    return ", ".join([f"'{clean}'", *others]) if clean else fallback


def kind(name: str) -> str:
    lowered = name.lower()
    for kind, names in _known()["kinds"].items():
        if lowered in names:
            return str(kind)
    words: dict[str, str] = _known()["words"]
    return next((words[word] for word in lowered.replace("-", " ").split() if word in words), "system")
