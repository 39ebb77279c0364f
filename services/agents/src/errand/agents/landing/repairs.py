"""What rules can mend about a page that did not pass its checks. Each works on the page, never on its HTML."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count
from typing import Any

from msgspec import Struct, structs

from errand.agents.landing.checks import Report
from errand.agents.landing.checks.content import is_blank, is_empty, kind, said_once
from errand.agents.landing.checks.links import scheme
from errand.agents.landing.checks.seo import DESCRIPTION_LENGTH, TITLE_LENGTH
from errand.agents.landing.checks.weight import IMAGE_BYTES, IMAGES_BYTES, embedded
from errand.agents.landing.page import (
    Action,
    AnySection,
    Contact,
    Cta,
    Footer,
    Hero,
    Image,
    Nav,
    Page,
)
from errand.agents.landing.rendering import addresses
from errand.agents.landing.traversal import map_structs, map_texts

# Room for the drawings that rendering itself embeds.
_DRAWINGS_BYTES = 20_000


class Fix(Struct, frozen=True, kw_only=True):
    """`rule` is that of the finding it answers, `section` the id that the finding had."""

    rule: str
    section: str | None
    description: str


class Repair(Struct, frozen=True, kw_only=True):
    """`fixes` is empty where no rule could do anything."""

    page: Page
    fixes: list[Fix]


def repair(page: Page, report: Report) -> Repair:
    """Mends what the report names, warnings too; whether it helped, the next check says."""
    fixes = []
    for rule in RULES:
        for section in dict.fromkeys(finding.section for finding in report.findings if finding.rule == rule):
            change, description = RULES[rule]
            new = change(page, section)
            if new != page:
                fixes.append(Fix(rule=rule, section=section, description=description))
                page = new
    return Repair(page=page, fixes=fixes)


def shortened(text: str, length: int) -> str:
    """The text up to a whole word, without what dangles after it."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(" ", 1)[0] if " " in text[:length] else text[: length - 1]
    return cut.rstrip(" ,;:-–—|·/(&") or text[:length]


def target(page: Page, but: str | None = None) -> str | None:
    """The address that a call to action leads to where its own does not exist."""
    ids = {kind(section): section.id for section in reversed(page.sections) if section.id != but}
    found = next((ids[name] for name in ("contact", "pricing", "cta", "features", "hero") if name in ids), None)
    return f"#{found}" if found else None


def _each_section(change: Callable[[Page, Any], Any]) -> Callable[[Page, str | None], Page]:
    """A rule of one section as a rule of the page."""

    def changed(page: Page, id_: str | None) -> Page:
        new = [change(page, section) if section.id == id_ else section for section in page.sections]
        return structs.replace(page, sections=[section for section in new if section is not None])

    return changed


def distinct(name: str, taken: set[str]) -> str:
    """The name, numbered where others have it already."""
    names = chain([name], (f"{name[:60]}-{number}" for number in count(2)))
    return next(each for each in names if each not in taken)


def _distinct_ids(page: Page, _: str | None) -> Page:
    return structs.replace(page, sections=_renamed(page.sections, "id"))


def _distinct_fields(page: Page, section: Contact) -> Contact:
    return structs.replace(section, fields=_renamed(section.fields, "name"))


def _renamed(values: Sequence[Any], attribute: str) -> list[Any]:
    taken: set[str] = set()
    renamed = []
    for value in values:
        name = distinct(getattr(value, attribute), taken)
        taken.add(name)
        renamed.append(structs.replace(value, **{attribute: name}))
    return renamed


def in_order(sections: Sequence[AnySection]) -> list[AnySection]:
    """The navigation first, the footer last, the others as they are."""
    return sorted(sections, key=lambda section: isinstance(section, Footer) - isinstance(section, Nav))


def _in_order(page: Page, _: str | None) -> Page:
    return structs.replace(page, sections=in_order(page.sections))


def _once(page: Page, _: str | None) -> Page:
    """A second hero still calls to action; a second navigation or footer goes."""
    seen: set[type] = set()
    sections: list[AnySection] = []
    for section in page.sections:
        again = type(section) in seen
        seen.add(type(section))
        if again and isinstance(section, Hero):
            sections.append(_as_cta(section))
        elif not again or not isinstance(section, Nav | Footer):
            sections.append(section)
    return structs.replace(page, sections=sections)


def _as_cta(hero: Hero) -> Cta:
    fields = ("id", "eyebrow", "heading", "intro", "primary", "secondary")
    return Cta(**{field: getattr(hero, field) for field in fields})


def _without_empty(page: Page, id_: str | None) -> Page:
    left = [section for section in page.sections if section.id != id_ or not is_empty(section)]
    return structs.replace(page, sections=left)


def _without_blank_items(page: Page, section: AnySection) -> AnySection:
    lists = {name: getattr(section, name) for name in ("items", "plans", "members", "fields") if hasattr(section, name)}
    return structs.replace(
        section, **{name: [item for item in items if not is_blank(item)] for name, items in lists.items()}
    )


def _retargeted(page: Page, section: AnySection) -> AnySection:
    """Links of menus to nowhere go; calls to action lead to where they can be answered."""
    anchors = {section.id for section in page.sections}
    kinds = {kind(section): section.id for section in reversed(page.sections)}

    def change(value: Any) -> Any:
        if not isinstance(value, Action) or not _leads_nowhere(value.href, anchors):
            return value
        wanted = value.href.strip().lstrip("#")
        if wanted in kinds:
            return structs.replace(value, href=f"#{kinds[wanted]}")
        other = target(page, but=section.id)
        drop = other is None or isinstance(section, Footer) or (isinstance(section, Nav) and value != section.action)
        return None if drop else structs.replace(value, href=other)

    return map_structs(section, change)


