import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from errand.common.identity import Principal, Signer, TokenRefused, Verifier, new_keys
from errand.gateway.auth.tokens import AccessTokens, RefreshTokens, digest, family_of

SIGNER = Signer(new_keys()[0])
USER = UUID(int=7)


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(SIGNER.key, 900)


def forged(claims: dict[str, Any] | None = None, *, signer: Signer = SIGNER, typ: str | None = "at+jwt") -> str:
    """A token like ours, but for what a test wants otherwise; a claim of None is left out."""
    now = int(time.time())
    merged = {"sub": str(USER), "aud": "errand", "iat": now, "exp": now + 900, **(claims or {})}
    merged = {name: value for name, value in merged.items() if value is not None}
    return jwt.encode(merged, signer.key, algorithm="EdDSA", headers={"typ": typ})


def unsigned(algorithm: str) -> bytes:
    header = {"alg": algorithm, "typ": "at+jwt"}
    claims = {"sub": str(USER), "aud": "errand", "exp": int(time.time()) + 900}
    return b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))


def signed_with_the_public_key() -> str:
    """The classic confusion: a verifier that lets the token choose takes the public key for a shared secret."""
    signature = hmac.digest(SIGNER.public_key().encode(), unsigned("HS256"), "sha256")
    return (unsigned("HS256") + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def altered() -> str:
    head, _, signature = forged().split(".")
    claims = {"sub": str(uuid4()), "aud": "errand", "exp": int(time.time()) + 900}
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


def test_an_access_token_tells_whose_it_is(tokens: AccessTokens) -> None:
    token = tokens.issue(USER)

    assert tokens.verify(token) == Principal(USER)
    assert tokens.verify(token) == Principal(USER)


def test_the_forgeries_of_these_tests_differ_from_a_good_token_in_one_thing_each(tokens: AccessTokens) -> None:
    assert tokens.verify(forged()) == Principal(USER)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(unsigned("none").decode() + ".", id="alg none"),
        pytest.param(unsigned("EdDSA").decode() + ".", id="no signature"),
        pytest.param(signed_with_the_public_key(), id="HS256 with the public key"),
        pytest.param(altered(), id="altered claims"),
        pytest.param(forged(signer=Signer(new_keys()[0])), id="another key"),
        pytest.param(forged({"exp": int(time.time()) - 60}), id="expired"),
        pytest.param(forged({"exp": None}), id="without expiry"),
        pytest.param(forged({"nbf": int(time.time()) + 86_400}), id="not yet valid"),
        pytest.param(forged({"aud": "incidents"}), id="another audience"),
        pytest.param(forged({"aud": None}), id="without audience"),
        pytest.param(forged({"sub": None}), id="without subject"),
        pytest.param(forged({"sub": "root"}), id="a subject that is no user"),
        pytest.param(forged(typ="JWT"), id="another type"),
        pytest.param(forged(typ=None), id="without type"),
        pytest.param(SIGNER.sign(USER, "incidents"), id="a service's token"),
        pytest.param(SIGNER.sign(USER, "errand"), id="a service's token for a service of our name"),
        pytest.param(RefreshTokens(SIGNER.key).first(uuid4()), id="a refresh token"),
        pytest.param("é.é.é", id="not ASCII"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_token_that_is_not_ours_is_refused(tokens: AccessTokens, token: str) -> None:
    with pytest.raises(TokenRefused):
        tokens.verify(token)


def test_a_service_refuses_an_access_token(tokens: AccessTokens) -> None:
    with pytest.raises(TokenRefused):
        Verifier(SIGNER.public_key(), "errand").verify(tokens.issue(USER))


def test_the_successor_of_a_refresh_token_is_always_the_same() -> None:
    family_id = uuid4()
    first = RefreshTokens(SIGNER.key).first(family_id)

    assert RefreshTokens(SIGNER.key).successor(first, family_id) == RefreshTokens(SIGNER.key).successor(
        first, family_id
    )


def test_the_successor_of_a_refresh_token_cannot_be_told_without_the_key() -> None:
    family_id = uuid4()
    first = RefreshTokens(SIGNER.key).first(family_id)

    other = RefreshTokens(Signer(new_keys()[0]).key).successor(first, family_id)

    assert other != RefreshTokens(SIGNER.key).successor(first, family_id)


def test_refresh_tokens_of_a_family_differ_and_name_it() -> None:
    tokens, family_id = RefreshTokens(SIGNER.key), uuid4()
    chain = [tokens.first(family_id)]
    for _ in range(3):
        chain.append(tokens.successor(chain[-1], family_id))

    assert len(set(chain)) == 4
    assert {family_of(token) for token in chain} == {family_id}
    assert tokens.first(family_id) != chain[0]


@pytest.mark.parametrize("token", ["", "x", "é" * 64, "?" * 64, "A" * 63, "A" * 68, "a.b.c"])
def test_what_is_no_refresh_token_names_no_family(token: str) -> None:
    assert family_of(token) is None


def test_a_refresh_token_is_known_by_its_sha256() -> None:
    assert digest("token") == hashlib.sha256(b"token").digest()
