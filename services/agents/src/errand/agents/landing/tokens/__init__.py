"""Design tokens: a page's colours, fonts and sizes as values of CSS custom properties."""

from errand.agents.landing.page import Design
from errand.agents.landing.tokens.colours import contrast, parse
from errand.agents.landing.tokens.fonts import stack
from errand.agents.landing.tokens.interchange import dtcg
from errand.agents.landing.tokens.palettes import roles
from errand.agents.landing.tokens.scales import sizes
from errand.agents.landing.tokens.schemes import PAIRS, Adjustment, Scheme, Tokens

__all__ = ["PAIRS", "Adjustment", "Tokens", "compute", "contrast", "dtcg", "parse"]


def compute(design: Design) -> Tokens:
    """`adjustments` are those of the themes that the page is seen in."""
    given = roles(design.palette)
    light, dark = Scheme(given, dark=False), Scheme(given, dark=True)
    fonts = {"font-heading": stack(design.heading_font or design.body_font), "font-body": stack(design.body_font)}
    return Tokens(
        light=light.colours,
        dark=dark.colours,
        shared=fonts | sizes(design),
        adjustments=[
            *(light.adjustments if design.theme != "dark" else []),
            *(dark.adjustments if design.theme != "light" else []),
        ],
    )
