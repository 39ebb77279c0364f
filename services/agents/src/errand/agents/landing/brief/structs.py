"""A brief's shape. Every part may be missing: an empty string or list means that it was not given."""

from typing import Any, Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")


class Part(Struct, frozen=True, kw_only=True, rename="camel"):
    """Wire names are those of the landing agent's contract."""


class Campaign(Part, frozen=True):
    objective: str = ""
    product_name: str = ""
    primary_offer: str = ""


class Audience(Part, frozen=True):
    description: str = ""
    persona_keywords: list[str] = []
    uvp: str = ""


class Messaging(Part, frozen=True):
    tone: str = ""
    seo_keywords: list[str] = []
    event_tracking: list[str] = []


class Fonts(Part, frozen=True):
    heading: str = ""
    body: str = ""


class Asset(Part, frozen=True):
    src: str
    alt: str = ""


class Feature(Part, frozen=True):
    title: str = ""
    text: str = ""
    icon: str = ""
    image: Asset | None = None


class Faq(Part, frozen=True):
    """An objection is a question whose answer may be missing."""

    question: str = ""
    answer: str = ""


class Testimonial(Part, frozen=True):
    text: str = ""
    name: str = ""
    role: str = ""
    company: str = ""
    image: Asset | None = None


class Link(Part, frozen=True):
    label: str = ""
    href: str = ""


class Price(Part, frozen=True):
    name: str = ""
    price: str = ""
    period: str = ""
    text: str = ""
    features: list[str] = []
    cta: Link | None = None
    highlighted: bool = False


class Stat(Part, frozen=True):
    """`98% uptime` given as a string is all `label`."""

    value: str = ""
    label: str = ""


class Member(Part, frozen=True):
    name: str = ""
    role: str = ""
    text: str = ""
    image: Asset | None = None


class Custom(Part, frozen=True):
    """A section of the client's own: `name` is what `branding.sections` calls it."""

    name: str = ""
    heading: str = ""
    paragraphs: list[str] = []
    items: list[Feature] = []


class SectionContent(Part, Generic[T], frozen=True):
    """A section's content word by word; a bare list is `items`."""

    heading: str = ""
    intro: str = ""
    items: list[T] = []


class SectionData(Part, frozen=True):
    faq: SectionContent[Faq] = SectionContent()
    pricing: SectionContent[Price] = SectionContent()
    stats: SectionContent[Stat] = SectionContent()
    team: SectionContent[Member] = SectionContent()
    testimonials: SectionContent[Testimonial] = SectionContent()
    custom: list[Custom] = []


class Branding(Part, frozen=True):
    theme: str = ""
    color_palette: dict[str, str] = {}
    fonts: Fonts = Fonts()
    layout_preference: str = ""
    sections: list[str] = []
    section_data: SectionData = SectionData()


class Benefits(Part, frozen=True):
    top_benefits: list[Feature] = []
    features: list[Feature] = []
    emotional_triggers: list[str] = []


class Trust(Part, frozen=True):
    objections: list[Faq] = []
    testimonials: list[Testimonial] = []
    indicators: list[str] = []


class Conversion(Part, frozen=True):
    primary_cta: Link | None = field(name="primaryCTA", default=None)
    secondary_cta: Link | None = field(name="secondaryCTA", default=None)
    primary_kpi: str = field(name="primaryKPI", default="")


class Media(Part, frozen=True):
    video_url: str = ""
    privacy_policy_url: str = ""
    consent_text: str = ""


class FormField(Part, frozen=True):
    name: str = ""
    label: str = ""
    type: str = ""
    required: bool = False
    options: list[str] = []


class Advanced(Part, frozen=True):
    form_fields: list[FormField] = []
    analytics: dict[str, Any] = {}
    custom_prompt: str = ""


class Assets(Part, frozen=True):
    logo: Asset | None = None
    hero_image: Asset | None = None
    secondary_images: list[Asset] = []
    favicon: Asset | None = None
    section_assets: dict[str, list[Asset]] = {}


class Data(Part, frozen=True):
    campaign_data_url: str = ""
    experiment_data_url: str = ""


class Brief(Part, frozen=True):
    campaign: Campaign = Campaign()
    audience: Audience = Audience()
    messaging: Messaging = Messaging()
    branding: Branding = Branding()
    benefits: Benefits = Benefits()
    trust: Trust = Trust()
    conversion: Conversion = Conversion()
    media: Media = Media()
    advanced: Advanced = Advanced()
    assets: Assets = Assets()
    data: Data = Data()
