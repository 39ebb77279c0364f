"""Who calls: short-lived Ed25519 tokens that the gateway signs and a service verifies with the public key alone."""

import base64
import time
from uuid import UUID

import jwt
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from errand.common.errors import Unauthenticated

LIFETIME_S = 60
_RENEW_AT_S = 20
_CACHED_TOKENS = 10_000
# Clocks of two hosts differ; without leeway a service that is a second behind refuses every fresh token.
_LEEWAY_S = 5


class Principal(msgspec.Struct, frozen=True):
    """The user on whose behalf a request is made."""

    user_id: UUID


#: Nobody in particular, where that will do. Constant: what nobody in particular has done long ago is his too.
ANONYMOUS = Principal(UUID("a0000000-0000-8000-8000-000000000000"))


class TokenRefused(Unauthenticated):
    code = "token_refused"

    def __init__(self) -> None:
        super().__init__("The token is missing, malformed, expired or not meant for this service.")


def new_keys() -> tuple[str, str]:
    """A fresh (signing key, public key), each base64 of its 32 raw bytes."""
    key = Ed25519PrivateKey.generate()
    return _encode(key.private_bytes_raw()), _encode(key.public_key().public_bytes_raw())


class Signer:
    """Signs tokens for one audience at a time; hands the same token out again while it has a while to live."""

    def __init__(self, signing_key: str) -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(signing_key))
        self._tokens: dict[tuple[UUID, str], tuple[str, float]] = {}

    def public_key(self) -> str:
        return _encode(self.key.public_key().public_bytes_raw())

    def sign(self, user_id: UUID, audience: str) -> str:
        token, expires_at = self._tokens.get((user_id, audience), ("", 0.0))
        now = time.time()
        if expires_at - now > _RENEW_AT_S:
            return token
        if len(self._tokens) >= _CACHED_TOKENS:
            self._tokens.clear()
        expires_at = now + LIFETIME_S
        claims = {"sub": str(user_id), "aud": audience, "iat": int(now), "exp": int(expires_at)}
        token = jwt.encode(claims, self.key, algorithm="EdDSA")
        self._tokens[user_id, audience] = token, expires_at
        return token


class Verifier:
    """Verifies the tokens of one audience and one type (the header `typ`). A verified token is remembered until it
    expires."""

    def __init__(self, public_key: str | Ed25519PublicKey, audience: str, *, type: str = "JWT") -> None:
        if isinstance(public_key, str):
            public_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        self._key = public_key
        self._audience = audience
        self._type = type
        self._seen: dict[str, tuple[Principal, float]] = {}

    def verify(self, token: str) -> Principal:
        """Raises TokenRefused."""
        return self.verify_until(token)[0]

    def verify_until(self, token: str) -> tuple[Principal, float]:
        """Whom the token speaks for, and until when, in Unix seconds. Raises TokenRefused."""
        if token in self._seen:
            seen = self._seen[token]
            if seen[1] > time.time():
                return seen
            del self._seen[token]
        verified = self._decode(token)
        if len(self._seen) >= _CACHED_TOKENS:
            self._seen.clear()
        self._seen[token] = verified
        return verified

    def _decode(self, token: str) -> tuple[Principal, float]:
        try:
            decoded = jwt.decode_complete(
                token,
                self._key,
                algorithms=["EdDSA"],
                audience=self._audience,
                leeway=_LEEWAY_S,
                options={"require": ["sub", "aud", "exp"]},
            )
            if decoded["header"].get("typ") != self._type:
                raise TokenRefused
            return Principal(UUID(decoded["payload"]["sub"])), float(decoded["payload"]["exp"])
        except (jwt.InvalidTokenError, InvalidSignature, ValueError) as error:
            raise TokenRefused from error


def bearer(header: str | None) -> str:
    """The token in an Authorization header. Raises TokenRefused where there is none."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused
    return token.strip()


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
