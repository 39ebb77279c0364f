"""What is wrong with a model's sentences, whatever they are about."""

import re
import unicodedata
from collections.abc import Iterator
from typing import get_args

from errand.incidents.analysis.report import Findings, IncidentType
from errand.incidents.narration.redaction import reveals
from errand.incidents.narration.sources import Sources, hosts

_MARKUP = re.compile(
    r"</?[A-Za-z!][^>\n]{0,200}>?|&(?:#x?[0-9a-f]{1,6}|[a-z]{2,8});|`|\*\*|__|\[[^\]\n]{0,200}\]\("
    r"|^[ \t]{0,3}(?:#{1,6} |>|\|)|^[ \t]*(?:-{3,}|={3,}|~{3,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\b(?:mailto|javascript|data|tel):(?=\S)", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|bypass)(?: \w{1,20}){0,4}? "
    r"(?:instructions?|prompts?|guidelines|(?:the )?(?:above|previous|prior))\b"
    r"|\b(?:system prompt|prompt injection|jailbreak|developer mode|language model|as an ai|ai assistant)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"\b(low|medium|high|critical)[ -]severity\b"
    r"|\bseverity(?:[ :=]{1,3}|(?:\s(?:level|is|was|has|been|now|remains|stays|set|rated|assessed|classified|changed"
    r"|raised|lowered|reduced|downgraded|as|to|of)){1,5}\s)[\"“']?"
    r"(low|medium|high|critical)\b",
    re.IGNORECASE,
)
_TYPES = "|".join(get_args(IncidentType))
_TYPE = re.compile(rf"\b({_TYPES})[ -](?:incident|type)\b|\btype(?: is|:) ({_TYPES})\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bNo)(?<!\bno)[.!?][\"”')]?\s+(?=[A-Z“\"])")
_WORD = re.compile(r"\w+")
# Fewer words in a row are said by chance.
_RUN = 8
_SHOWN = 5
_MIN_KEY = 8


class Prose:
    """Judged by its sources, by the findings, and by what no answer may hold: a key and our own instructions."""

    def __init__(self, sources: Sources, findings: Findings, instructions: str, key: str) -> None:
        self._sources = sources
        self._severity = findings.assessment.severity.casefold()
        self._type = findings.classification.incident_type.casefold()
        self._instructions = set(_runs(instructions))
        self._key = _bare(key)

    def faults(self, text: str, most: int) -> Iterator[str]:
        """Sentences for the model to mend it by."""
        if not text.strip():
            yield "It is empty."
        if len(text) > most:
            yield f"It has {len(text)} characters; {most} are allowed."
            return
        if _MARKUP.search(text) or any(map(_is_invisible, text)):
            yield "It has Markdown, HTML, code or invisible characters in it: write plain text."
        yield from self._contradictions(text)
        if betrayals := list(self.betrayals(text)):
            yield from betrayals
        else:
            yield from self._strangers(text)

    def betrayals(self, text: str) -> Iterator[str]:
        """Faults of an answer that obeys somebody else: none of it is to be used."""
        if _LINK.search(text):
            yield "It has a link in it."
        if reveals(text):
            yield "It has something in it that looks like an address, a telephone number or a secret."
        if _ORDER.search(text):
            yield "It speaks of instructions or of a model: write about the incident alone."
        if not self._instructions.isdisjoint(_runs(text)):
            yield "It repeats its instructions."
        if len(self._key) >= _MIN_KEY and self._key in _bare(text):
            yield "It has something in it that looks like a key."

    def _strangers(self, text: str) -> Iterator[str]:
        """Of a text that betrays nothing: what is found is shown, to the model and maybe to the user."""
        if found := list(dict.fromkeys(self._sources.strangers(text)))[:_SHOWN]:
            yield f"The report and the findings do not name these: {', '.join(name[:40] for name in found)}."

    def _contradictions(self, text: str) -> Iterator[str]:
        if any((match[1] or match[2]).casefold() != self._severity for match in _LEVEL.finditer(text)):
            yield f"The severity is {self._severity.title()}."
        if any((match[1] or match[2]).casefold() != self._type for match in _TYPE.finditer(text)):
            yield f"The type of the incident is {self._type}."


def has_more_sentences(text: str, most: int) -> bool:
    return len(_SENTENCE.findall(text)) >= most


def names_host(text: str) -> bool:
    return any(hosts(text))


def _is_invisible(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in _INVISIBLE


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return (tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
