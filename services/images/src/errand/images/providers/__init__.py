"""Who makes images: one port, and an adapter for each of them."""

from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from errand.images.domain import CompositionLock, ProviderName, Spec


class Picture(Struct, frozen=True, kw_only=True):
    """An image as its provider made it: `content` is a PNG, JPEG or WebP, of whatever size was nearest to be had.

    `svg` is there where it was drawn as one. `cost_usd` is what it came to; None where nobody can tell.
    """

    content: bytes
    alt_text: str
    cost_usd: Decimal | None
    svg: str | None = None


class Provider(Protocol):
    """Threads share it.

    `composition_lock` says how a final comes to look like its draft; with `reference` it is given the draft's file.
    """

    name: ProviderName
    model: str
    composition_lock: CompositionLock

    def estimate_usd(self, spec: Spec) -> Decimal:
        """What `draw` will cost, rather too much than too little: so much is reserved of the user's budget."""

    def draw(self, spec: Spec, owner_id: str, reference: bytes | None = None) -> Picture:
        """Raises ModerationBlocked; Unavailable, with the vendor's `retry_after_s`, for what may succeed later; another
        ErrandError for what will not."""
