"""Kinds of errors that a client may be told.

A service subclasses a kind beside the rule that it breaks; the constructor takes facts and writes the sentence.
`errand.common.http.problems` alone knows status codes.

    ErrandError
    ├── Invalid          the request does not make sense
    │   └── Unprocessable    it is well-formed, but its content does not fit
    ├── Unauthenticated  who are you?
    ├── PaymentRequired  not within what you may spend
    ├── Forbidden        not you
    ├── NotFound         nothing there, or nothing of yours
    ├── Conflict         not now
    ├── TooLarge         too many bytes
    ├── RateLimited      too often
    ├── Unavailable      something that is needed is down; may succeed later
    ├── Failed           it was tried, in vain
    └── SwitchedOff      this installation does not do that
"""

from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a body: `field` is its path, such as `payload.audience`."""

    field: str
    message: str


class ErrandError(Exception):
    """`str(error)` is a sentence for a person, `code` a stable word for a machine."""

    code: ClassVar[str] = "error"

    retry_after_s: int | None = None
    errors: tuple[FieldError, ...] = ()


class Invalid(ErrandError):
    code = "invalid_request"


class Unprocessable(Invalid):
    code = "unprocessable"

    def __init__(self, message: str, *errors: FieldError) -> None:
        super().__init__(message)
        self.errors = errors


class Unauthenticated(ErrandError):
    code = "unauthenticated"


class PaymentRequired(ErrandError):
    code = "payment_required"


class Forbidden(ErrandError):
    code = "forbidden"


class NotFound(ErrandError):
    code = "not_found"


class Conflict(ErrandError):
    code = "conflict"


class TooLarge(ErrandError):
    code = "too_large"


class RateLimited(ErrandError):
    code = "rate_limited"

    def __init__(self, retry_after_s: int, message: str = "") -> None:
        super().__init__(message or f"Too many requests. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class Unavailable(ErrandError):
    code = "unavailable"

    def __init__(self, message: str, retry_after_s: int = 2) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Failed(ErrandError):
    code = "failed"


class SwitchedOff(ErrandError):
    code = "switched_off"
