"""Sessions, landing pages and what is refused about them. No I/O here."""

import re
import secrets
import unicodedata
from typing import Literal

from errand.common.errors import FieldError, NotFound, Unprocessable
from errand.common.jobs.domain import JobStatus

INIT = "init"
CHAT = "chat"
TIME_LIMIT_S = 900
MAX_MESSAGE_CHARACTERS = 20_000
MAX_SESSION_CHARACTERS = 200
MAX_TITLE_CHARACTERS = 200
MAX_PASSES = 3
#: Of all files of a page together: what a service would rather not serve.
MAX_PAGE_BYTES = 5 * 1024 * 1024

PageStatus = Literal["pending", "generating", "generated", "failed"]

_SLUG_CHARACTERS = 40
# Without vowels no slug spells a word, without look-alikes it can be read out.
_SLUG_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"


class SessionMissing(Unprocessable):
    code = "session_id_missing"

    def __init__(self) -> None:
        message = "Name the session in the `X-Session-Id` header, or as `session_id` in the body."
        super().__init__(message, FieldError("session_id", message))


class SessionInvalid(Unprocessable):
    code = "session_id_invalid"

    def __init__(self) -> None:
        message = f"A session id has 1 to {MAX_SESSION_CHARACTERS} characters, none of them a control character."
        super().__init__(message, FieldError("session_id", message))


class MessageInvalid(Unprocessable):
    code = "message_invalid"

    def __init__(self) -> None:
        message = f"A message has 1 to {MAX_MESSAGE_CHARACTERS:,} characters that are not all blank."
        super().__init__(message, FieldError("message", message))


class LandingPageNotFound(NotFound):
    code = "landing_page_not_found"

    def __init__(self) -> None:
        super().__init__("Landing page not found")


class VersionNotFound(NotFound):
    code = "version_not_found"

    def __init__(self) -> None:
        super().__init__("The landing page has no such version.")


class FileNotFound(NotFound):
    code = "file_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such page.")


class ChecksFailed(Unprocessable):
    """`findings` are sentences, the gravest first."""

    code = "checks_failed"

    def __init__(self, findings: list[str]) -> None:
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"The page could not be published: {findings[0]}{more}")


class SubmissionInvalid(Unprocessable):
    code = "submission_invalid"


def session_id_of(given: str | None, header: str | None) -> str:
    """The body's session id, else the header's. Any string will do. Raises SessionMissing, SessionInvalid."""
    session_id = given if given is not None else header
    if session_id is None or not session_id.strip():
        raise SessionMissing
    if len(session_id) > MAX_SESSION_CHARACTERS or any(unicodedata.category(char) == "Cc" for char in session_id):
        raise SessionInvalid
    return session_id


def check_message(message: str) -> None:
    """Raises MessageInvalid."""
    if not message.strip() or len(message) > MAX_MESSAGE_CHARACTERS:
        raise MessageInvalid


def new_slug(name: str) -> str:
    """The name of a page in its address: readable, and not to be guessed from other pages'."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_CHARACTERS].strip("-")
    suffix = "".join(secrets.choice(_SLUG_ALPHABET) for _ in range(8))
    return f"{words or 'page'}-{suffix}"


def page_status(job_status: str | None, *, published: bool) -> PageStatus:
    """Where a page stands, by the newest job that works on it (None: long gone) and whether it has a version."""
    match job_status:
        case JobStatus.PENDING if not published:
            return "pending"
        case JobStatus.RUNNING | JobStatus.PENDING:
            return "generating"
        case _:
            return "generated" if published else "failed"
