"""Which sections a page has, in which order."""

from typing import Any

from msgspec import Struct

from errand.agents.landing.brief import Brief, Custom, SectionContent
from errand.agents.landing.page import SectionType
from errand.agents.landing.planning.contents import content_types, needs_contact
from errand.agents.landing.planning.vocabulary import plain, section_names

_FILLER = {"section", "sections", "block", "area", "the", "our", "your", "my", "table", "grid", "accordion", "carousel"}
_FILLER |= {"slider", "cards", "list", "bar", "strip", "unsere", "nos", "nuestros", "nuestras"}


class Asked(Struct, frozen=True):
    """A section by the name that the brief gives it; `type` is None where nobody knows what it is."""

    name: str
    type: SectionType | None


def asked(brief: Brief) -> list[Asked]:
    """What `branding.sections` asks for, one by one."""
    return [Asked(name, _type(name, brief)) for name in brief.branding.sections if plain(name)]


def own_section(brief: Brief, name: str) -> Custom | None:
    """The brief's custom section of that name."""
    wanted = plain(name)
    blocks = brief.branding.section_data.custom
    return next((block for block in blocks if wanted and wanted in (plain(block.name), plain(block.heading))), None)


def _type(name: str, brief: Brief) -> SectionType | None:
    if own_section(brief, name):
        return "custom"
    words = [word for word in plain(name).split() if word not in _FILLER]
    if words == ["custom"]:
        return "custom" if brief.branding.section_data.custom else None
    known = section_names()
    return (
        known.get(plain(name)) or known.get(" ".join(words)) or _headed(name, brief) or known.get((words or [""])[-1])
    )


def _headed(name: str, brief: Brief) -> SectionType | None:
    """The type whose content has that name as its heading."""
    data = brief.branding.section_data
    contents: dict[SectionType, SectionContent[Any]] = {
        "faq": data.faq, "pricing": data.pricing, "stats": data.stats, "team": data.team,
        "testimonials": data.testimonials,
    }  # fmt: skip
    return next((kind for kind, content in contents.items() if plain(content.heading) == plain(name)), None)


def outline(brief: Brief) -> list[Asked]:
    """Navigation first, footer last, a hero always, a form where one is needed; each type but custom once."""
    wanted = [section for section in asked(brief) if section.type] if brief.branding.sections else []
    if not wanted:
        kinds = content_types(brief)
        wanted = [Asked(kind, kind) for kind in kinds if kinds != ["cta"]]  # the opening calls already
    body = _with_own_sections([section for section in wanted if section.type not in ("nav", "footer")], brief)
    types = [section.type for section in body]
    if "hero" not in types:
        body.insert(0, Asked("hero", "hero"))
    if "contact" not in types and needs_contact(brief):
        body.append(Asked("contact", "contact"))
    return [Asked("nav", "nav"), *_unique(body), Asked("footer", "footer")]


def _with_own_sections(sections: list[Asked], brief: Brief) -> list[Asked]:
    """`custom` alone stands for all of the brief's own sections that are not named besides."""
    named = {plain(section.name) for section in sections}
    blocks = [block.name or block.heading for block in brief.branding.section_data.custom]
    rest = [Asked(name, "custom") for name in blocks if plain(name) not in named]
    expanded: list[Asked] = []
    for section in sections:
        expanded += rest if section.type == "custom" and plain(section.name) == "custom" else [section]
    return expanded


def _unique(sections: list[Asked]) -> list[Asked]:
    seen: dict[tuple[str | None, str], Asked] = {}
    for section in sections:
        seen.setdefault((section.type, plain(section.name) if section.type == "custom" else ""), section)
    return list(seen.values())
