"""The files beside the code, each read once."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_SPACE_AROUND = re.compile(r"\s*([{};,])\s*")


@cache
def text(path: str) -> str:
    return files(__package__).joinpath(path).read_text("utf-8")


@cache
def table(path: str) -> dict[str, Any]:
    return tomllib.loads(text(path))


@cache
def style(path: str) -> str:
    """A stylesheet without its comments and needless space."""
    bare = _COMMENT.sub("", text(f"styles/{path}.css"))
    return _SPACE_AROUND.sub(r"\1", _SPACE.sub(" ", bare)).replace(";}", "}").replace(": ", ":").strip()
