"""Small operations on text that change its length or its case, never what it says."""

import re

# Not after the dots of “3 a.m. and later”.
_SENTENCE_END = re.compile(r"(?<=[.!?…\u061f\u3002\uff01\uff1f])\s+(?![a-z])")

_PART = re.compile(r":\s|\s[–—-]\s")


def one_line(text: str) -> str:
    return " ".join(text.split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut after a sentence where that keeps half of it, else after a word."""
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text) if limit // 2 <= match.start() <= limit]
    if ends:
        return text[: ends[-1]]
    cut = text[: limit - 1]
    word_end = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[: word_end if word_end > limit // 2 else None].rstrip(" ,;:–-(\u200d") + "…"


def parted(text: str, boundary: str, limit: int, least: int = 1, *, early: bool = False) -> tuple[str, str]:
    """At the last place within `limit` where what follows matches `boundary`, or `early` at the first; whole where
    there is none.

    What is left of a sentence has to stand for itself: `least` characters at least.
    """
    places = [match.start() for match in re.finditer(rf",?\s+(?={boundary})", text, re.IGNORECASE)]
    fit = [place for place in places if least <= place <= limit]
    if not fit:
        return text, ""
    place = fit[0 if early else -1]
    return text[:place], text[place:].lstrip(" ,")


def first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def rest_after_first(text: str) -> str:
    return text[len(first_sentence(text)) :].strip()


def sentence(text: str) -> str:
    """With an end, and without a second one."""
    return text if not text or text[-1] in ".!?…:\u061f\u3002\uff01\uff1f" else f"{text}."


def unended(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """For the middle of a sentence; an acronym or a name in capitals keeps them."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or len(first) == 1 else text[:1].lower() + text[1:]


def title_and_text(text: str, limit: int) -> tuple[str, str]:
    """Parted at a colon, a dash or a sentence; a title that never ends is cut, and kept whole as the text."""
    if len(text) <= limit and not _PART.search(text):
        return text, ""
    match = re.search(r":\s|\s[–—-]\s|(?<=[.!?])\s", text[: limit + 2])
    if match:
        return unended(text[: match.start()].strip()), capital(text[match.end() :].strip())
    return shorten(text, limit), text
