"""The words of a page, from its brief alone. What the brief does not say is left out and listed, never made up."""

import re

from msgspec.structs import replace

from errand.agents.landing.brief import Brief
from errand.agents.landing.copywriting import calls, gaps
from errand.agents.landing.copywriting.connecting import connect
from errand.agents.landing.copywriting.drafts import Draft, Missing
from errand.agents.landing.copywriting.material import Material
from errand.agents.landing.copywriting.sections import write_section
from errand.agents.landing.copywriting.texts import (
    capital,
    first_sentence,
    one_line,
    parted,
    sentence,
    shorten,
    unended,
)
from errand.agents.landing.page import AnySection, Page
from errand.agents.landing.planning import Plan

__all__ = ["Draft", "Missing", "write"]

_MAX_TITLE = 60
_MAX_DESCRIPTION = 160
_LEAST_PROMISE = 8
_DASH = " – "
_LOOSE_END = re.compile(r",(?:\s\S+)?$")


def write(brief: Brief, plan: Plan) -> Draft:
    """The plan's sections, in its order and without those that the brief cannot fill."""
    material = Material(brief, {section.type for section in plan.sections})
    written = [write_section(material, section) for section in plan.sections]
    sections = connect(material, _numbered([section for section in written if section]))
    favicon = material.image(brief.assets.favicon, "assets.favicon", None)
    preview = material.image(brief.assets.hero_image or brief.assets.logo, "assets.heroImage", "hero")
    page = Page(
        name=material.name,
        title=_title(material),
        description=_description(material),
        language=material.language.code,
        direction=material.language.direction,
        keywords=[shorten(one_line(word), 100) for word in brief.messaging.seo_keywords if word],
        design=plan.design,
        sections=sections,
        events=calls.names(material),
        favicon=favicon.src if favicon else None,
        image=preview.src if preview and not preview.src.startswith("data:") else None,
    )
    gaps.note(material, page)
    return Draft(page=page, missing=material.missing)


def _numbered(sections: list[AnySection]) -> list[AnySection]:
    """Ids are unique: a second section of the same name gets a number."""
    taken: set[str] = set()
    unique: list[AnySection] = []
    for section in sections:
        own = section.id
        while own in taken:
            stem, _, number = own.rpartition("-")
            own = f"{stem}-{int(number) + 1}" if stem and number.isdigit() else f"{own}-2"
        taken.add(own)
        unique.append(replace(section, id=own))
    return unique


def _title(material: Material) -> str:
    """The name, and as much of the promise as fits and stands for itself."""
    promise = capital(unended(first_sentence(material.uvp or material.offer)))
    room = _MAX_TITLE - len(material.name) - len(_DASH)
    if len(promise) > room:
        promise, rest = parted(promise, rf"(?<=,)|{material.words['phrase']}", room, _LEAST_PROMISE)
        promise = _LOOSE_END.sub("", promise) if rest else ""
    return f"{material.name}{_DASH}{promise}" if promise else shorten(material.name, _MAX_TITLE)


def _description(material: Material) -> str:
    parts = (material.uvp, material.offer, material.audience)
    return shorten(" ".join(sentence(capital(part)) for part in parts if part) or material.name, _MAX_DESCRIPTION)
