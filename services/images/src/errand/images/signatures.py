"""URLs of files that hold by themselves, for a while: an `<img>` sends no token."""

import base64
import hashlib
import hmac
import time
from urllib.parse import quote
from uuid import UUID

from errand.images.domain import SignatureRefused

#: Below the API's root.
PATH = "/api/v1/images/files"


class Signatures:
    """Signs with `key_base64`. URLs are good for at least `lifetime_s` and at most twice as long; for `lifetime_s` the
    same one is given out, so that browsers find what they have."""

    def __init__(self, key_base64: str, *, lifetime_s: int, public_url: str = "") -> None:
        self._key = base64.b64decode(key_base64)
        self._lifetime_s = lifetime_s
        self._public_url = public_url

    def url(self, job_id: UUID, name: str) -> str:
        """Where the file is; a path where there is no `public_url`."""
        expires = (int(time.time()) // self._lifetime_s + 2) * self._lifetime_s
        signature = self._sign(job_id, name, expires)
        return f"{self._public_url}{PATH}/{job_id}/{quote(name)}?expires={expires}&signature={signature}"

    def check(self, job_id: UUID, name: str, expires: int | None, signature: str | None) -> None:
        """Raises SignatureRefused."""
        now = time.time()
        # What lies further ahead was not given out; nor is it to be spelled out, which takes long for a million digits.
        if expires is None or signature is None or not now <= expires <= now + 2 * self._lifetime_s:
            raise SignatureRefused
        if not hmac.compare_digest(self._sign(job_id, name, expires).encode(), signature.encode(errors="replace")):
            raise SignatureRefused

    def _sign(self, job_id: UUID, name: str, expires: int) -> str:
        digest = hmac.digest(self._key, f"{job_id}/{name}?{expires}".encode(errors="replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
