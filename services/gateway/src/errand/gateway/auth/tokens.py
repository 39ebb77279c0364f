"""Access tokens, which prove themselves, and refresh tokens, which the database knows by their hash.

A service token cannot pass for an access token: its audience is the service, its type is `JWT`. A refresh token is no
JWT at all.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from errand.common.identity import Principal, Verifier

AUDIENCE = "errand"
TYPE = "at+jwt"  # RFC 9068

_FAMILY_BYTES = 16
_SECRET_BYTES = 32


class AccessTokens:
    """EdDSA JWTs. Verifying one costs a dictionary look-up once it has been seen, and never the database."""

    def __init__(self, key: Ed25519PrivateKey, lifetime_s: int) -> None:
        self._key = key
        self._lifetime_s = lifetime_s
        self._verifier = Verifier(key.public_key(), AUDIENCE, type=TYPE)

    def issue(self, user_id: UUID) -> str:
        now = int(time.time())
        claims = {"sub": str(user_id), "aud": AUDIENCE, "iat": now, "exp": now + self._lifetime_s}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"typ": TYPE})

    def verify(self, token: str) -> Principal:
        """Raises TokenRefused."""
        return self._verifier.verify(token)

    def verify_until(self, token: str) -> tuple[Principal, float]:
        """Whose token it is, and until when, in Unix seconds. Raises TokenRefused."""
        return self._verifier.verify_until(token)


class RefreshTokens:
    """Opaque tokens: base64 of a family's id and a secret.

    The first secret is random; each next one is a MAC of the token before it. So the successor of a token can be
    given out twice, though no token is stored anywhere.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = hmac.digest(key.private_bytes_raw(), b"errand refresh token", "sha256")

    def first(self, family_id: UUID) -> str:
        return _join(family_id, secrets.token_bytes(_SECRET_BYTES))

    def successor(self, token: str, family_id: UUID) -> str:
        return _join(family_id, hmac.digest(self._key, token.encode(), "sha256"))


def family_of(token: str) -> UUID | None:
    """The family that a refresh token claims; None where it is not a refresh token."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return UUID(bytes=raw[:_FAMILY_BYTES]) if len(raw) == _FAMILY_BYTES + _SECRET_BYTES else None


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _join(family_id: UUID, secret: bytes) -> str:
    return base64.urlsafe_b64encode(family_id.bytes + secret).decode()
