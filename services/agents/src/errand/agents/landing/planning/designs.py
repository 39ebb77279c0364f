"""How a page looks: what the brief asks for, else what suits its tone, else a choice of the brief's own."""

from typing import Literal

from errand.agents.landing.brief import Brief
from errand.agents.landing.page import Design, Theme
from errand.agents.landing.planning.vocabulary import Look, look, plain, prefers, subject_hue, tone
from errand.agents.landing.seeding import choose, fraction
from errand.agents.landing.tokens.colours import Oklch, parse
from errand.agents.landing.tokens.fonts import is_name
from errand.agents.landing.tokens.palettes import roles

_DARK, _LIGHT = 0.4, 0.75
_DARK_WORDS = {"dark", "night", "dunkel", "sombre", "oscuro"}
_LIGHT_WORDS = {"light", "day", "hell", "clair", "claro"}
_AUTO_WORDS = {"auto", "automatic", "system", "both", "adaptive"}


def design(brief: Brief) -> Design:
    suited = look(brief)
    palette = _palette(brief, suited)
    heading, body = choose(suited.fonts, "fonts", seed(brief))
    fonts = [name for name in (brief.branding.fonts.heading, brief.branding.fonts.body) if is_name(name)]
    return Design(
        theme=_theme(brief, palette),
        palette=palette,
        heading_font=fonts[0] if fonts else heading,
        body_font=fonts[-1] if fonts else body,
        shape=_shape(brief, suited),
        density=_density(brief),
        motion=_motion(brief),
    )


def seed(brief: Brief) -> str:
    """What makes a brief itself, however its details change."""
    campaign, audience = brief.campaign, brief.audience
    return "\x1f".join((campaign.product_name, campaign.primary_offer, audience.uvp, audience.description))


def _palette(brief: Brief, suited: Look) -> dict[str, str]:
    """The given colours that can be read, with a primary one among them."""
    given = {role[:100]: text for role, text in brief.branding.color_palette.items() if parse(text)}
    vivid = any(colour.chroma > 0.04 for text in given.values() if (colour := parse(text)))
    return given if vivid else _invented(brief, suited) | given


def _invented(brief: Brief, suited: Look) -> dict[str, str]:
    key = seed(brief)
    about = " ".join((brief.campaign.product_name, brief.audience.uvp, brief.audience.description))
    subject = subject_hue(about)
    start = choose(suited.hues, "hue", key) if subject is None else subject
    hue = (start + 24 * fraction("turn", key) - 12) % 360
    primary = Oklch(0.43 + 0.13 * fraction("light", key), suited.chroma, hue)
    accent = primary.at(0.76, min(0.16, suited.chroma), turn=choose((-50, 40, 70, 150, 180, 210), "accent", key))
    return {
        "primary": primary.hex,
        "accent": accent.hex,
        "neutral": primary.at(0.21, 0.022).hex,
        "raw": primary.at(0.982, 0.007).hex,
    }


def _theme(brief: Brief, palette: dict[str, str]) -> Theme:
    words = set(plain(brief.branding.theme).split())
    dark, light = bool(words & _DARK_WORDS), bool(words & _LIGHT_WORDS)
    if (dark and light) or words & _AUTO_WORDS:
        return "auto"
    return "dark" if dark else "light" if light else _theme_of(palette)


def _theme_of(palette: dict[str, str]) -> Theme:
    given = roles(palette)
    if given.background:
        return "dark" if given.background.lightness < _DARK else "light"
    if given.text:
        return "dark" if given.text.lightness > _LIGHT else "light"
    greys = [grey.lightness for grey in given.greys]
    return "dark" if greys and max(greys) < _DARK else "light"


def _shape(brief: Brief, suited: Look) -> Literal["sharp", "soft", "round"]:
    if prefers(brief, "sharp"):
        return "sharp"
    return "round" if prefers(brief, "round") else choose(suited.shapes, "shape", seed(brief))


def _density(brief: Brief) -> Literal["compact", "regular", "airy"]:
    if prefers(brief, "compact"):
        return "compact"
    if prefers(brief, "airy") or tone(brief) in ("luxury", "calm"):
        return "airy"
    return "compact" if tone(brief) == "technical" else "regular"


def _motion(brief: Brief) -> Literal["none", "subtle", "scroll"]:
    if prefers(brief, "still"):
        return "none"
    return "scroll" if prefers(brief, "scroll") else "subtle"
