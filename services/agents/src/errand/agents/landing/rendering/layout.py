"""How a page's sections stand together: where each one goes, and on which ground."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from errand.agents.landing.page import AnySection, Contact, Cta, Footer, Hero, Nav, Page, Section, SectionType, Stats
from errand.agents.landing.variants import VARIANTS


class Block(Struct, frozen=True):
    """A section in its place. It is a landmark of its heading's name where it is the first of that name."""

    section: AnySection
    classes: str
    is_landmark: bool


class Layout(Struct, frozen=True, kw_only=True):
    """`body` has what is between navigation and footer. `lead` holds the page's `h1`, `form` says thanks."""

    navs: list[Nav]
    body: list[Block]
    footers: list[Footer]
    lead: Hero | None
    form: Contact | None


def arrange(page: Page) -> Layout:
    body = [section for section in page.sections if not isinstance(section, Nav | Footer)]
    return Layout(
        navs=[section for section in page.sections if isinstance(section, Nav)],
        body=[Block(*facts) for facts in zip(body, _classes(body), _are_landmarks(body), strict=True)],
        footers=[section for section in page.sections if isinstance(section, Footer)],
        lead=next((section for section in body if isinstance(section, Hero)), None),
        form=next((section for section in body if isinstance(section, Contact)), None),
    )


def type_of(section: Section) -> SectionType:
    tag: SectionType = section.__struct_config__.tag  # type: ignore[assignment]
    return tag


def variant_of(section: Section) -> str:
    """The section's layout; its type's first one where it names another."""
    known = VARIANTS[type_of(section)]
    return section.variant if section.variant in known else known[0]


def _classes(body: Sequence[AnySection]) -> Iterator[str]:
    """Grounds alternate, and begin anew after a hero or a band."""
    tinted = False
    for section in body:
        is_band = _is_band(section, body)
        tinted = not (tinted or isinstance(section, Hero) or is_band)
        ground = "band" if is_band else "tint" if tinted else "plain"
        yield f"section {type_of(section)} v-{variant_of(section)} {ground}"


def _are_landmarks(body: Sequence[AnySection]) -> Iterator[bool]:
    """Landmarks of one name could not be told apart."""
    names = {""}
    for section in body:
        name = " ".join(section.heading.lower().split())
        yield name not in names
        names.add(name)


def _is_band(section: AnySection, body: Sequence[AnySection]) -> bool:
    """A form that closes the page is as loud as a call would be."""
    if isinstance(section, Contact) and section is body[-1] and variant_of(section) == "split":
        return not any(isinstance(other, Cta) for other in body)
    return isinstance(section, Stats) and variant_of(section) == "band"
