"""A message as clauses, each with one thing to do."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from errand.agents.landing.edits.vocabulary import TOKEN, Lexicon, Match, lexicon

MAX_LENGTH = 20_000
_MAX_HEAD = 30
_MAX_SKIPPED = 10
_MAX_PAIRED = 60
_FEW_WORDS = 3
_CHANGES = ("tones", "effects", "themes", "colour names", "layouts", "shapes", "sizes", "needs", "places")
_AFTER_CHANGE = frozenset({"to", "say", "says", "read", "reads"})
_AFTER_SHOULD = frozenset({"say", "read", "be", "heißen", "lauten"})
_AFTER_VERBS = {
    **dict.fromkeys(("ändere", "ändern", "setze"), frozenset({"zu", "auf", "in"})),
    **dict.fromkeys(("cambia", "cambiar", "pon"), frozenset({"a", "por"})),
    **dict.fromkeys(("remplace", "modifie"), frozenset({"par", "en"})),
    "replace": frozenset({"with", "by", "to"}),
}
_CLOSING = {'"': '"', "“": "”", "„": "“”", "«": "»", "”": "”", "\u2018": "\u2019", "'": "'", "`": "`"}
_APOSTROPHES = "'\u2019\u2018"
_CONTRACTIONS = frozenset({"it's", "let's", "that's", "there's", "here's", "what's", "who's", "she's", "he's"})
_ENDS = frozenset(".!?;\n")
# Control characters, halves of characters, overrides of direction, and our own marks.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff\u202a-\u202e\u2066-\u2069\ue000\ue001]")
_HELD = re.compile(r"\ue000(\d+)\ue001")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|data:)[^\s\ue000\"“”»<>]+|(?<!\w)#[a-z][\w-]{0,63}(?![\w-])")
_FUNCTION = re.compile(r"\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\([^()\n]{1,60}\)")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3}|[0-9a-fA-F]{8})(?![\w-])")


class Clause(NamedTuple):
    """`words` in lower case, `original` as they were written, `held` the quotes and addresses by their marks."""

    words: tuple[str, ...]
    original: tuple[str, ...]
    held: Sequence[str]
    asks: bool

    def find(self, name: str) -> list[Match]:
        return list(lexicon(name).find(self.words))

    def says(self, name: str) -> bool:
        return any(lexicon(name).find(self.words))

    def first(self, name: str) -> str | None:
        return next((match.value for match in lexicon(name).find(self.words)), None)

    def quote(self, place: int) -> str | None:
        """What the word at this place holds."""
        mark = _HELD.fullmatch(self.words[place])
        return self.held[int(mark[1])] if mark else None

    @property
    def quotes(self) -> list[tuple[int, str]]:
        return [(place, text) for place in range(len(self.words)) if (text := self.quote(place)) is not None]

    def text(self, start: int = 0, end: int | None = None) -> str:
        """As it was written, its quotes included."""
        return _spaced(self.quote(place) or self.original[place] for place in range(len(self.words))[start:end])


def clauses(message: str) -> Iterator[Clause]:
    marked, held = _hold(message)
    return (clause for sentence in _sentences(marked, held) for clause in _parts(sentence))


def _hold(message: str) -> tuple[str, list[str]]:
    """The message with each quote, address and colour function replaced by a mark."""
    held: list[str] = []

    def mark(text: str) -> str:
        held.append(text.strip())
        return f" \ue000{len(held) - 1}\ue001 "

    text = _quoted(_NO_TEXT.sub("", message[:MAX_LENGTH]), mark)
    text = _ADDRESS.sub(lambda found: found[0] if _HEX.fullmatch(found[0]) else mark(found[0].rstrip(".,;!?)")), text)
    return _FUNCTION.sub(lambda found: mark(found[0]), text), held


def _quoted(text: str, mark: object) -> str:
    assert callable(mark)
    parts: list[str] = []
    place, unclosed = 0, set[str]()
    while (opening := _opening(text, place)) is not None:
        closing = -1 if text[opening] in unclosed else _closing(text, opening)
        if closing < 0:
            unclosed.add(text[opening])
            parts.append(text[place : opening + 1])
            place = opening + 1
        else:
            parts += [text[place:opening], mark(text[opening + 1 : closing])]
            place = closing + 1
    return "".join([*parts, text[place:]])


_OPENINGS = re.compile("[" + "".join(_CLOSING) + "]")


def _opening(text: str, place: int) -> int | None:
    """Where a quote begins; an apostrophe is none."""
    for found in _OPENINGS.finditer(text, place):
        before = text[found.start() - 1] if found.start() else " "
        if found[0] not in _APOSTROPHES or not before.isalnum():
            return found.start()
    return None


def _closing(text: str, opening: int) -> int:
    closers = _CLOSING[text[opening]]
    if text[opening] == '"' or text[opening] == "“":
        closers = '"”'
    if text[opening] not in _APOSTROPHES:
        return min((at for closer in closers if (at := text.find(closer, opening + 1)) >= 0), default=-1)
    at = text.find(closers, opening + 1)
    while 0 <= at < len(text) - 1 and text[at + 1].isalnum():
        at = text.find(closers, at + 1)
    return at


def _sentences(text: str, held: list[str]) -> Iterator[Clause]:
    tokens = [*TOKEN.finditer(text.replace("-", " ").replace("\u2011", " "))]
    lines = _line_ends(tokens)
    start = place = 0
    while place < len(tokens):
        token, end = tokens[place][0], lines[place]
        written = (
            text[tokens[place].end() : tokens[end - 1].end()]
            if token == ":" and place < start + _MAX_HEAD
            else "\ue000"
        )
        if written[:1].isspace() and "\ue000" not in written and _dictated(tokens, start, place, end):
            held.append(written.strip())
            yield _clause([*(word[0] for word in tokens[start:place]), f"\ue000{len(held) - 1}\ue001"], held)
            start, place = end, end - 1
        elif _goes_on(tokens, start, place):
            pass
        elif token in _ENDS and not (token != "?" and place + 1 < len(tokens) and _HELD.match(tokens[place + 1][0])):
            yield from _sentence(text, tokens[start:place], held, asks=token == "?")
            start = place + 1
        place += 1
    yield from _sentence(text, tokens[start:], held)


def _goes_on(tokens: Sequence[re.Match[str]], start: int, place: int) -> bool:
    """Whether a full stop stands inside of a text that somebody dictates: what follows is nothing to do."""
    if tokens[place][0] != "." or not 0 < place - start < _MAX_HEAD or place + 1 >= len(tokens):
        return False
    head = tuple(_lower(token[0]) for token in tokens[start:place])
    rest = tuple(_lower(token[0]) for token in tokens[place + 1 :][:_MAX_HEAD])
    if _told(head) is None or rest[0] == "\n":
        return False
    return _starts(rest, "verbs") is None and lexicon("politeness").at(rest, 0) is None


def _line_ends(tokens: Sequence[re.Match[str]]) -> list[int]:
    """Of each token, the place where its line ends."""
    ends, end = [], len(tokens)
    for place in range(len(tokens) - 1, -1, -1):
        end = place if tokens[place][0] == "\n" else end
        ends.append(end)
    return ends[::-1]


def _dictated(tokens: Sequence[re.Match[str]], start: int, colon: int, line: int) -> bool:
    """Whether what follows the colon, up to the end of its line, is a text and not something else to do."""
    head = tuple(_lower(token[0]) for token in tokens[start : min(colon, start + _MAX_HEAD)])
    takes_text = any(any(lexicon(name).find(head)) for name in ("items", "fields", "actions", "sections"))
    return line > colon + 1 and takes_text and _starts(head, "verbs") is not None and len(head) < _MAX_HEAD


def _sentence(text: str, tokens: Sequence[re.Match[str]], held: list[str], asks: bool = False) -> Iterator[Clause]:
    if not tokens:
        return
    words = [token[0] for token in tokens]
    if (tail := _told(tuple(map(_lower, words)))) is not None:
        held.append(_completed(text[tokens[tail].start() : tokens[-1].end()].strip(), asks))
        words = [*words[:tail], f"\ue000{len(held) - 1}\ue001"]
    yield _clause(words, held, asks)


def _completed(text: str, asks: bool) -> str:
    """With the end that is no longer there: of a question, or of the last of several sentences."""
    asks = asks and any(match.start == 0 for match in lexicon("questions").find(tuple(map(_lower, text.split()[:2]))))
    return f"{text}?" if asks else f"{text}." if ". " in text else text


def _told(text: tuple[str, ...]) -> int | None:
    """Where the new text begins in “change the headline to Automate everything”, which nobody has quoted."""
    connectors = _connectors(text)
    if not connectors or any(_HELD.match(word) for word in text):
        return None
    renames = "rename" in text[:_MAX_SKIPPED]
    tables = ("fields", "actions", *(("items", "sections") if renames else ()))
    named = [match.end for name in tables for match in lexicon(name).find(text)]
    places = range(min(named, default=len(text)), len(text))
    to = next((place for place in places if text[place] in connectors), len(text))
    tail = text[to + 1 :]
    if not tail or tail[0].startswith("#") or tail[0] in ("be", "something", "match"):
        return None
    changes = () if renames or len(tail) > _FEW_WORDS else _CHANGES
    return None if any(any(lexicon(name).find(text)) for name in (*changes, "links_to", "colours", "fonts")) else to + 1


def _connectors(text: Sequence[str]) -> frozenset[str]:
    """What a new text stands after: “to”, or “read” where it is said what should be."""
    if _starts(text, "verbs") == "change":
        first = text[_skip(text, 0, lexicon("politeness"))]
        return _AFTER_VERBS.get(first, _AFTER_CHANGE)
    return _AFTER_SHOULD if any(lexicon("should").find(text[:_MAX_HEAD])) else frozenset()


def _starts(text: Sequence[str], name: str) -> str | None:
    place = _skip(text, 0, lexicon("politeness"))
    match = lexicon(name).at(text, place) if place < len(text) else None
    return match.value if match else None


def _clause(words: Sequence[str], held: list[str], asks: bool = False) -> Clause:
    return Clause(tuple(map(_lower, words)), tuple(words), held, asks)


def _lower(word: str) -> str:
    """As the vocabulary has it, and without a possessive: “feature” for “Feature's”."""
    lower = word.lower().replace("\u2019", "'")
    return lower if lower in _CONTRACTIONS else lower.removesuffix("'s")


