"""Whether a page may be published: what is wrong with it, found without a browser."""

from collections.abc import Iterator

from errand.agents.landing.checks import accessibility, document, validity
from errand.agents.landing.checks.content import check_content
from errand.agents.landing.checks.contrast import check_contrast
from errand.agents.landing.checks.findings import Finding, Group, Report, Severity
from errand.agents.landing.checks.links import check_links
from errand.agents.landing.checks.seo import check_seo
from errand.agents.landing.checks.weight import check_weight, weight
from errand.agents.landing.page import Files, Page
from errand.agents.landing.traversal import strings

__all__ = ["Finding", "Group", "Report", "Severity", "check"]


def check(page: Page, files: Files) -> Report:
    """`files` are the page's own, as `rendering` made them."""
    findings = dict.fromkeys([*check_content(page), *check_weight(page, files), *_check_files(page, files)])
    return Report(findings=list(findings), weight_bytes=weight(files))


def _check_files(page: Page, files: Files) -> Iterator[Finding]:
    missing = list(validity.files_are_there(files))
    yield from missing
    if missing:
        return
    read = document.read(files)
    copy = "\n".join(text for _, text in strings(page, "page"))
    yield from validity.html_parses(read)
    yield from validity.ids_are_unique(read)
    yield from validity.controls_are_not_nested(read)
    yield from validity.all_code_is_in_files(read)
    yield from validity.nothing_of_the_templates_is_left(read, copy)
    yield from validity.css_parses(read.css)
    for rule in accessibility.RULES:
        yield from rule(page, read)
    yield from check_contrast(page, read.css)
    yield from check_links(page, read)
    yield from check_seo(page, read, has_address=b"<loc>http" in _content(files, "sitemap.xml"))


def _content(files: Files, path: str) -> bytes:
    return files[path].content if path in files else b""
