"""The shapes of runbooks."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from errand.incidents.analysis.knowledge import Runbook
from errand.incidents.analysis.report import IncidentType, Phase
from errand.incidents.runbooks import ID_PATTERN, MAX_ID_CHARACTERS, VersionFacts

PATH = "/incident/runbooks"

# Not all blank, and nothing that Postgres does not take.
_PATTERN = r"^\s*[^\s\x00][^\x00]*$"

RunbookId = Annotated[str, Meta(pattern=ID_PATTERN, max_length=MAX_ID_CHARACTERS, examples=["TUG-STRIKE"])]
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=_PATTERN)]


class StepInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{container}`, `{vessel}` and their like in an action name what an incident's text names."""

    phase: Phase
    owner_role: Annotated[str, Meta(min_length=1, max_length=80, pattern=_PATTERN)]
    action: Annotated[str, Meta(min_length=3, max_length=1000, pattern=_PATTERN)]


class RunbookContent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do about one kind of incident. `keywords` are the words by which it is found, `signals` names of what the
    analysis recognises in a text: these call for it whatever words the text chose."""

    title: Annotated[str, Meta(min_length=3, max_length=200, pattern=_PATTERN)]
    type: IncidentType
    keywords: Annotated[list[Name], Meta(max_length=40)]
    signals: Annotated[list[Name], Meta(max_length=40)] = []
    steps: Annotated[list[StepInput], Meta(min_length=1, max_length=30)]


class NewRunbook(RunbookContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without an `id`, it gets one made of its title."""

    id: RunbookId | None = None


class RunbookSummary(Struct, frozen=True, kw_only=True):
    """`own` where it is the user's and not the service's."""

    id: str
    title: str
    version: int
    type: IncidentType
    own: bool
    keywords: tuple[str, ...]
    steps_count: int


class RunbookList(Struct, frozen=True):
    runbooks: list[RunbookSummary]


class RunbookVersionList(Struct, frozen=True):
    """Newest first."""

    versions: list[VersionFacts]


def content_of(source: Runbook | RunbookContent) -> dict[str, Any]:
    """What a version keeps, in JSON's own types: all but the names and numbers that the service gives."""
    content: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode({name: getattr(source, name) for name in RunbookContent.__struct_fields__})
    )
    return content


def present_runbook(runbook: Runbook) -> RunbookSummary:
    return RunbookSummary(
        id=runbook.id,
        title=runbook.title,
        version=runbook.version,
        type=runbook.type,
        own=runbook.own,
        keywords=runbook.keywords,
        steps_count=len(runbook.steps),
    )
