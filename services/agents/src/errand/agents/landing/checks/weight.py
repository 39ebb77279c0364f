"""Whether a page loads quickly on a telephone."""

import re
from collections.abc import Iterator

from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Files, Page
from errand.agents.landing.traversal import MEDIA_FIELDS, field_of, strings

KB = 1024
PAGE_BYTES = 150 * KB
# What somebody has written is not cut: only a page that is several times too heavy is kept back.
HEAVY_PAGE_BYTES = 4 * PAGE_BYTES
IMAGE_BYTES = 200 * KB
IMAGES_BYTES = 500 * KB
_DATA = re.compile(rb"data:image/[^\"'\s)]*")
_LOADED = ("index.html", "styles.css", "page.js")


def weight(files: Files) -> int:
    return sum(len(files[path].content) for path in _LOADED if path in files)


def embedded(page: Page) -> Iterator[tuple[str, str | None, int]]:
    """The path, section and bytes of each image that the page holds itself."""
    for section in page.sections:
        for path, url in strings(section, section.id):
            if field_of(path) in MEDIA_FIELDS and url.startswith("data:"):
                yield path, section.id, len(url)
    for field in ("favicon", "image"):
        if (getattr(page, field) or "").startswith("data:"):
            yield field, None, len(getattr(page, field))


def check_weight(page: Page, files: Files) -> Iterator[Finding]:
    images = sum(len(uri) for path in _LOADED if path in files for uri in _DATA.findall(files[path].content))
    size = weight(files) - images
    if size > PAGE_BYTES:
        message = f"Document, styles and script have {_kb(size)} KB, {_kb(PAGE_BYTES)} are planned."
        yield _finding("page-weight", message, "index.html", None, "error" if size > HEAVY_PAGE_BYTES else "warning")
    for path, section, length in embedded(page):
        if length > IMAGE_BYTES:
            message = f"An embedded image has {_kb(length)} KB, {_kb(IMAGE_BYTES)} are planned."
            yield _finding("image-weight", message, path, section)
    if images > IMAGES_BYTES:
        message = f"Embedded images have {_kb(images)} KB, {_kb(IMAGES_BYTES)} are planned."
        yield _finding("images-weight", message, "index.html", None)


def _kb(size: int) -> int:
    return round(size / KB)


def _finding(rule: str, message: str, path: str, section: str | None, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="weight", severity=severity, message=message, path=path, section=section)