def _parts(sentence: Clause) -> Iterator[Clause]:
    """Cut where the next thing to do begins: before a verb that follows a comma or an “and”."""
    links, verbs, polite = lexicon("links"), lexicon("verbs"), lexicon("politeness")
    start = 0
    for place in range(1, len(sentence.words)):
        if place <= start or (sentence.words[place] != "," and links.at(sentence.words, place) is None):
            continue
        after = _skip(sentence.words, place + 1, links, polite)
        if after >= len(sentence.words):
            continue
        if (
            _dictates_next(sentence.words, place, after)
            or verbs.at(sentence.words, after)
            or _are_pair(sentence.words[start:place], sentence.words[after:])
        ):
            yield _cut(sentence, start, place)
            start = after
    yield _cut(sentence, start, len(sentence.words))


def _dictates_next(text: Sequence[str], place: int, after: int) -> bool:
    """Whether a quote ends and the next field begins: “…” and the intro “…”."""
    if _HELD.match(text[place - 1]) is None:
        return False
    start = _skip(text, after, lexicon("determiners"))
    return start < len(text) and lexicon("fields").at(text, start) is not None


def _are_pair(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether each says of a section what it should be: “the hero shorter” and “the faq longer”."""
    if len(left) + len(right) > _MAX_PAIRED:
        return False
    named = all(any(lexicon("sections").find(side)) for side in (left, right))
    return named and all(any(any(lexicon(name).find(side)) for name in ("effects", "tones")) for side in (left, right))


def _skip(text: Sequence[str], place: int, *lexicons: Lexicon) -> int:
    end = min(len(text), place + _MAX_SKIPPED)
    while place < end:
        match = next((found for each in lexicons if (found := each.at(text, place))), None)
        if match is None and text[place] != ",":
            return place
        place = match.end if match else place + 1
    return place


def _cut(sentence: Clause, start: int, end: int) -> Clause:
    return sentence._replace(words=sentence.words[start:end], original=sentence.original[start:end])


def _spaced(parts: Iterator[str]) -> str:
    return re.sub(r"\s+([,.:;!?%)])", r"\1", " ".join(parts)).strip()
