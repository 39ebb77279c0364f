"""What a model is told. The instructions are files; whatever people wrote is data between two marks."""

import functools
import json
from importlib.resources import files
from typing import Any

import msgspec

from errand.common.llm.messages import Prompt, user


def prompt(name: str, **data: object) -> Prompt:
    """The instructions of this name, and each of `data` as JSON in a part of its own."""
    return Prompt(system=_instructions(name), messages=(user("\n\n".join(map(_part, data, data.values()))),))


@functools.cache
def _instructions(name: str) -> str:
    texts = [files(__package__).joinpath(f"{part}.md").read_text() for part in ("common", name)]
    return "\n".join(texts).strip()


def _part(name: str, value: object) -> str:
    """No text can close its part: there is no `<` in it."""
    content = json.dumps(_short(msgspec.to_builtins(value)), ensure_ascii=False).replace("<", "\\u003c")
    return f"<{name}>\n{content}\n</{name}>"


def _short(value: Any) -> Any:
    """Without what is empty, and without images that are written out."""
    match value:
        case str() if value.startswith("data:"):
            return "(an image)"
        case list():
            return [_short(item) for item in value]
        case dict():
            return {key: _short(item) for key, item in value.items() if item not in (None, "", [], {})}
        case _:
            return value
