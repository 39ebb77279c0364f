"""Pages as HTML, and what is in it."""

from justhtml import JustHTML
from msgspec.structs import replace

from errand.agents.landing.page import AnySection, Page
from errand.agents.landing.rendering import render

URL = "https://pages.example/p/sample/"
Node = dict[str, str]


def page_of(*sections: AnySection, **facts: object) -> Page:
    return replace(Page(name="Sample", title="Sample", sections=list(sections)), **facts)


def html_of(page: Page, url: str = URL) -> str:
    return render(page, url)["index.html"].content.decode()


def nodes(html: str, selector: str) -> list[Node]:
    """The attributes of what the selector finds, and its text."""
    found = JustHTML(html, sanitize=False).query(selector)
    attributes = [{name: value or "" for name, value in (node.attrs or {}).items()} for node in found]
    return [own | {"text": node.to_text()} for own, node in zip(attributes, found, strict=True)]
