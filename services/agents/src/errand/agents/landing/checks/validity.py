"""Whether the files are HTML and CSS as their standards have it, and hold a whole page."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2  # type: ignore[import-untyped]

from errand.agents.landing.checks.document import Document
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.page import Files

_MAX_PARSE_ERRORS = 20
_INTERACTIVE = frozenset({"a", "button", "input", "select", "textarea", "label", "summary"})
# What a template leaves behind where it had no value.
_PLACEHOLDERS = frozenset({"none", "null", "undefined", "nan", "[object object]"})
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\blorem ipsum\b", re.IGNORECASE)


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
    for tag in document.tags:
        if tag.name in ("script", "style"):
            continue
        texts = [child.data for child in tag.node.children or () if child.name == "#text"]
        for value in [*tag.attributes.values(), *texts]:
            if value and _is_leftover(value, copy):
                yield _finding("leftover", f"“{value.strip()[:40]}” stands on the page.", "index.html", tag.section)


def css_parses(css: str) -> Iterator[Finding]:
    for line, message in _css_errors(css):
        yield _finding("css-error", f"{message}.", f"styles.css:{line}")


@lru_cache(maxsize=8)
def stylesheet(css: str) -> tuple[Any, ...]:
    """The rules of a stylesheet; the last few are remembered, since repairs mostly leave them as they are."""
    return tuple(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


@lru_cache(maxsize=8)
def _css_errors(css: str) -> tuple[tuple[int, str], ...]:
    return tuple(_errors(stylesheet(css)))


def _errors(rules: tuple[Any, ...] | list[Any]) -> Iterator[tuple[int, str]]:
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


def _is_leftover(value: str, copy: str) -> bool:
    if value.strip().lower() in _PLACEHOLDERS:
        return value.strip() not in copy
    found = _LEFTOVER.search(value)
    return found is not None and found[0] not in copy


def _finding(rule: str, message: str, path: str, section: str | None = None, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="html", severity=severity, message=message, path=path, section=section)
