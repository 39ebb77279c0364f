"""Access tokens that are none."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from errand.common.identity import Signer
from errand.gateway.auth.tokens import AUDIENCE, TYPE
from tests.security.people import Person


class Mint:
    """What a forger has to go by: the gateway's keys and a real user with her tokens."""

    def __init__(self, signing_key: str, person: Person) -> None:
        assert person.access
        assert person.refresh
        assert person.user_id
        self.signer = Signer(signing_key)
        self.access = person.access
        self.refresh = person.refresh
        self.user_id: UUID = person.user_id
        self.public_key = self.signer.key.public_key()

    def sign(self, key: Any = None, algorithm: str = "EdDSA", **changes: Any) -> str:
        """A good token but for `changes`: claims, with None for those that are left out."""
        headers = changes.pop("headers", {"typ": TYPE})
        now = int(time.time())
        claims = {"sub": str(self.user_id), "aud": AUDIENCE, "iat": now, "exp": now + 600, **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.signer.key if key is None else key, algorithm=algorithm, headers=headers)

    def with_own_key(self) -> str:
        """It brings the key along that proves it."""
        key = Ed25519PrivateKey.generate()
        coordinate = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": coordinate}
        return self.sign(key, headers={"typ": TYPE, "jwk": jwk, "kid": "mine", "jku": "http://127.0.0.1:9/keys"})

    def keyed_with(self, secret: bytes) -> str:
        """HMAC with what everybody knows."""
        signed = f"{_part({'alg': 'HS256', 'typ': TYPE})}.{self.access.split('.')[1]}"
        digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), secret)
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def unsigned(self, algorithm: str) -> str:
        return f"{_part({'alg': algorithm, 'typ': TYPE})}.{self.access.split('.')[1]}."

    def with_payload(self, **changes: Any) -> str:
        """The signature of her real token under other claims."""
        header, payload, signature = self.access.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return f"{header}.{_part({**claims, **changes})}.{signature}"


FORGERIES: Mapping[str, Callable[[Mint], str]] = {
    "garbage": lambda mint: "garbage",
    "dots": lambda mint: "..",
    "three words": lambda mint: "a.b.c",
    "another user's signature": lambda mint: mint.with_payload(sub="a0000000-0000-8000-8000-000000000000"),
    "prolonged": lambda mint: mint.with_payload(exp=2**40),
    "no signature": lambda mint: mint.access.rpartition(".")[0] + ".",
    "half a signature": lambda mint: mint.access[:-43],
    "alg none": lambda mint: mint.unsigned("none"),
    "alg nOnE": lambda mint: mint.unsigned("nOnE"),
    "alg empty": lambda mint: mint.unsigned(""),
    "the public key as a secret": lambda mint: mint.keyed_with(mint.public_key.public_bytes_raw()),
    "the public key as text for a secret": lambda mint: mint.keyed_with(mint.signer.public_key().encode()),
    "the public key as PEM for a secret": lambda mint: mint.keyed_with(
        mint.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    ),
    "an empty secret": lambda mint: mint.keyed_with(b""),
    "another key": lambda mint: mint.sign(Ed25519PrivateKey.generate()),
    "its own key": lambda mint: mint.with_own_key(),
    "expired": lambda mint: mint.sign(exp=int(time.time()) - 60),
    "not yet valid": lambda mint: mint.sign(nbf=int(time.time()) + 60),
    "issued in the future": lambda mint: mint.sign(iat=int(time.time()) + 60),
    "for a service": lambda mint: mint.signer.sign(mint.user_id, "incidents"),
    "for a service but typed": lambda mint: mint.sign(aud="incidents"),
    "for nobody": lambda mint: mint.sign(aud=None),
    "typed for a service": lambda mint: mint.sign(headers={"typ": "JWT"}),
    "untyped": lambda mint: mint.sign(headers={"typ": None}),
    "of nobody": lambda mint: mint.sign(sub=None),
    "of no user": lambda mint: mint.sign(sub="ada"),
    "for ever": lambda mint: mint.sign(exp=None),
    "with a condition": lambda mint: mint.sign(headers={"typ": TYPE, "crit": ["b64"], "b64": False}),
    "a refresh token": lambda mint: mint.refresh,
}


def _part(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
