"""Foreign text in Markdown: whatever it holds, it is read as text and as nothing else."""

import re
import unicodedata
from collections.abc import Sequence

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPECIAL = re.compile(r"[&<>\\`*_{}\[\]#|~$^]")
# Renderers make links of these without any brackets: "https://x", "www.x", "x.example".
_ADDRESS = re.compile(r"(?<=\S)[.:](?=//|[^\W\d_])")
_LIST_OR_RULE = re.compile(r"^(?:[-+=:]|[0-9]{1,9}(?=[.)]))")
_JOINERS = "\u200c\u200d"
# GitHub's renderer finds mail addresses after it has undone the escapes: only a character in between stops it.
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """One line of Markdown that shows the text, white space folded, even at the start of a block or in a cell."""
    line = " ".join("".join(filter(_visible, text)).split())
    line = _ADDRESS.sub(lambda match: f"\\{match[0]}", _SPECIAL.sub(_escape, line))
    line = line.replace("@", f"@{_WORD_JOINER}")
    return _LIST_OR_RULE.sub(lambda match: f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}", line)


def quoted(text: str) -> str:
    """The text as a block quote that keeps its lines and paragraphs."""
    paragraphs: list[list[str]] = [[]]
    for line in map(plain, text.splitlines()):
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n>\n".join(_paragraph(lines) for lines in paragraphs if lines)


def _paragraph(lines: Sequence[str]) -> str:
    return "> " + "\\\n> ".join(lines)


def _escape(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def _visible(character: str) -> bool:
    return (
        character.isspace()
        or character in _JOINERS
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
