"""What no vendor gets to see and no model may write: e-mail addresses, telephone numbers, and what looks like a secret.

Every repetition is bounded, so that no text makes a search more than linear. What is taken out is the one group that
took part in a match, or all of it where there is none.
"""

import re
from collections.abc import Callable

EMAIL, PHONE, SECRET = "[e-mail]", "[phone]", "[secret]"

_NAME = (
    r"(?<![a-z])(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|pin(?: code)?"
    r"|(?:api|access|private|client)[ _-]?(?:key|secret|token))\b"
)
_GIVEN = re.compile(
    # `password: x`, `"token": "x"`, `PWD=x`; after "is" only what has a digit: "the token is expired" tells nothing.
    rf"{_NAME}[\"']?(?:\s{{0,3}}[:=]\s{{0,3}}[\"']?|\s{{1,3}}(?:is|was)\s{{1,3}}[\"']?(?=\S{{0,60}}[0-9]))"
    r"((?<=[\"'])[^\"'\n]{3,200}(?=[\"'])|[^\s\"',;“”]{3,200})"
    r"|\b(?:bearer|basic)\s{1,3}(?=\S{0,200}[0-9=])([\w.~+/=-]{8,2000})"
    r"|://([^\s/@:]{1,100}:[^\s/@]{1,100})@",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"
    r"|\bsk-[\w-]{8,200}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\b(?:gh[pousr]|github_pat)_\w{16,255}|\bxox[abeprs]-[\w-]{8,255}"
    r"|\beyJ[\w-]{5,2000}\.[\w-]{5,4000}(?:\.[\w-]{0,2000})?"
    r"|(?<!\w)(?=\w{0,64}[0-9])(?=\w{0,64}[A-Za-z])\w{32,256}(?!\w)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(
    # Not the plus signs of EDIFACT, nor a time zone.
    r"(?<![\w+:'])\+[1-9][0-9]{0,2}[ ()./-]{0,2}[0-9][0-9 ()./-]{4,16}[0-9](?!\w)"
    r"|(?<![\w-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}(?![\w-])"
    r"|\b(?:tel(?:ephone)?|phone|mobile|mob|cell|whatsapp|fax|contact|dial|hotline|hp)\b[ .:#]{0,3}"
    r"(?:(?:no|number|at|on|is)\b[ .:]{0,3})?(\(?[0-9][0-9 ()./-]{4,16}[0-9])(?!\w)",
    re.IGNORECASE,
)
_ENDS = ".:!?)"
# Shorter ones are words that occur elsewhere.
_MIN_REPEATED = 6


class Redaction:
    """Of one incident: a secret that its text gives away is taken out of whatever repeats it."""

    def __init__(self, text: str) -> None:
        found = {_value(match).rstrip(_ENDS) for pattern in (_GIVEN, _SHAPED) for match in pattern.finditer(text)}
        self._repeated = sorted((secret for secret in found if len(secret) >= _MIN_REPEATED), key=len, reverse=True)

    def redacted(self, text: str) -> str:
        text = redacted(text)
        for secret in self._repeated:
            text = text.replace(secret, SECRET)
        return text


def redacted(text: str) -> str:
    text = _GIVEN.sub(_with(SECRET), text)
    text = _SHAPED.sub(SECRET, text)
    text = _EMAIL.sub(EMAIL, text)
    return _PHONE.sub(_with(PHONE), text)


def reveals(text: str) -> bool:
    """Whether there is something to take out of what a model wrote, which may well speak of tokens and passwords."""
    given = (_value(match) for match in _GIVEN.finditer(text))
    shaped = any(pattern.search(text) for pattern in (_SHAPED, _EMAIL, _PHONE))
    return shaped or any(character.isdigit() for value in given for character in value)


def _value(match: re.Match[str]) -> str:
    return match[match.lastindex or 0]


def _with(mark: str) -> Callable[[re.Match[str]], str]:
    def replaced(match: re.Match[str]) -> str:
        group = match.lastindex or 0
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        return match[0][:start] + mark + match[0][end:]

    return replaced
