"""What the rules know: typed views of the files in `data`, each read once, on first use."""

from functools import cache
from importlib.resources import files
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from errand.common.conversion import convert
from errand.incidents.analysis.report import IncidentType, Phase, Priority, ProcedureStep

T = TypeVar("T")
Scale = Annotated[int, Meta(ge=0, le=4)]


class Signal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing a text may say; those without phrases are found by the extractors."""

    name: str
    statement: str
    phrases: tuple[str, ...] = ()
    votes: dict[IncidentType, float] = {}
    impact: Scale | None = None
    urgency: Scale | None = None
    modifier: int = 0


class SignalTable(Struct, frozen=True, forbid_unknown_fields=True):
    words: dict[str, tuple[str, ...]]
    signal: tuple[Signal, ...]


class Procedure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standard operating procedure; `signals` call for it whatever words the text chose."""

    id: str
    title: str
    version: str
    type: IncidentType
    keywords: tuple[str, ...]
    signals: tuple[str, ...]
    step: tuple[ProcedureStep, ...]


class ProcedureTable(Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    procedure: tuple[Procedure, ...]


class Cause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A possible cause, worth proposing for its types, and supported by its signals."""

    cause: str
    types: tuple[IncidentType, ...]
    signals: tuple[str, ...]
    prior: Annotated[float, Meta(ge=0, le=0.4)]
    next_check: str


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Asked where none of the `answered_by` lists of entities has an entry; without types, of every incident.

    Of an incident that is over only the `settled` questions are asked, and of no other.
    """

    ask: str
    settled: bool = False
    types: tuple[IncidentType, ...] = ()
    answered_by: tuple[str, ...] = ()


class Playbook(Struct, frozen=True, forbid_unknown_fields=True):
    due: dict[Phase, dict[Priority, str]]
    desks: dict[IncidentType, str]
    cause: tuple[Cause, ...]
    question: tuple[Question, ...]


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    negators: frozenset[str]
    no_negation: frozenset[str]
    boundaries: frozenset[str]
    contrasts: frozenset[str]
    unreal: frozenset[str]
    stopwords: frozenset[str]
    not_names: frozenset[str]


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    edifact: dict[str, str]
    x12: dict[str, str]
    imdg: dict[str, str]
    un_numbers: dict[str, str]
    ports: dict[str, str]


@cache
def signal_table() -> SignalTable:
    return _read("signals", SignalTable)


@cache
def signals() -> dict[str, Signal]:
    return {signal.name: signal for signal in signal_table().signal}


@cache
def procedures() -> ProcedureTable:
    return _read("procedures", ProcedureTable)


@cache
def playbook() -> Playbook:
    return _read("playbook", Playbook)


@cache
def language() -> Language:
    return _read("language", Language)


@cache
def codes() -> Codes:
    return _read("codes", Codes)


def _read(name: str, shape: type[T]) -> T:
    content = files(__package__).joinpath("data", f"{name}.toml").read_bytes()
    return convert(msgspec.toml.decode(content), shape)
