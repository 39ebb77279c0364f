"""Which addresses may stand in an attribute. What is not among them is shown as text."""

import re
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from msgspec import Struct

_LINK = re.compile(r"(https?|mailto|tel):.", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|avif|svg\+xml)[;,]", re.IGNORECASE)
_RELATIVE = re.compile(r"(?!//)[^:]*([/?#].*)?", re.DOTALL)
_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")  # browsers skip some of these inside a scheme

_YOUTUBE_HOSTS = {"youtu.be", "youtube.com", "m.youtube.com", "youtube-nocookie.com"}
_YOUTUBE_ID = re.compile(r"^/(?:embed/|shorts/|live/|v/)?([\w-]{6,20})/?$")
_VIMEO_ID = re.compile(r"^/(?:video/)?(\d+)(?:/([0-9a-f]+))?/?$")


class Video(Struct, frozen=True):
    """`kind` says how it is shown: in a frame of its provider, played from its file, or as a link."""

    kind: Literal["frame", "file", "link"]
    src: str


def link(url: str | None) -> str | None:
    """The address for an `href`, or None where it could be more than an address."""
    url = (url or "").strip()
    if not url or _SPACE_OR_CONTROL.search(url):
        return None
    return url if _LINK.match(url) or _RELATIVE.fullmatch(url) else None


def picture(url: str | None) -> str | None:
    """The address for an image's `src`."""
    url = (url or "").strip()
    if _PICTURE.match(url):
        return url
    address = link(url)
    return None if address is None or address.startswith(("#", "mailto:", "tel:")) else address


def video(url: str | None) -> Video | None:
    address = link(url)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if frame := _frame(parts):
        return Video("frame", frame)
    return Video("file" if parts.path.lower().endswith((".mp4", ".webm")) else "link", address)


def _frame(parts: SplitResult) -> str | None:
    """The player that sets no cookie before it is used."""
    host = (parts.hostname or "").removeprefix("www.")
    if host in _YOUTUBE_HOSTS:
        name = parse_qs(parts.query).get("v", [""])[0]
        found = _YOUTUBE_ID.match(f"/{name}" if name else parts.path)
        return f"https://www.youtube-nocookie.com/embed/{found[1]}" if found else None
    if host in ("vimeo.com", "player.vimeo.com") and (found := _VIMEO_ID.match(parts.path)):
        secret = f"&h={found[2]}" if found[2] else ""  # unlisted videos have one
        return f"https://player.vimeo.com/video/{found[1]}?dnt=1{secret}"
    return None
