"""Rules of signing in."""

import datetime
import enum
import re

from errand.common.errors import Conflict, FieldError, Unauthenticated, Unprocessable

# Two tabs that share a refresh token race to rotate it; the loser gets what the winner got.
GRACE = datetime.timedelta(seconds=30)

# Whether an address exists is for a mail server to say; this finds what cannot be one. 254 is SMTP's limit.
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]+")
_EMAIL_LENGTH = 254
_PASSWORD_LENGTH = range(8, 128 + 1)
_NAME_LENGTH = 200


class InvalidCredentials(Unauthenticated):
    """One error for an unknown email and for a wrong password: it must not tell who has an account."""

    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("No account matches this email and password.")


class RefreshRefused(Unauthenticated):
    code = "refresh_refused"

    def __init__(self) -> None:
        super().__init__("This refresh token is unknown, expired or was used before. Please log in again.")


class EmailTaken(Conflict):
    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("An account with this email exists already.")


class Presented(enum.Enum):
    """What a refresh token is to its family."""

    CURRENT = enum.auto()
    JUST_ROTATED = enum.auto()
    STALE = enum.auto()


def judge(token_hash: bytes, current: bytes, previous: bytes | None, since_rotation: datetime.timedelta) -> Presented:
    """Whoever presents a stale token has stolen it, or was robbed of it: the family ends."""
    if token_hash == current:
        return Presented.CURRENT
    if token_hash == previous and since_rotation <= GRACE:
        return Presented.JUST_ROTATED
    return Presented.STALE


def normalise(email: str) -> str:
    return email.strip().lower()


def is_email(text: str) -> bool:
    return len(text) <= _EMAIL_LENGTH and _EMAIL.fullmatch(text) is not None


def check_registration(email: str, password: str, name: str) -> None:
    """Raises Unprocessable, which names everything that does not fit."""
    rules = (
        ("email", is_email(email), "This is not an email address."),
        ("password", len(password) in _PASSWORD_LENGTH, "The password must have 8 to 128 characters."),
        ("name", len(name) <= _NAME_LENGTH and "\0" not in name, "The name must have at most 200 characters."),
    )
    faults = [FieldError(field, message) for field, fits, message in rules if not fits]
    if faults:
        raise Unprocessable(" ".join(fault.message for fault in faults), *faults)
