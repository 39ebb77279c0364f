"""Errors on the wire: `application/problem+json` (RFC 9457). The only place that knows status codes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from errand.common import errors
from errand.common.errors import ErrandError, FieldError

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[ErrandError], int] = {
    errors.Invalid: 400,
    errors.Unprocessable: 422,
    errors.Unauthenticated: 401,
    errors.PaymentRequired: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
    errors.Failed: 502,
    # A guide's clients look for it.
    errors.SwitchedOff: 500,
}

# As in RFC 9110; Python before 3.13 has the older words.
_TITLES = {413: "Content Too Large", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}
_CODES = {status: kind.code for kind, status in STATUS.items() if status != 500}

logger = structlog.stdlib.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`detail` is the sentence for a person, `code` the word for a machine; `job_id` is there where a job goes on."""

    title: str
    status: int
    detail: str
    code: str
    type: str = msgspec.field(default="")
    request_id: str | None = None
    job_id: str | None = None
    errors: tuple[FieldError, ...] = ()


def title(status: int) -> str:
    return _TITLES.get(status) or HTTPStatus(status).phrase


def status_of(error: ErrandError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem_of(error: Exception, request_id: str | None) -> Problem:
    """What a client is told about any error. An unforeseen one tells nothing of its inside."""
    match error:
        case ErrandError():
            return _problem(status_of(error), str(error), error.code, request_id, error.errors)
        case ValidationException():
            found = _field_errors(error)
            # Many clients show `detail` alone.
            detail = "; ".join(f"{fault.field}: {fault.message}" for fault in found) or "The request does not fit."
            return _problem(422, detail, "unprocessable", request_id, found)
        case HTTPException():
            problem = _problem(error.status_code, error.detail, _code_of(error), request_id)
            return msgspec.structs.replace(problem, job_id=getattr(error, "job_id", None))
        case UnicodeDecodeError():
            # Litestar translates what msgspec says of malformed JSON, but not this.
            return _problem(400, "The body is not UTF-8.", "bad_request", request_id)
        case _:
            return _problem(500, "Something went wrong on our side.", "internal_error", request_id)


def _code_of(error: HTTPException) -> str:
    """Its own, where one of ours has one."""
    status = error.status_code
    return getattr(error, "code", "") or _CODES.get(status) or title(status).lower().replace(" ", "_")


def headers_of(error: Exception) -> dict[str, str]:
    headers = dict(getattr(error, "headers", None) or {})
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's exception handler for everything."""
    problem = problem_of(error, request.scope.get("state", {}).get("request_id"))
    if problem.status == 500 and not isinstance(error, ErrandError):
        logger.error("request failed", exc_info=error)
    return Response(encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers_of(error))


def encode(problem: Problem) -> bytes:
    return msgspec.json.encode(problem)


def _problem(
    status: int, detail: str, code: str, request_id: str | None, errors: tuple[FieldError, ...] = ()
) -> Problem:
    return Problem(
        type=f"urn:errand:problem:{code}",
        title=title(status),
        status=status,
        detail=detail,
        code=code,
        request_id=request_id,
        errors=errors,
    )


def _field_errors(error: ValidationException) -> tuple[FieldError, ...]:
    extra = error.extra if isinstance(error.extra, list) else []
    return tuple(FieldError(str(item.get("key", "")), str(item.get("message", ""))) for item in extra)
