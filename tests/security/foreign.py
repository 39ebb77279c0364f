"""Ids of what belongs to others, or to nobody, and all that is learned from asking for them."""

from collections.abc import Mapping
from uuid import UUID

import httpx2

#: What a client can say beside the address, and is answered in another way for.
WAYS: Mapping[str, Mapping[str, str]] = {
    "plainly": {},
    "as an event stream": {"Accept": "text/event-stream"},
    "with a validator": {"If-None-Match": "*"},
}
REQUEST_ID = "the-same-for-both"


def missing(id: str) -> str:
    """An id that differs from this one in its last bit."""
    return str(UUID(int=UUID(id).int ^ 1))


def spellings(id: str) -> list[str]:
    return [id, id.upper(), UUID(id).hex, f"urn:uuid:{id}"]


def told(answer: httpx2.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that a client learns by it."""
    return answer.status_code, answer.content, sorted(item for item in answer.headers.items() if item[0] != "date")
