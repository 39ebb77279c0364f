"""Whether the page, before it is rendered, says something, once, and in order."""

import re
from collections import Counter
from collections.abc import Iterator

from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import (
    Benefits,
    Contact,
    Custom,
    Faq,
    Features,
    Hero,
    Page,
    Pricing,
    Section,
    Stats,
    Team,
    Testimonials,
)
from errand.agents.landing.traversal import COPY_FIELDS, field_of, strings
from errand.agents.landing.variants import VARIANTS

_LISTS: dict[type[Section], tuple[str, ...]] = {
    Features: ("items",),
    Benefits: ("items",),
    Stats: ("items",),
    Testimonials: ("items", "indicators"),
    Pricing: ("plans",),
    Team: ("members",),
    Faq: ("items",),
    Contact: ("fields",),
    Custom: ("items", "paragraphs", "intro"),
}
_PLACEHOLDER = re.compile(r"\{\{|\{%|\blorem ipsum\b", re.IGNORECASE)
# Names such as Bora Bora stand twice, these words by mistake.
_DOUBLED_WORD = re.compile(
    r"\b(the|an?|and|or|of|to|in|is|for|with|your|our|we|it|on|at|by|und|le|la|el|et|y) \1\b", re.I
)
_SENTENCE_END = re.compile(r"(?<=[.!?])(\s+)")
_SENTENCE_WORDS = 3


def kind(section: Section) -> str:
    return type(section).__name__.lower()


def check_content(page: Page) -> Iterator[Finding]:
    yield from _order(page)
    yield from _ids(page)
    for section in page.sections:
        yield from _section(section)
        yield from _copy(section)


def is_empty(section: Section) -> bool:
    """Whether nothing of what its type is for is there."""
    fields = _LISTS.get(type(section))
    return fields is not None and not any(getattr(section, field) for field in fields)


def is_blank(item: object) -> bool:
    """Whether an item of a section has no text."""
    return not any(
        text.strip() for path, text in strings(item, "") if field_of(path) in COPY_FIELDS - {"alt", "period"}
    )


def said_once(text: str) -> str:
    """The text without the second of two like words, or sentences, in a row."""
    parts = _SENTENCE_END.split(text)
    kept = parts[:1]
    for before, space, sentence in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        if sentence.lower() != before.lower() or len(sentence.split()) < _SENTENCE_WORDS:
            kept += [space, sentence]
    return _DOUBLED_WORD.sub(r"\1", "".join(kept))


def _order(page: Page) -> Iterator[Finding]:
    kinds = [kind(section) for section in page.sections]
    if "nav" in kinds[1:] or "footer" in kinds[:-1]:
        yield _finding("section-order", "The navigation is not first, or the footer is not last.", "sections")
    for name in ("nav", "hero", "footer"):
        if kinds.count(name) > 1:
            yield _finding("section-twice", f"There are {kinds.count(name)} sections of type {name}.", "sections")
    if not any(name not in ("nav", "footer") for name in kinds):
        yield _finding("page-empty", "The page has nothing between navigation and footer.", "sections")
    if page.sections and "hero" not in kinds:
        yield _finding("no-hero", "The page does not open with what it is about.", "sections", severity="warning")


def _ids(page: Page) -> Iterator[Finding]:
    for id_, count in Counter(section.id for section in page.sections).items():
        if count > 1:
            yield _finding("section-id", f"{count} sections have the id “{id_}”.", id_, id_)
    for section in page.sections:
        fields = Counter(field.name for field in section.fields) if isinstance(section, Contact) else Counter[str]()
        for name, count in fields.items():
            if count > 1:
                yield _finding("field-name", f"{count} fields are called “{name}”.", section.id, section.id)


def _section(section: Section) -> Iterator[Finding]:
    if section.variant and section.variant not in VARIANTS[kind(section)]:  # type: ignore[index]
        message = f"“{section.variant}” is no layout of {kind(section)}."
        yield _finding("variant", message, f"{section.id}.variant", section.id, "warning")
    if is_empty(section):
        yield _finding("section-empty", f"The section {section.id} has nothing to show.", section.id, section.id)
    if isinstance(section, Hero) and not section.heading.strip():
        yield _finding("hero-heading", "The hero has no heading.", f"{section.id}.heading", section.id)
    for field in ("items", "plans", "members", "fields"):
        for index, item in enumerate(getattr(section, field, [])):
            if is_blank(item):
                path = f"{section.id}.{field}[{index}]"
                yield _finding("item-empty", "An item has no text.", path, section.id)


def _copy(section: Section) -> Iterator[Finding]:
    copy = [(path, text) for path, text in strings(section, section.id) if field_of(path) in COPY_FIELDS]
    found = next(((path, held[0]) for path, text in copy if (held := _PLACEHOLDER.search(text))), None)
    if found:
        yield _finding("placeholder", f"The text has “{found[1]}”.", found[0], section.id, "warning")
    for path, text in copy:
        if said_once(text) != text and not (isinstance(section, Testimonials) and ".items" in path):
            message = f"Something stands twice in “{text[:60]}”."
            yield _finding("doubled-text", message, path, section.id, "warning")
    if section.intro and section.intro.strip().lower() == section.heading.strip().lower():
        message = "The introduction repeats the heading."
        yield _finding("doubled-intro", message, f"{section.id}.intro", section.id, "warning")
    # Other images stand beside the text that says what they show.
    if isinstance(section, Hero) and section.image and not section.image.alt.strip():
        message = "The hero's image says nothing to those who cannot see it."
        yield _finding("image-text", message, f"{section.id}.image.alt", section.id, "warning")


def _finding(rule: str, message: str, path: str, section: str | None = None, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="html", severity=severity, message=message, path=path, section=section)
