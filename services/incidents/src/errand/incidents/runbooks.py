"""Runbooks in versions: what the service brings and what users make of it, and what is refused. No I/O here."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from errand.common.errors import Conflict, FieldError, NotFound, Unprocessable
from errand.incidents.analysis.knowledge import Runbook, signals

#: Of a user, those that are withdrawn included.
MAX_RUNBOOKS = 200
#: Of a runbook; withdrawing it is always possible.
MAX_VERSIONS = 500
MAX_BODY_BYTES = 64 * 1024
MAX_ID_CHARACTERS = 40
# Python's `$` would let a line end follow.
ID_PATTERN = r"^[A-Z0-9][A-Z0-9-]{1,39}$(?!\n)"


class VersionFacts(Struct, frozen=True, kw_only=True):
    """`created_at` is null for what comes with the service. A version that is `withdrawn` took the runbook away."""

    version: int
    own: bool
    created_at: datetime | None
    withdrawn: bool


class Version(VersionFacts, frozen=True, kw_only=True):
    """A version with what it says, if it says anything."""

    runbook: Runbook | None


class RunbookNotFound(NotFound):
    code = "runbook_not_found"

    def __init__(self) -> None:
        super().__init__("Runbook not found")


class RunbookVersionNotFound(NotFound):
    code = "runbook_version_not_found"

    def __init__(self) -> None:
        super().__init__("The runbook has no such version.")


class RunbookExists(Conflict):
    code = "runbook_exists"

    def __init__(self, runbook_id: str) -> None:
        super().__init__(f"There is a runbook {runbook_id} already: change that one, or choose another id.")


class VersionWithdrawn(Conflict):
    code = "runbook_version_withdrawn"

    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} withdrew the runbook and says nothing: restore one before it.")


class TooManyRunbooks(Conflict):
    code = "too_many_runbooks"

    def __init__(self) -> None:
        super().__init__(
            f"You have {MAX_RUNBOOKS} runbooks of your own, the withdrawn ones included, and cannot add more."
        )


class TooManyVersions(Conflict):
    code = "too_many_runbook_versions"

    def __init__(self, runbook_id: str) -> None:
        super().__init__(f"{runbook_id} has {MAX_VERSIONS} versions of yours, and cannot have more.")


class RunbookIdMissing(Unprocessable):
    code = "runbook_id_missing"

    def __init__(self) -> None:
        message = "The title has too few Latin letters or digits to make an id of them: choose an `id`."
        super().__init__(message, FieldError("id", message))


class UnknownSignals(Unprocessable):
    code = "unknown_signals"

    def __init__(self, names: Iterable[str]) -> None:
        message = f"There are no signals of these names: {', '.join(names)}."
        super().__init__(message, FieldError("signals", message))


def is_id(text: str) -> bool:
    return re.search(ID_PATTERN, text) is not None


def id_of(title: str) -> str:
    """The title in an id's letters. Raises RunbookIdMissing."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().upper()
    made = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:MAX_ID_CHARACTERS].rstrip("-")
    if not is_id(made):
        raise RunbookIdMissing
    return made


def check_signals(names: Iterable[str]) -> None:
    """Raises UnknownSignals."""
    unknown = sorted(set(names) - signals().keys())
    if unknown:
        raise UnknownSignals(unknown)
