"""Pages as files: HTML, a stylesheet, a small script, and what search engines ask for."""

import msgspec

from errand.agents.landing import tokens
from errand.agents.landing.page import File, Files, Page
from errand.agents.landing.rendering import crawlers, documents, stylesheets
from errand.agents.landing.rendering.resources import text

__all__ = ["render"]

_CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
}


def render(page: Page, base_url: str) -> Files:
    """The files by their paths. Equal pages give equal bytes.

    `base_url` is where they will be: absolute or from the root, and ends with a slash.
    """
    computed = tokens.compute(page.design)
    contents = {
        "index.html": documents.write(page, computed, base_url).encode(),
        "styles.css": stylesheets.write(page, computed).encode(),
        "page.js": text("page.js").encode(),
        "tokens.json": msgspec.json.format(msgspec.json.encode(tokens.dtcg(computed))),
        "sitemap.xml": crawlers.sitemap(base_url).encode(),
        "robots.txt": crawlers.robots(base_url).encode(),
    }
    return {
        path: File(path=path, content=content, content_type=_CONTENT_TYPES[path.rpartition(".")[2]])
        for path, content in contents.items()
    }
