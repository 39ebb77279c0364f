"""What a page is to have and how it is to look, before a word of it is written."""

from msgspec import Struct

from errand.agents.landing.page import Design, SectionType


class SectionPlan(Struct, frozen=True, kw_only=True):
    type: SectionType
    variant: str


class Plan(Struct, frozen=True, kw_only=True):
    """`sections` in their order, navigation and footer among them; `animations` by their CSS names."""

    design: Design
    sections: list[SectionPlan]
    animations: list[str]