def _leads_nowhere(href: str, anchors: set[str]) -> bool:
    return href.strip() in ("", "#") or (href.startswith("#") and href[1:] not in anchors)


def _without_bad_links(page: Page, section: AnySection) -> AnySection:
    if isinstance(section, Contact) and section.privacy_url is not None and not addresses.link(section.privacy_url):
        section = structs.replace(section, privacy_url=None)
    return map_structs(
        section, lambda value: None if isinstance(value, Action) and not addresses.link(value.href) else value
    )


def _media(keep: Callable[[str], str | None]) -> Callable[[Page, str | None], Page]:
    """A rule for the addresses of images and videos: `keep` gives the new one, or None to leave the image out."""

    def change(value: Any) -> Any:
        if isinstance(value, Image):
            src = keep(value.src)
            return None if src is None else structs.replace(value, src=src) if src != value.src else value
        if isinstance(value, Hero) and value.video is not None:
            return structs.replace(value, video=keep(value.video))
        return value

    def changed(page: Page, id_: str | None) -> Page:
        if id_ is None:
            own = {field: keep(url) for field in ("favicon", "image") if (url := getattr(page, field)) is not None}
            return structs.replace(page, **own)
        sections = [change(map_structs(each, change)) if each.id == id_ else each for each in page.sections]
        return structs.replace(page, sections=sections)

    return changed


def _encrypted(url: str) -> str:
    return "https" + url.strip()[4:] if scheme(url) == "http" else url


def _light_enough(page: Page, _: str | None) -> Page:
    """Without its heaviest images, until the others keep to the budget."""
    sizes = sorted(((length, section) for _, section, length in embedded(page)), key=lambda entry: entry[0])
    total = sum(length for length, _ in sizes)
    while sizes and total > IMAGES_BYTES - _DRAWINGS_BYTES:
        length, section = sizes.pop()
        total -= length
        page = _media(lambda url, limit=length: None if len(url) >= limit else url)(page, section)  # type: ignore[misc]
    return page


def _with_title(page: Page, _: str | None) -> Page:
    return structs.replace(page, title=shortened(page.title.strip() or page.name, TITLE_LENGTH))


def _with_description(page: Page, _: str | None) -> Page:
    text = next(_descriptions(page), "")
    return structs.replace(page, description=shortened(text, DESCRIPTION_LENGTH))


def _descriptions(page: Page) -> Iterator[str]:
    """What the page says about itself, the best first."""
    texts = (text for section in page.sections for text in (section.intro, section.heading))
    return (text for text in (page.description, *texts) if text.strip())


def _with_heading(page: Page, section: Hero) -> Hero:
    return structs.replace(section, heading=page.title.strip() or page.name)


def _with_alternative(page: Page, section: Hero) -> Hero:
    return structs.replace(section, image=section.image and structs.replace(section.image, alt=page.name))


def _once_said(page: Page, section: AnySection) -> AnySection:
    return map_texts(section, lambda _, text: said_once(text))


# In this order: the rules that come later look sections up by their ids, and links by what is left.
RULES: dict[str, tuple[Callable[[Page, str | None], Page], str]] = {
    "section-id": (_distinct_ids, "Gave each section an id of its own."),
    "field-name": (_each_section(_distinct_fields), "Gave each field a name of its own."),
    "item-empty": (_each_section(_without_blank_items), "Left out items without text."),
    "section-empty": (_without_empty, "Left out a section that had nothing to show."),
    "section-twice": (_once, "Kept one navigation, one hero and one footer."),
    "section-order": (_in_order, "Moved the navigation to the top and the footer to the end."),
    "variant": (_each_section(lambda _, section: structs.replace(section, variant="")), "Chose the usual layout."),
    "hero-heading": (_each_section(_with_heading), "Used the page's title as the headline."),
    "link-scheme": (_each_section(_without_bad_links), "Dropped links with addresses that are not allowed."),
    "link-empty": (_each_section(_retargeted), "Mended links that led nowhere."),
    "link-target": (_each_section(_retargeted), "Mended links to sections that are not there."),
    "media-empty": (_media(lambda url: url if url.strip() else None), "Dropped images without an address."),
    "media-scheme": (_media(addresses.picture), "Dropped images with addresses that are not allowed."),
    "mixed-content": (_media(_encrypted), "Fetches images and videos over https."),
    "image-weight": (
        _media(lambda url: url if len(url) <= IMAGE_BYTES else None),
        "Dropped images that are too heavy.",
    ),
    "images-weight": (_light_enough, "Dropped the heaviest embedded images."),
    "image-text": (_each_section(_with_alternative), "Named the hero's image."),
    "title-missing": (_with_title, "Used the product's name as the title."),
    "title-length": (_with_title, "Shortened the title."),
    "description-missing": (_with_description, "Took the description from the page's own text."),
    "description-length": (_with_description, "Shortened the description."),
    "doubled-text": (_each_section(_once_said), "Left out what stood twice."),
    "doubled-intro": (_each_section(lambda _, section: structs.replace(section, intro="")), "Left out a repetition."),
}
