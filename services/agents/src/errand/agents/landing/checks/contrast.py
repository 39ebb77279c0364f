"""Whether what is written can be told from what it is written on, by the ratios of WCAG 2.2 AA."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2  # type: ignore[import-untyped]

from errand.agents.landing import tokens
from errand.agents.landing.checks.findings import Finding, Severity
from errand.agents.landing.checks.validity import sheets, stylesheet
from errand.agents.landing.page import Page

_VARIABLE = re.compile(r"var\(\s*--([\w-]+)\s*\)")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_TEXT = 4.5
# The same colour on itself is not meant to be read.
_SAME = 1.0


def check_contrast(page: Page, css: str) -> Iterator[Finding]:
    computed = tokens.compute(page.design)
    for theme in ("light", "dark"):
        if page.design.theme in (theme, "auto"):
            colours: Mapping[str, str] = getattr(computed, theme)
            yield from _pairs(theme, colours)
            yield from _rules(theme, colours, css)
    for moved in computed.adjustments:
        message = (
            f"{moved.token} {moved.given} reaches {moved.ratio_before:.2f}:1 on {moved.against} ({moved.theme}); "
            f"{moved.used} is used, with {moved.ratio_after:.2f}:1."
        )
        yield _finding("contrast-adjusted", message, f"tokens.{moved.theme}.{moved.token}", "warning")


def _pairs(theme: str, colours: Mapping[str, str]) -> Iterator[Finding]:
    for ink, paper, minimum in tokens.PAIRS:
        ratio = tokens.contrast(colours[ink], colours[paper])
        if ratio < minimum:
            message = f"{ink} on {paper} is {ratio:.2f}:1 in the {theme} theme, {minimum}:1 is needed."
            yield _finding("contrast", message, f"tokens.{theme}.{ink}")


def _rules(theme: str, colours: Mapping[str, str], css: str) -> Iterator[Finding]:
    """The rules that set both colours at once."""
    for before, painted in ((before, painted) for before, sheet in sheets(css) for painted in _painted(sheet)):
        ink, paper = _resolved(painted.ink, colours), _resolved(painted.paper, colours)
        if ink and paper and _SAME < (ratio := tokens.contrast(ink, paper)) < _TEXT:
            message = f"{painted.selector} writes {ink} on {paper}, {ratio:.2f}:1, in the {theme} theme."
            yield _finding("css-contrast", message, f"styles.css:{before + painted.line}", "warning")


class _Painted(NamedTuple):
    selector: str
    line: int
    ink: str
    paper: str


@lru_cache(maxsize=256)
def _painted(sheet: str) -> tuple[_Painted, ...]:
    rules = [(rule, _declared(rule.content)) for rule in stylesheet(sheet) if rule.type == "qualified-rule"]
    return tuple(
        _Painted(tinycss2.serialize(rule.prelude).strip(), rule.source_line, declared["color"], paper)
        for rule, declared in rules
        if (paper := declared.get("background-color") or declared.get("background")) and "color" in declared
    )


def _declared(content: list[Any]) -> dict[str, str]:
    entries = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return {
        entry.lower_name: tinycss2.serialize(entry.value).strip() for entry in entries if entry.type == "declaration"
    }


def _resolved(value: str, colours: Mapping[str, str]) -> str | None:
    variable = _VARIABLE.fullmatch(value)
    colour = colours.get(variable[1], "") if variable else value
    return colour if _HEX.fullmatch(colour) else None


def _finding(rule: str, message: str, path: str, severity: Severity = "error") -> Finding:
    return Finding(rule=rule, group="contrast", severity=severity, message=message, path=path)
