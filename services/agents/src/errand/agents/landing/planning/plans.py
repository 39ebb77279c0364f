"""A plan's shape."""

from msgspec import Struct

from errand.agents.landing.page import Design, SectionType


class SectionPlan(Struct, frozen=True, kw_only=True):
    """`name` says which of the brief's own sections a custom one is."""

    type: SectionType
    variant: str
    name: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    """`sections` in their order, navigation and footer among them; `animations` by their CSS names."""

    design: Design
    sections: list[SectionPlan]
    animations: list[str]
