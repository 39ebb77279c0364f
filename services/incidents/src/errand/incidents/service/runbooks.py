"""Runbooks in the hands of a user: theirs take the place of the service's, for nobody else."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from errand.common.conversion import convert
from errand.common.database import Transaction
from errand.incidents import runbooks
from errand.incidents.analysis import knowledge
from errand.incidents.analysis.knowledge import Runbook
from errand.incidents.analysis.report import IncidentType
from errand.incidents.analysis.retrieval import search_runbooks
from errand.incidents.models import RunbookVersion
from errand.incidents.repository import runbooks as repository
from errand.incidents.runbooks import (
    MAX_RUNBOOKS,
    MAX_VERSIONS,
    RunbookExists,
    RunbookNotFound,
    RunbookVersionNotFound,
    TooManyRunbooks,
    TooManyVersions,
    Version,
    VersionFacts,
    VersionWithdrawn,
)
from errand.incidents.schemas.runbooks import NewRunbook, RunbookContent, content_of

#: Raises where a change is not meant for the current version, which is None where the runbook is withdrawn.
Precondition = Callable[[int | None], None]


def current(tx: Transaction, owner_id: UUID) -> tuple[Runbook, ...]:
    """What holds for this user, by id: the service's runbooks and their own, without what they withdrew."""
    found = {runbook.id: runbook for runbook in knowledge.runbooks()}
    for row in repository.newest_of_all(tx, owner_id):
        found.pop(row.runbook_id, None)
        if row.content is not None:
            found[row.runbook_id] = _runbook(row, row.content)
    return tuple(found[runbook_id] for runbook_id in sorted(found))


def listed(
    tx: Transaction, owner_id: UUID, type: IncidentType | None, words: str | None, *, after: str, limit: int
) -> tuple[Sequence[Runbook], str | None]:
    """The current ones behind the id `after`, and the id to go on from where there are more; or the best that have some
    of the words."""
    known = current(tx, owner_id)
    found = search_runbooks(words, known) if words else [runbook for runbook in known if runbook.id > after]
    found = [runbook for runbook in found if type in (None, runbook.type)]
    return found[:limit], found[limit - 1].id if len(found) > limit and not words else None


def find(tx: Transaction, owner_id: UUID, runbook_id: str) -> Runbook:
    """As it is now. Raises RunbookNotFound, also where it is withdrawn."""
    runbook = _newest(tx, owner_id, runbook_id).runbook
    if runbook is None:
        raise RunbookNotFound
    return runbook


def versions(tx: Transaction, owner_id: UUID, runbook_id: str) -> list[VersionFacts]:
    """Newest first. Raises RunbookNotFound."""
    _newest(tx, owner_id, runbook_id)
    found: dict[int, VersionFacts] = {
        number: VersionFacts(version=number, own=True, created_at=created_at, withdrawn=withdrawn)
        for number, created_at, withdrawn in repository.versions(tx, owner_id, runbook_id)
    }
    brought = _brought(runbook_id)
    if brought:
        found.setdefault(brought.version, brought)
    return [found[number] for number in sorted(found, reverse=True)]


def version(tx: Transaction, owner_id: UUID, runbook_id: str, number: int) -> Version:
    """Raises RunbookNotFound, RunbookVersionNotFound."""
    _newest(tx, owner_id, runbook_id)
    row = repository.version(tx, owner_id, runbook_id, number)
    found = _version(row) if row else _brought(runbook_id)
    if found is None or found.version != number:
        raise RunbookVersionNotFound
    return found


def create(tx: Transaction, owner_id: UUID, new: NewRunbook) -> Runbook:
    """Raises UnknownSignals, RunbookIdMissing, RunbookExists, TooManyRunbooks."""
    runbooks.check_signals(new.signals)
    runbook_id = new.id or runbooks.id_of(new.title)
    repository.lock(tx, owner_id)
    if _brought(runbook_id) or repository.newest(tx, owner_id, runbook_id):
        raise RunbookExists(runbook_id)
    return _add(tx, owner_id, runbook_id, 1, content_of(new))


