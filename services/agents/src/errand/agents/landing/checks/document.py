"""A rendered page, parsed once for all rules."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple
from xml.etree import ElementTree

from justhtml import JustHTML, ParseError

from errand.agents.landing.page import Files

_DRAWING = re.compile(r'(?<=<svg )([^>]*aria-hidden="true"[^>]*>)(.*?)(?=</svg>)', re.DOTALL)
# What HTML and XML read alike.
_DRAWN = frozenset(
    {"circle", "defs", "ellipse", "g", "line", "linearGradient", "path", "polygon", "polyline", "radialGradient"}
    | {"rect", "stop", "use"}
)


class Tag(NamedTuple):
    """An element. `section` is the id of the page's section that it is in, `foreign` is what is inside of an svg."""

    name: str
    attributes: dict[str, str | None]
    node: Any
    parent: "Tag | None"
    section: str | None
    foreign: bool

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute) or ""

    @property
    def text(self) -> str:
        """What is read out; nothing for what a drawing is made of."""
        return " ".join("".join(_texts(self.node)).split())

    @property
    def ancestors(self) -> Iterator["Tag"]:
        tag = self.parent
        while tag is not None:
            yield tag
            tag = tag.parent


class Document:
    def __init__(self, html: str, css: str, script: str) -> None:
        self.html, self.css, self.script = html, css, script
        self.tags: list[Tag] = []
        parsed = JustHTML(_DRAWING.sub(self._take_drawing, html), sanitize=False, collect_errors=True)
        self.errors: list[ParseError] = parsed.errors
        _collect(parsed.root, None, None, False, self.tags)

    def _take_drawing(self, svg: re.Match[str]) -> str:
        """A decoration is most of many a page, and its strict XML is read in a tenth of the time."""
        try:
            drawing = ElementTree.fromstring(f"<svg>{svg[2]}</svg>")
        except ElementTree.ParseError:
            return svg[0]
        shapes = list(drawing.iter())[1:]
        if any(shape.tag not in _DRAWN or shape.text for shape in shapes):
            return svg[0]
        self.tags += [Tag(shape.tag, dict(shape.attrib), None, None, None, True) for shape in shapes]
        return svg[1]

    def named(self, *names: str) -> list[Tag]:
        return [tag for name in names for tag in self._by_name.get(name, ())]

    @cached_property
    def ids(self) -> dict[str, list[Tag]]:
        ids: dict[str, list[Tag]] = {}
        for tag in self.tags:
            if tag.get("id"):
                ids.setdefault(tag.get("id"), []).append(tag)
        return ids

    @cached_property
    def _by_name(self) -> dict[str, list[Tag]]:
        names: dict[str, list[Tag]] = {}
        for tag in self.tags:
            if not tag.foreign:
                names.setdefault(tag.name, []).append(tag)
        return names


def read(files: Files) -> Document:
    return Document(*(_content(files, path) for path in ("index.html", "styles.css", "page.js")))


def _content(files: Files, path: str) -> str:
    return files[path].content.decode() if path in files else ""


def _collect(node: Any, parent: Tag | None, section: str | None, foreign: bool, tags: list[Tag]) -> None:
    for child in node.children or ():
        if child.name.startswith(("#", "!")):
            continue
        own = child.attrs.get("id") if "data-section" in child.attrs else section
        tag = Tag(child.name, child.attrs, child, parent, own, foreign)
        tags.append(tag)
        if child.children:
            _collect(child, tag, own, foreign or child.name == "svg", tags)


def _texts(node: Any) -> Iterator[str]:
    for child in (node and node.children) or ():
        if child.name == "#text":
            yield child.data or ""
        elif child.name == "img":
            yield child.attrs.get("alt") or ""
        elif child.name not in ("script", "style") and child.attrs.get("aria-hidden") != "true":
            yield from _texts(child)
