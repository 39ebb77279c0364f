"""What the rules know: typed views of the files in `data`, each read once, on first use."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from errand.common.conversion import convert
from errand.incidents.analysis.report import IncidentType, RunbookStep, Severity

#: The names that stand in braces in a runbook's actions, for what a text names.
PLACEHOLDERS = frozenset({"container", "vessel", "message", "position", "equipment", "goods", "error"})

_VERSION = 4
_IN_BRACES = re.compile(r"\{([a-z]{1,20})\}")

T = TypeVar("T")
Scale = Annotated[int, Meta(ge=0, le=4)]


class Signal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing a text may say; those without phrases are found by the extractors.

    A phrase is words in order. Case and plurals do not matter; `a|b` are alternatives of one word each, `<set>` any of
    a set of words, `block*` a prefix of 2 to 12 letters, `#` a number of 20 or more; `~` lets up to four other words
    stand between two, and `$` at the end wants the clause to end there. Where one gapless phrase contains another, the
    longer one wins.

    `votes` weigh the incident's type: about 3 for a problem, 2 for a word that belongs to one type alone, 1 and less
    for a mere topic. `modifier` is added to the product of `impact` and `urgency`. A negative one beside an impact says
    that the whole matter is small; one without says that a stop is bearable, and goes no lower than Medium.
    """

    name: str
    statement: str
    phrases: tuple[str, ...] = ()
    votes: dict[IncidentType, float] = {}
    impact: Scale | None = None
    urgency: Scale | None = None
    modifier: int = 0


class Runbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do about one kind of incident; `signals` call for it whatever words the text chose. `own` where it is the
    user's and not the service's: its texts may hold anything."""

    id: str
    title: str
    version: int
    type: IncidentType
    keywords: tuple[str, ...]
    signals: tuple[str, ...]
    steps: tuple[RunbookStep, ...]
    own: bool = False


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incident that was resolved: what was reported, why it happened, what was done, what came of it. `runbook` is
    the one that was followed."""

    id: str
    title: str
    version: int
    type: IncidentType
    severity: Severity
    runbook: str
    text: str
    cause: str
    resolution: str
    outcome: str


class Vocabulary(Struct, frozen=True, forbid_unknown_fields=True):
    """What a search passes over, and the wordings that it takes for others."""

    ignored: frozenset[str]
    synonyms: dict[str, tuple[str, ...]]


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    negators: frozenset[str]
    negative_values: frozenset[str]
    no_negation: frozenset[str]
    boundaries: frozenset[str]
    contrasts: frozenset[str]
    unreal: frozenset[str]
    not_yet: frozenset[str]
    unsettled: frozenset[str]
    stopwords: frozenset[str]
    not_names: frozenset[str]


def fill(action: str, subjects: Mapping[str, str]) -> str:
    """The action with `{name}` replaced where `subjects` has the name; every other brace stays as it is."""
    return _IN_BRACES.sub(lambda match: subjects.get(match[1], match[0]), action)


@cache
def signals() -> dict[str, Signal]:
    """By name."""
    return {signal.name: signal for signal in convert(_entries("signal"), tuple[Signal, ...])}


@cache
def word_sets() -> dict[str, tuple[str, ...]]:
    """What `<name>` stands for in a phrase."""
    return _read("words", dict[str, tuple[str, ...]])


@cache
def runbooks() -> tuple[Runbook, ...]:
    """The service's, by id."""
    found = convert(_entries("runbook"), tuple[Runbook, ...])
    return tuple(sorted(found, key=lambda runbook: runbook.id))


@cache
def cases() -> tuple[Case, ...]:
    """By id."""
    found = convert(_entries("case"), tuple[Case, ...])
    return tuple(sorted(found, key=lambda case: case.id))


def knowledge_version() -> int:
    """Rises with every change of the data files that a reader of old results should know of."""
    return _VERSION


@cache
def vocabulary() -> Vocabulary:
    return _read("search", Vocabulary)


@cache
def language() -> Language:
    return _read("language", Language)


def _read(name: str, shape: type[T]) -> T:
    content = files(__package__).joinpath("data", f"{name}.toml").read_bytes()
    return convert(msgspec.toml.decode(content), shape)


def _entries(name: str) -> list[Any]:
    """All `[[name]]` of the files in the folder `data/<name>s`."""
    folder = files(__package__).joinpath("data", f"{name}s")
    listed = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    contents = [msgspec.toml.decode(file.read_bytes()) for file in listed]
    return [entry for content in contents for entry in content[name]]
