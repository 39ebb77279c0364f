"""Addresses that a page may lead to or load."""

import re

_SPACE = re.compile(r"\s|[<>\"'\\`]")
_KNOWN = re.compile(r"(?:https?://[^/]|mailto:[^@]+@|tel:[+\d])", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:[/?#].*)?")
_EMAIL = re.compile(r"[^@/:]+@[\w-]+(?:\.[\w-]+)+")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]", re.IGNORECASE)
_MAX_LENGTH = 200_000


def link(text: str) -> str | None:
    """An address as a browser needs it; None for one that is none, or that runs as a script."""
    if len(text) < 2 or len(text) > _MAX_LENGTH or _SPACE.search(text):
        return None
    if text.startswith("//"):
        return f"https:{text}"
    if _KNOWN.match(text) or text[0] in "#/":
        return text
    if _EMAIL.fullmatch(text):
        return f"mailto:{text}"
    return f"https://{text}" if _DOMAIN.fullmatch(text) else None


def picture(text: str) -> str | None:
    if _PICTURE.match(text):
        return text if len(text) <= _MAX_LENGTH and not _SPACE.search(text) else None
    address = link(text)
    return address if address and not address.lower().startswith(("#", "mailto:", "tel:")) else None
