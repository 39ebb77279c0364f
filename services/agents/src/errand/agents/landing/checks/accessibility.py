"""What a reader with a screen reader, a keyboard or a sensitive stomach needs."""

import re
from collections.abc import Callable, Iterator

from errand.agents.landing.checks.document import Document, Tag
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Page

_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage")
_UNLABELLED = frozenset({"hidden", "submit", "button", "reset"})
_FOCUSABLE = frozenset({"a", "button", "input", "select", "textarea", "summary", "iframe"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MOVES = re.compile(r"\b(?:animation|transition)(?:-name|-property)?\s*:(?!\s*none)|scroll-behavior\s*:\s*smooth")


def _language(page: Page, document: Document) -> Iterator[Finding]:
    html = next(iter(document.named("html")), None)
    if html is None or html.get("lang") != page.language:
        yield _finding("language", f"The document does not say that its language is {page.language}.")
    if page.direction == "rtl" and (html is None or html.get("dir") != "rtl"):
        yield _finding("direction", "The document does not say that it is read from right to left.")


def _viewport(page: Page, document: Document) -> Iterator[Finding]:
    viewport = next((tag.get("content") for tag in document.named("meta") if tag.get("name") == "viewport"), None)
    if viewport is None:
        yield _finding("viewport", "There is no viewport for small screens.")
    elif re.search(r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*[01]\b", viewport):
        yield _finding("viewport", "The viewport keeps readers from zooming.")


def _headings(page: Page, document: Document) -> Iterator[Finding]:
    headings = [tag for tag in document.tags if tag.name in _HEADINGS and not tag.foreign]
    first = [tag for tag in headings if tag.name == "h1"]
    if len(first) != 1:
        yield _finding("one-h1", f"The page has {len(first)} headings of the first level.")
    level = 0
    for tag in headings:
        if not tag.text:
            yield _finding("empty-heading", f"An <{tag.name}> is empty.", tag.section)
        if (new := int(tag.name[1])) > level + 1:
            yield _finding("heading-order", f"“{tag.text[:60]}” is an h{new} after an h{level}.", tag.section)
        level = new


def _landmarks(page: Page, document: Document) -> Iterator[Finding]:
    kinds = {"nav": "nav", "footer": "footer"}
    wanted = [
        "main",
        *(kinds[kind] for kind in ("nav", "footer") if any(_is(section, kind) for section in page.sections)),
    ]
    for name in wanted:
        if not document.named(name):
            yield _finding("landmark", f"There is no <{name}>.")
    if len(document.named("main")) > 1:
        yield _finding("landmark", "There is more than one <main>.")
    if not any(tag.get("href").startswith("#") for tag in document.named("a")[:1]):
        yield _finding("skip-link", "The first link does not skip to the content.", severity="warning")


def _images(page: Page, document: Document) -> Iterator[Finding]:
    for tag in document.named("img"):
        if "alt" not in tag.attributes:
            yield _finding("image-alt", f"An image has no alternative text: {tag.get('src')[:60]}.", tag.section)
    for tag in document.named("iframe"):
        if not tag.get("title"):
            yield _finding("frame-title", "A frame has no title.", tag.section)
    for tag in document.named("svg"):
        if tag.get("aria-hidden") != "true" and not tag.get("aria-label") and not tag.get("aria-labelledby"):
            yield _finding("image-alt", "A drawing is neither hidden nor named.", tag.section)


def _fields(page: Page, document: Document) -> Iterator[Finding]:
    labelled = {tag.get("for") for tag in document.named("label")}
    for tag in document.named("input", "select", "textarea"):
        if tag.get("type") in _UNLABELLED or _is_named(tag) or tag.get("id") in labelled - {""}:
            continue
        if not any(parent.name == "label" for parent in tag.ancestors):
            yield _finding("field-label", f"The field “{tag.get('name')}” has no label.", tag.section)


def _names(page: Page, document: Document) -> Iterator[Finding]:
    for tag in document.named("a", "button", "summary"):
        if not tag.text and not _is_named(tag):
            yield _finding("control-name", f"A <{tag.name}> has no name.", tag.section)


def _references(page: Page, document: Document) -> Iterator[Finding]:
    for tag in document.tags:
        for attribute in [name for name in _REFERENCES if name in tag.attributes]:
            for missing in set(tag.get(attribute).split()) - document.ids.keys():
                yield _finding("aria-reference", f"{attribute} names “{missing}”, which is not there.", tag.section)


def _tables(page: Page, document: Document) -> Iterator[Finding]:
    headed = {id(parent.node) for tag in document.named("th") for parent in tag.ancestors if parent.name == "table"}
    for tag in document.named("table"):
        if id(tag.node) not in headed:
            yield _finding("table-header", "A table has no header cells.", tag.section)


def _focus(page: Page, document: Document) -> Iterator[Finding]:
    for tag in document.tags:
        if tag.get("tabindex").isdigit() and int(tag.get("tabindex")) > 0:
            yield _finding("focus-order", "A positive tabindex changes the order of focus.", tag.section)
    for tag in document.named(*_FOCUSABLE):
        around = [tag, *tag.ancestors]
        hidden = any(each.get("aria-hidden") == "true" for each in around)
        if hidden and tag.get("tabindex") != "-1" and tag.get("type") != "hidden":
            yield _finding("hidden-focus", f"A <{tag.name}> that can be focused is hidden.", tag.section)
    if ":focus-visible" not in document.css:
        yield _finding("focus-visible", "The styles do not show where the focus is.")


def _motion(page: Page, document: Document) -> Iterator[Finding]:
    if _MOVES.search(document.css) and "prefers-reduced-motion" not in document.css:
        yield _finding("reduced-motion", "The styles move for readers who asked for less motion.")


RULES: tuple[Callable[[Page, Document], Iterator[Finding]], ...] = (
    _language, _viewport, _headings, _landmarks, _images, _fields, _names, _references, _tables, _focus, _motion,
)  # fmt: skip


def _is(section: object, kind: str) -> bool:
    return type(section).__name__.lower() == kind


def _is_named(tag: Tag) -> bool:
    return bool(tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("title"))


def _finding(rule: str, message: str, section: str | None = None, severity: Severity = "error") -> Finding:
    return Finding(
        rule=rule, group="accessibility", severity=severity, message=message, path="index.html", section=section
    )
