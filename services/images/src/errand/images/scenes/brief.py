"""What a scene is made from, and what comes of it."""

from msgspec import Struct


class Brief(Struct, frozen=True, kw_only=True):
    """What a user has said. `width` and `height` are the canvas, in units that are pixels at standard quality.

    The same brief gives the same scene; without a `seed` the words decide alone.
    """

    prompt: str
    negative_prompt: str = ""
    style: str = ""
    seed: int | None = None
    width: int
    height: int


class Scene(Struct, frozen=True):
    """`svg` is a whole document, which shows the same at every size; `alt_text` says in a sentence what is in it."""

    svg: str
    alt_text: str
