"""Where a content is, within its storage."""

import re

_DIGEST = re.compile(r"[0-9a-f]{64}")


def address_of(digest: str) -> str:
    """`ab/abcd…`: a folder of a filesystem should not have a million files, and a new folder takes as long to get to
    the disk as a file. Raises ValueError for anything else than a SHA-256 in hex."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not the hex of a SHA-256")
    return f"{digest[:2]}/{digest}"
