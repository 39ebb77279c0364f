"""What the routes over jobs have in common on the wire."""

from typing import Annotated, TypeVar

from litestar import Response
from litestar.params import HeaderParameter

from errand.common.http.openapi import documented_header

T = TypeVar("T")

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key with the same request answers with the same job, for two days at most.",
    ),
]

POLL_AFTER_S = 1

#: What `accepted` and `versioned` set, for the `response_headers` of their handlers.
ACCEPTED_HEADERS = (
    documented_header("Location", "Where the job is to be looked at", required=True),
    documented_header("Retry-After", "Seconds until it is worth to look", required=True),
    documented_header("Idempotency-Replayed", "`true` where the key's job is answered once more"),
)
VERSIONED_HEADERS = (documented_header("X-Job-Seq", "The number of the last event in this view", required=True),)


def accepted(body: T, location: str, *, replayed: bool, status_code: int = 202) -> Response[T]:
    """The guide's body, and headers that say where to look and when."""
    headers = {"Location": location, "Retry-After": str(POLL_AFTER_S)}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(body, status_code=status_code, headers=headers)


def versioned(body: T, seq: int, *, status_code: int = 200, age_s: int | None = None) -> Response[T]:
    """A view of a job, with the number of the last event that is in it: the gateway caches by it, and for `age_s`
    where something else changes the view too."""
    headers = {"X-Job-Seq": str(seq)}
    if age_s is not None:
        headers["Cache-Control"] = f"max-age={age_s}"
    return Response(body, status_code=status_code, headers=headers)
