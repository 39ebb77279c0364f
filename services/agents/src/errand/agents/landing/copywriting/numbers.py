"""Numbers that a brief states in passing, with what they count."""

import re

from errand.agents.landing.copywriting.words import is_time
from errand.agents.landing.page import Stat
from errand.agents.landing.planning.contents import NUMBER

_BREAK = re.compile(
    r"[.;:!?\u061f\u060c\u061b,()\n\d$€£]"
    r"|\s(?:and|or|in|for|by|with|at|on|over|under|from|since|to|per|while|when|who|that"
    r"|und|oder|für|von|mit|bei|pro|ab|seit|im|um|et|ou|en|pour|par|dès|avec|y|o|para|por|desde|con)(?=\s|$)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?P<label>[^.;:!?,()\n\d]+?)\s+(?:by|of|um|de|del)\s*$", re.IGNORECASE)
_MAX_WORDS = 6
_MAX_TEXT = 400
_MAX_STATS = 6


def stats(texts: list[str]) -> list[Stat]:
    """Each with the words that follow its number, or that lead to it: `38%`, `Cut cloud spend`."""
    found = [stat for text in texts for stat in _in_text(text[:_MAX_TEXT])]
    return list({stat.value: stat for stat in reversed(found)}.values())[::-1][:_MAX_STATS]


def _in_text(text: str) -> list[Stat]:
    found = [(match[0].rstrip(".,"), _label(text, match)) for match in NUMBER.finditer(text)]
    return [Stat(value=value, label=label) for value, label in found if label and not _is_year(value)]


def _label(text: str, match: re.Match[str]) -> str:
    """Empty where the number counts nothing that is named, or time alone."""
    after = "" if match[0][-1] in ".," else _BREAK.split(text[match.end() :], maxsplit=1)[0]
    words = after.split()
    before = _BEFORE.search(text[: match.start()])
    if not words and before and not match[0].isdigit():
        words = before["label"].split()[-_MAX_WORDS:]
    is_named = bool(words) and words[0][0].isalpha() and not all(map(is_time, words))
    return " ".join(words[:_MAX_WORDS]) if is_named else ""


def _is_year(value: str) -> bool:
    return value.isdigit() and 1900 <= int(value) <= 2100
