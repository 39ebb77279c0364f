"""What comes of writing."""

from msgspec import Struct

from errand.agents.landing.page import Page, SectionType


class Missing(Struct, frozen=True, kw_only=True):
    """Something asked for and left out. `field` is the payload's that would change it, `reason` a sentence."""

    section: SectionType | None
    field: str
    reason: str


class Draft(Struct, frozen=True, kw_only=True):
    page: Page
    missing: list[Missing]
