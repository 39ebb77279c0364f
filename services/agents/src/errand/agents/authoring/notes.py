"""What an author has to say about its own work."""

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

Step = Literal["plan", "write", "revise"]


class Note(Struct, frozen=True, kw_only=True):
    """`fallback`: rules did a step that was the model's. `section_kept`: one section has the rules' words.

    `message` is a sentence for the user. `data` has the `step`, and either `code`, the error's, or `section` and
    `complaints`.
    """

    kind: Literal["fallback", "section_kept"]
    message: str
    data: dict[str, Any]


Notify = Callable[[Note], None]
