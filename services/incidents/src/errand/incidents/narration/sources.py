"""Which identifiers and numbers a text names that its sources do not.

A model is told to make nothing up; this is how it is found out. What is compared are words with a digit in them, as
`MSKU1234565`, `INC-4711`, `08:15` or `1,200`, without regard to case and separators, and the names of vessels and of
hosts. A single digit says too little to be held against anybody.
"""

import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(r"[^\W_]+(?:[-._:/+#][^\W_]+)*")
_SEPARATORS = re.compile(r"[-_:/+#]")
_PARTS = re.compile(r"[-._:/+#]")
_MOMENT = re.compile(
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}"
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_MINUTE = re.compile(r"[0-9]{1,2}:[0-9]{2}")
# `UN 1203` is `UN1203`, and `30min` is 30.
_APART = re.compile(r"\b([A-Za-z]{1,6}) ?([0-9]{1,10})\b")
_WITH_UNIT = re.compile(
    r"([0-9]+)(?:ms|s|min|mins|h|hrs?|hours?|am|pm|z|utc|lt|x|k|m|km|ft|kg|t|c|f|kv|[kmgt]b|st|nd|rd|th)", re.IGNORECASE
)
_WITH_LETTERS = re.compile(r"[A-Za-z]{1,6}([0-9]+)")
_VESSEL = re.compile(r"\b(?:M/V|MV|M\.V\.|vessel|ship|feeder) [\"“']?([A-Z]\w{1,30})")
_HOST = re.compile(r"\b(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class Sources:
    def __init__(self, texts: Iterable[str]) -> None:
        text = "\n".join(texts)
        self._words = set(_WORD.findall(text.casefold()))
        self._hosts = set(map(str.casefold, hosts(text)))
        self._known = set(_known(text))

    def strangers(self, text: str) -> Iterator[str]:
        """What the sources do not name, as `text` writes it."""
        plain = _THOUSANDS.sub("", text)
        for token in _tokens(plain):
            if not self._names(token):
                yield token
        for match in _VESSEL.finditer(text):
            if match[1].casefold() not in self._words:
                yield match[1]
        for host in hosts(text):
            if host.casefold() not in self._hosts:
                yield host

    def _names(self, token: str) -> bool:
        if self._knows(token):
            return True
        pairs = (token.split(separator) for separator in "/-" if token.count(separator) == 1)
        if any(all(self._knows(side) for side in pair) for pair in pairs):
            return True  # `15-30` or `C4/C5`
        parts = _numbered_parts(token)
        plain = token[0].isdigit() or token == token.lower()
        return plain and len(parts) == 1 and self._knows(parts[0])  # `45-minute`, but not `INC-45`

    def _knows(self, token: str) -> bool:
        number = _without_unit(token)
        return _normal(token) in self._known or len(number) == 1 or _normal(number) in self._known


def hosts(text: str) -> Iterator[str]:
    """What names something on the network, as `edi.port.example`."""
    return (match[0] for match in _HOST.finditer(text))


def _known(text: str) -> Iterator[str]:
    plain = _THOUSANDS.sub("", text)
    for token in _tokens(plain, least=1):
        yield _normal(token)
        for part in _numbered_parts(token):
            named = _WITH_LETTERS.fullmatch(part)
            yield from map(_normal, (part, _without_unit(part), named[1] if named else part))
    yield from (_normal(match[0]) for match in _MOMENT.finditer(plain))
    yield from (_normal(match[0]) for match in _MINUTE.finditer(plain))
    yield from (_normal(match[1] + match[2]) for match in _APART.finditer(plain))


def _tokens(text: str, least: int = 2) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        if len(match[0]) >= least and _has_digit(match[0]):
            yield match[0]


def _numbered_parts(token: str) -> list[str]:
    """Those that have a digit; a moment is not taken apart."""
    return [token] if _MOMENT.fullmatch(token) else [part for part in _PARTS.split(token) if _has_digit(part)]


def _without_unit(part: str) -> str:
    match = _WITH_UNIT.fullmatch(part)
    return match[1] if match else part


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _normal(token: str) -> str:
    return _SEPARATORS.sub("", token.casefold()).lstrip("0") or "0"
