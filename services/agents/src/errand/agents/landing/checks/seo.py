"""What search engines and previews of links are told."""

from collections.abc import Iterator
from typing import Any

import msgspec

from errand.agents.landing.checks.document import Document
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Faq, Page

TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 160


def check_seo(page: Page, document: Document, *, has_address: bool) -> Iterator[Finding]:
    """`has_address` says whether the page was rendered for an absolute address."""
    yield from _lengths(page)
    yield from _head(page, document)
    canonical = next((tag.get("href") for tag in document.named("link") if tag.get("rel") == "canonical"), "")
    if has_address and not canonical.startswith("http"):
        yield _finding("canonical", "The document does not say what its address is.")
    yield from _structured_data(page, document)


def _lengths(page: Page) -> Iterator[Finding]:
    if not page.title.strip():
        yield _finding("title-missing", "The page has no title.", "title")
    elif len(page.title) > TITLE_LENGTH:
        yield _finding("title-length", f"The title has {len(page.title)} characters, {TITLE_LENGTH} fit.", "title")
    if not page.description.strip():
        yield _finding("description-missing", "The page has no description.", "description", "warning")
    elif len(page.description) > DESCRIPTION_LENGTH:
        message = f"The description has {len(page.description)} characters, {DESCRIPTION_LENGTH} fit."
        yield _finding("description-length", message, "description")


def _head(page: Page, document: Document) -> Iterator[Finding]:
    titles = [tag.text for tag in document.named("title")]
    if titles != [" ".join(page.title.split())]:
        yield _finding("document-title", "The document's title is not the page's.")
    metas = {tag.get("name") or tag.get("property"): tag.get("content") for tag in document.named("meta")}
    if page.description and metas.get("description") != page.description:
        yield _finding("document-description", "The document's description is not the page's.")
    if metas.get("og:title") is None:
        yield _finding("open-graph", "Previews of links have no title.", severity="warning")


def _structured_data(page: Page, document: Document) -> Iterator[Finding]:
    blocks = [tag for tag in document.named("script") if tag.get("type") == "application/ld+json"]
    if not blocks:
        yield _finding("structured-data", "There is no structured data.", severity="warning")
    questions: list[str] = []
    for block in blocks:
        try:
            data = msgspec.json.decode("".join(child.data for child in block.node.children))
        except msgspec.DecodeError:
            yield _finding("structured-data", "The structured data is not JSON.")
            continue
        questions += _questions(data)
        if isinstance(data, dict) and "schema.org" not in str(data.get("@context")):
            yield _finding("structured-data", "The structured data does not name its vocabulary.")
    asked = {" ".join(item.question.split()) for faq in page.sections if isinstance(faq, Faq) for item in faq.items}
    if not {" ".join(question.split()) for question in questions} <= asked:
        yield _finding("structured-data", "The structured data has questions that the page does not have.")


def _questions(data: Any) -> list[str]:
    """The names of all `Question`s in it."""
    if isinstance(data, list):
        return [name for entry in data for name in _questions(entry)]
    if not isinstance(data, dict):
        return []
    own = [str(data.get("name"))] if data.get("@type") == "Question" else []
    return own + [name for entry in data.values() for name in _questions(entry)]


def _finding(rule: str, message: str, path: str = "index.html", severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="seo", severity=severity, message=message, path=path)
