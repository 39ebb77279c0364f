"""Pages as data, for the tests of what is made of them."""

from msgspec.structs import replace

from errand.agents.landing.page import Hero, Page
from tests.unit.agents.landing.samples.arabic import ARABIC
from tests.unit.agents.landing.samples.aurora import AURORA
from tests.unit.agents.landing.samples.bakery import BAKERY
from tests.unit.agents.landing.samples.forty import FORTY
from tests.unit.agents.landing.samples.hostile import HOSTILE, HOSTILE_PAGE

__all__ = ["ARABIC", "AURORA", "BAKERY", "FORTY", "HOSTILE", "HOSTILE_PAGE", "PAGES"]

PAGES = {
    "aurora": AURORA,
    "aurora-story": replace(
        AURORA,
        sections=[
            replace(section, variant="story") if isinstance(section, Hero) else section for section in AURORA.sections
        ],
    ),
    "bakery": BAKERY,
    "arabic": ARABIC,
    "forty": FORTY,
    "hostile": HOSTILE_PAGE,
    "nearly-empty": Page(name="Untitled", title="Untitled"),
}