def replace(
    tx: Transaction, owner_id: UUID, runbook_id: str, content: RunbookContent, precondition: Precondition
) -> Runbook:
    """A new version, unless it says what the current one does. Raises UnknownSignals, RunbookNotFound,
    TooManyRunbooks, TooManyVersions, and what `precondition` raises."""
    runbooks.check_signals(content.signals)
    repository.lock(tx, owner_id)
    newest = _newest(tx, owner_id, runbook_id)
    precondition(newest.version if newest.runbook else None)
    return _follow(tx, owner_id, runbook_id, newest, content_of(content))


def restore(tx: Transaction, owner_id: UUID, runbook_id: str, number: int) -> Runbook:
    """A new version that says what an earlier one did, unless the current one does. Raises RunbookNotFound,
    RunbookVersionNotFound, VersionWithdrawn, TooManyRunbooks, TooManyVersions."""
    repository.lock(tx, owner_id)
    earlier = version(tx, owner_id, runbook_id, number)
    if earlier.runbook is None:
        raise VersionWithdrawn(number)
    return _follow(tx, owner_id, runbook_id, _newest(tx, owner_id, runbook_id), content_of(earlier.runbook))


def withdraw(tx: Transaction, owner_id: UUID, runbook_id: str, precondition: Precondition) -> None:
    """From now on it is not found, but its versions are. Raises RunbookNotFound, TooManyRunbooks, and what
    `precondition` raises."""
    repository.lock(tx, owner_id)
    runbook = find(tx, owner_id, runbook_id)
    precondition(runbook.version)
    _check_room(tx, owner_id, runbook_id)
    repository.add(tx, owner_id, runbook_id, runbook.version + 1, None)


def _follow(tx: Transaction, owner_id: UUID, runbook_id: str, newest: Version, content: dict[str, Any]) -> Runbook:
    if newest.runbook and content_of(newest.runbook) == content:
        return newest.runbook
    return _add(tx, owner_id, runbook_id, newest.version + 1, content)


def _add(tx: Transaction, owner_id: UUID, runbook_id: str, number: int, content: dict[str, Any]) -> Runbook:
    if _check_room(tx, owner_id, runbook_id) >= MAX_VERSIONS:
        raise TooManyVersions(runbook_id)
    return _runbook(repository.add(tx, owner_id, runbook_id, number, content), content)


def _check_room(tx: Transaction, owner_id: UUID, runbook_id: str) -> int:
    """How many versions the user has made of a runbook. Raises TooManyRunbooks where it would be one too many."""
    in_all, of_this = repository.counts(tx, owner_id, runbook_id)
    if not of_this and in_all >= MAX_RUNBOOKS:
        raise TooManyRunbooks
    return of_this


def _newest(tx: Transaction, owner_id: UUID, runbook_id: str) -> Version:
    """The user's newest version, or the service's. Raises RunbookNotFound."""
    row = repository.newest(tx, owner_id, runbook_id) if runbooks.is_id(runbook_id) else None
    found = _version(row) if row else _brought(runbook_id)
    if found is None:
        raise RunbookNotFound
    return found


def _brought(runbook_id: str) -> Version | None:
    """What comes with the service."""
    found = next((runbook for runbook in knowledge.runbooks() if runbook.id == runbook_id), None)
    if found is None:
        return None
    return Version(version=found.version, own=False, created_at=None, withdrawn=False, runbook=found)


def _version(row: RunbookVersion) -> Version:
    runbook = None if row.content is None else _runbook(row, row.content)
    return Version(version=row.version, own=True, created_at=row.created_at, withdrawn=runbook is None, runbook=runbook)


def _runbook(row: Any, content: dict[str, Any]) -> Runbook:
    return convert({**content, "id": row.runbook_id, "version": row.version, "own": True}, Runbook)
