"""What the sections are written from: the brief, its language, and a note of what was left out."""

from collections.abc import Collection
from typing import Any

from errand.agents.landing import addresses
from errand.agents.landing.brief import Asset, Brief, SectionContent
from errand.agents.landing.copywriting.drafts import Missing
from errand.agents.landing.copywriting.texts import one_line, shorten, uncapital, unended
from errand.agents.landing.copywriting.words import Words
from errand.agents.landing.language import detect
from errand.agents.landing.page import Image, SectionType
from errand.agents.landing.planning.vocabulary import tone

MAX_LINE, MAX_TEXT = 500, 20_000
_MAX_NAME = 80


class Material:
    """`planned` are the types of the page's sections; `missing` grows while they are written."""

    def __init__(self, brief: Brief, planned: Collection[SectionType]) -> None:
        self.brief = brief
        self.planned = planned
        self.language = detect(_copy(brief))
        self.words = Words(self.language.code, tone(brief))
        self.missing: list[Missing] = []
        self.name = shorten(one_line(brief.campaign.product_name), _MAX_NAME) or self.words["untitled"]
        self.uvp = one_line(brief.audience.uvp)
        self.offer = one_line(brief.campaign.primary_offer)
        self.audience = one_line(brief.audience.description)

    def lacks(self, section: SectionType | None, field: str, reason: str) -> None:
        note = Missing(section=section, field=field, reason=reason)
        if note not in self.missing:
            self.missing.append(note)

    def line(self, text: str, field: str, section: SectionType | None, limit: int = MAX_LINE) -> str:
        """One line; what had to be shortened is noted."""
        return self._fitted(one_line(text), field, section, limit)

    def text(self, text: str, field: str, section: SectionType | None) -> str:
        return self._fitted(text, field, section, MAX_TEXT)

    def _fitted(self, text: str, field: str, section: SectionType | None, limit: int) -> str:
        fitted = shorten(text, limit)
        if fitted != text:
            self.lacks(section, field, f"Shortened from {len(text)} to {len(fitted)} characters.")
        return fitted

    def opening(self, content: SectionContent[Any], section: SectionType, default: str) -> dict[str, str]:
        """Heading and introduction as given; a heading in any case."""
        field = f"branding.sectionData.{section}"
        return {
            "heading": self.line(content.heading, f"{field}.heading", section) or default,
            "intro": self.text(content.intro, f"{field}.intro", section),
        }

    @property
    def for_whom(self) -> str:
        """`For operations leaders`; the bare words where the language has no such phrase."""
        audience = unended(self.audience)
        if not audience or not self.words.is_native:
            return audience
        return self.words["for_whom"].format(audience=audience if self.language.code == "de" else uncapital(audience))

    def image(self, asset: Asset | None, field: str, section: SectionType | None) -> Image | None:
        if asset is None or not asset.src:
            return None
        src = addresses.picture(asset.src)
        if src is None:
            self.lacks(section, field, "Not the address of an image: use https or a data URI of an image.")
            return None
        return Image(src=src, alt=self.line(asset.alt, field, section))

    def address(self, text: str, field: str, section: SectionType | None) -> str | None:
        """An address beyond the page."""
        address = addresses.link(text)
        if address and not address.startswith("#"):
            return address
        if text:
            self.lacks(section, field, "Not an address that this can lead to: use https, mailto or tel.")
        return None


def _copy(brief: Brief) -> str:
    """What shows the language: prose, the longest first to count."""
    benefits = [*brief.benefits.top_benefits, *brief.benefits.features]
    parts = [
        brief.audience.uvp,
        brief.campaign.primary_offer,
        brief.audience.description,
        *(f"{item.title} {item.text}" for item in benefits[:20]),
        *(quote.text for quote in brief.trust.testimonials[:5]),
        *(f"{faq.question} {faq.answer}" for faq in brief.branding.section_data.faq.items[:10]),
        brief.media.consent_text,
        brief.campaign.product_name,
    ]
    return " ".join(part[:2000] for part in parts)
