"""Whether links lead somewhere, and to nothing harmful. Addresses elsewhere are not fetched."""

import re
from collections.abc import Iterator

from errand.agents.landing.checks.document import Document
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Page
from errand.agents.landing.rendering import addresses
from errand.agents.landing.traversal import LINK_FIELDS, MEDIA_FIELDS, field_of, strings

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")


def scheme(url: str) -> str:
    """In lower case; empty for a relative address."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def check_links(page: Page, document: Document) -> Iterator[Finding]:
    seen = set()
    anchors = set(document.ids) | {section.id for section in page.sections}
    for section in page.sections:
        for path, url in strings(section, section.id):
            for finding in _of_page(path, url, section.id, anchors):
                seen.add(url)
                yield finding
    for field in ("favicon", "image"):
        if url := getattr(page, field):
            yield from _media(url, field, None)
    yield from (finding for finding in _of_document(document) if finding.path not in seen)


def _of_page(path: str, url: str, section: str, anchors: set[str]) -> Iterator[Finding]:
    if field_of(path) in LINK_FIELDS:
        yield from _link(url, path, section, anchors)
    elif field_of(path) in MEDIA_FIELDS:
        yield from _media(url, path, section)


def _link(url: str, path: str, section: str | None, anchors: set[str]) -> Iterator[Finding]:
    if url.strip() in ("", "#"):
        yield _finding("link-empty", "A link leads nowhere.", path, section)
    elif addresses.link(url) is None:
        yield _finding("link-scheme", f"A link has an address that is not allowed: {url[:40]}.", path, section)
    elif url.startswith("#") and url[1:] not in anchors:
        yield _finding("link-target", f"A link leads to {url[:80]}, which is not on the page.", path, section)
    elif scheme(url) == "http":
        yield _finding("link-insecure", f"A link is not encrypted: {url[:80]}.", path, section, "warning")


def _media(url: str, path: str, section: str | None) -> Iterator[Finding]:
    if not url.strip():
        yield _finding("media-empty", "An image or a video has no address.", path, section)
    elif addresses.picture(url) is None:
        yield _finding(
            "media-scheme", f"An image or a video has an address that is not allowed: {url[:40]}.", path, section
        )
    elif scheme(url) == "http":
        yield _finding("mixed-content", f"Browsers do not load {url[:80]} without encryption.", path, section)


def _of_document(document: Document) -> Iterator[Finding]:
    """What the templates made; `path` is the address itself, to tell what the page's own findings have said."""
    anchors = set(document.ids)
    for tag in document.named("a"):
        yield from _link(tag.get("href"), tag.get("href"), tag.section, anchors)
    for tag in document.named("img", "video", "source", "iframe"):
        if "src" in tag.attributes:
            yield from _media(tag.get("src"), tag.get("src"), tag.section)
    for tag in document.named("form"):
        if scheme(tag.get("action")) not in ("", "https"):
            yield _finding("form-action", "A form is sent where it should not be.", "index.html", tag.section)


def _finding(rule: str, message: str, path: str, section: str | None, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="links", severity=severity, message=message, path=path, section=section)
