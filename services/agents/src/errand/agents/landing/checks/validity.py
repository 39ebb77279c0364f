"""Whether the files are HTML and CSS as their standards have it, and hold a whole page."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2  # type: ignore[import-untyped]

from errand.agents.landing.checks.document import Document, Tag
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Files

_MAX_PARSE_ERRORS = 20
_INTERACTIVE = frozenset({"a", "button", "input", "select", "textarea", "label", "summary"})
# What a template leaves behind where it had no value.
_PLACEHOLDERS = frozenset({"none", "null", "undefined", "nan", "[object object]"})
_MAX_PLACEHOLDER = 40  # with the space around it
_LEFTOVERS = ("{{", "}}", "{%", "%}", "lorem ipsum")


def files_are_there(files: Files) -> Iterator[Finding]:
    for path in ("index.html", "styles.css"):
        if path not in files or not files[path].content.strip():
            yield _finding("missing-file", f"The page has no {path}.", path)


def html_parses(document: Document) -> Iterator[Finding]:
    for error in document.errors[:_MAX_PARSE_ERRORS]:
        yield _finding("parse-error", f"{error.message} ({error.code}).", f"index.html:{error.line}:{error.column}")


def ids_are_unique(document: Document) -> Iterator[Finding]:
    for id_, tags in document.ids.items():
        if len(tags) > 1:
            yield _finding("duplicate-id", f"{len(tags)} elements have the id “{id_}”.", "index.html", tags[1].section)


def controls_are_not_nested(document: Document) -> Iterator[Finding]:
    for tag in document.named("a", "button", "input", "select", "textarea"):
        outer = next((parent.name for parent in tag.ancestors if parent.name in _INTERACTIVE), None)
        if outer and outer != "label":
            yield _finding("nested-control", f"A <{tag.name}> is inside of a <{outer}>.", "index.html", tag.section)


def all_code_is_in_files(document: Document) -> Iterator[Finding]:
    """What is published comes with a policy under which browsers ignore inline code."""
    for tag in document.tags:
        script = tag.name == "script" and not tag.get("src") and tag.get("type") != "application/ld+json"
        style = tag.name == "style" or "style" in tag.attributes
        if script or style or any(name.startswith("on") for name in tag.attributes):
            yield _finding("inline-code", f"A <{tag.name}> has inline code.", "index.html", tag.section)


def nothing_of_the_templates_is_left(document: Document, copy: str) -> Iterator[Finding]:
    """`copy` is all text of the page: what stands there is not a template's leftover."""
    values = [(tag, value) for tag in document.tags for value in _values(tag)]
    everything = "\n".join(value for _, value in values).lower()
    marks = [mark for mark in _LEFTOVERS if mark in everything and mark not in copy.lower()]
    for tag, value in values:
        if _is_leftover(value, copy, marks):
            yield _finding("leftover", f"“{value.strip()[:40]}” stands on the page.", "index.html", tag.section)


def css_parses(css: str) -> Iterator[Finding]:
    for before, sheet in sheets(css):
        for line, message in _css_errors(sheet):
            yield _finding("css-error", f"{message}.", f"styles.css:{before + line}")


def sheets(css: str) -> Iterator[tuple[int, str]]:
    """The parts of a stylesheet that can be read by themselves, with the number of the line before each.

    Pages share most of theirs, one to a line: what is found out about a part is worth remembering.
    """
    lines = css.split("\n")
    if all(line.count("{") == line.count("}") for line in lines):
        yield from enumerate(lines)
    else:
        yield 0, css


def stylesheet(css: str) -> list[Any]:
    """The rules of a stylesheet."""
    rules: list[Any] = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return rules


@lru_cache(maxsize=256)
def _css_errors(sheet: str) -> tuple[tuple[int, str], ...]:
    return tuple(_errors(stylesheet(sheet)))


def _errors(rules: list[Any]) -> Iterator[tuple[int, str]]:
    for rule in rules:
        if rule.type == "error":
            yield rule.source_line, rule.message
        elif rule.type == "declaration":
            yield from _errors([token for token in rule.value if token.type == "error"])
        elif rule.type in ("qualified-rule", "at-rule"):
            yield from _errors([token for token in rule.prelude if token.type == "error"])
            yield from _errors(
                tinycss2.parse_blocks_contents(rule.content or [], skip_comments=True, skip_whitespace=True)
            )


def _values(tag: Tag) -> list[str]:
    """What the tag's attributes and its own texts say."""
    if tag.name in ("script", "style"):
        return []
    values = [value for value in tag.attributes.values() if value]
    if tag.node:
        values += [child.data for child in tag.node.children or () if child.name == "#text" and child.data]
    return values


def _is_leftover(value: str, copy: str, marks: list[str]) -> bool:
    if len(value) < _MAX_PLACEHOLDER and value.strip().lower() in _PLACEHOLDERS:
        return value.strip() not in copy
    return bool(marks) and any(mark in value.lower() for mark in marks)


def _finding(rule: str, message: str, path: str, section: str | None = None, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="html", severity=severity, message=message, path=path, section=section)
