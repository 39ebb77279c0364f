"""The port that an analysis gets its words through."""

from typing import Any, Literal, Protocol

from msgspec import Struct

from errand.common.llm.budgets import Spending
from errand.incidents.analysis.report import Findings, Narrative


class Note(Struct, frozen=True, kw_only=True):
    """`fallback`: rules wrote all of it. `part_kept`: one part has the rules' words.

    `message` is a sentence for the user. `data` has either `code`, the error's, or the `part`.
    """

    kind: Literal["fallback", "part_kept"]
    message: str
    data: dict[str, Any]


class Told(Struct, frozen=True, kw_only=True):
    """A narrative, who wrote it, and what it cost. `fallback` is the code of what the model failed at."""

    narrative: Narrative
    provider: str
    model: str
    fallback: str | None = None
    notes: tuple[Note, ...] = ()
    spent: Spending = Spending()


class Narrator(Protocol):
    #: Whether its words should not be asked for twice.
    costly: bool

    def narrate(self, findings: Findings, reference: str | None = None) -> Told:
        """What may be written in other words; the internal draft names the reference (a run's id). Threads may call it
        at once."""
