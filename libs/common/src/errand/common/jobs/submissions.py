"""What every route that submits a job has in common on the wire."""

from typing import Annotated, TypeVar

from litestar import Response
from litestar.params import HeaderParameter

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


def accepted(body: T, location: str, *, replayed: bool, status_code: int = 202) -> Response[T]:
    """The guide's body, and headers that say where to look and when."""
    headers = {"Location": location, "Retry-After": str(POLL_AFTER_S)}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(body, status_code=status_code, headers=headers)
