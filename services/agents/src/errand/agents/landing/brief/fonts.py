"""Fonts as briefs name them: `General Sans for headings, Inter for body`."""

import re
from typing import Any

_PARTS = re.compile(r"[,;/+&\n]| and ", re.IGNORECASE)
_HEADING = re.compile(r"\b(?:head(?:ing|line)?s?|titles?|display)\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:body|text|paragraphs?|copy)\b", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:head(?:ing|line)?s?|titles?|display|body|text|paragraphs?|copy)\s*[:=]\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*(?:\b(?:for|as|in|on)\b.*|\([^)]*\))$", re.IGNORECASE)
_MAX_LENGTH = 2_000


def parse_fonts(value: Any) -> Any:
    """A sentence about fonts as `{heading, body}`; anything else as it is."""
    if isinstance(value, list) and all(isinstance(font, str) for font in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        return value
    fonts: dict[str, str] = {}
    for part in filter(str.strip, _PARTS.split(value[:_MAX_LENGTH])):
        name = _SUFFIX.sub("", _LABEL.sub("", part)).strip().strip("\"'")
        role = "body" if _BODY.search(part) and not _HEADING.search(part) else "heading"
        if not _HEADING.search(part) and not _BODY.search(part) and "heading" in fonts:
            role = "body"
        if name:
            fonts.setdefault(role, name)
    both = next(iter(fonts.values()), "")
    return {"heading": fonts.get("heading", both), "body": fonts.get("body", both)}
