"""What is advised beside the runbooks: typed views of the files in `data/playbook`, read once, on first use."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from errand.common.conversion import convert
from errand.incidents.analysis.report import EscalationStep, IncidentType, Phase, Priority, Severity

Area = Literal["safety", "cargo", "vessel", "gate", "yard", "systems", "partners", "customers", "cost"]


class Cause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A possible cause of what its `explains` signals say, and of its types. Its `signals` speak for it, and so does an
    explained fact whose sentence has one of the `terms`; `prior` is the confidence without either."""

    cause: str
    types: tuple[IncidentType, ...]
    explains: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    prior: Annotated[float, Meta(ge=0, le=0.4)]
    next_check: str


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Asked where none of the `answered_by` lists of entities has an entry and the pattern `unless` is not found in
    the text; without types, of every incident, and where it has signals, only on one of them.

    Of an incident that is over only the `settled` questions are asked, and of no other.
    """

    ask: str
    settled: bool = False
    types: tuple[IncidentType, ...] = ()
    signals: tuple[str, ...] = ()
    answered_by: tuple[str, ...] = ()
    unless: str = ""


class EscalationPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    respond_within: str
    resolve_within: str
    update_within: str
    path: tuple[EscalationStep, ...]
    lead: str | None = None


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who else is called where a type or a signal fits; not at priorities that `after` leaves out."""

    role: str
    action: str
    after: dict[Priority, str]
    types: tuple[IncidentType, ...] = ()
    signals: tuple[str, ...] = ()


class Letter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What customers are told about a matter; a `discreet` one names nothing that is affected."""

    matter: str
    next: str
    ask: str = ""
    types: tuple[IncidentType, ...] = ()
    signals: tuple[str, ...] = ()
    discreet: bool = False


class Playbook(Struct, frozen=True, forbid_unknown_fields=True):
    steps: dict[str, int]
    due: dict[Phase, dict[Priority, str]]
    desks: dict[IncidentType, str]
    escalation: dict[Priority, EscalationPlan]
    contact: tuple[Contact, ...]
    areas: dict[Area, tuple[str, ...]]
    usual_areas: dict[IncidentType, Area]
    question: tuple[Question, ...]
    cause: tuple[Cause, ...]
    openings: dict[Severity, str]
    notices: dict[Severity, str]
    letter: tuple[Letter, ...]


@cache
def playbook() -> Playbook:
    tables: dict[str, Any] = {}
    for part in ("plan", "contacts", "effects", "questions", "causes", "letters"):
        content = files(__package__).joinpath("data", "playbook", f"{part}.toml").read_bytes()
        tables |= msgspec.toml.decode(content)
    return convert(tables, Playbook)
