import time
from uuid import uuid4

import jwt
import pytest

from errand.common.identity import Signer, TokenRefused, Verifier, bearer, new_keys
from tests.waiting import until


def test_a_signed_user_is_verified_by_the_public_key_alone() -> None:
    signing_key, public_key = new_keys()
    user_id = uuid4()

    token = Signer(signing_key).sign(user_id, "incidents")

    assert Verifier(public_key, "incidents").verify(token).user_id == user_id


def test_a_token_is_good_for_its_audience_only() -> None:
    signing_key, public_key = new_keys()
    token = Signer(signing_key).sign(uuid4(), "incidents")

    with pytest.raises(TokenRefused):
        Verifier(public_key, "images").verify(token)


def test_a_verified_token_is_refused_once_it_has_expired() -> None:
    signing_key, public_key = new_keys()
    verifier = Verifier(public_key, "incidents")
    # Still good, since clocks differ.
    claims = {"sub": str(uuid4()), "aud": "incidents", "exp": int(time.time()) - 2}
    token = jwt.encode(claims, Signer(signing_key).key, algorithm="EdDSA")
    verifier.verify(token)

    until(lambda: is_refused(verifier, token))


def is_refused(verifier: Verifier, token: str) -> bool:
    try:
        verifier.verify(token)
    except TokenRefused:
        return True
    return False


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_a_header_without_a_bearer_token_is_refused(header: str | None) -> None:
    with pytest.raises(TokenRefused):
        bearer(header)


def test_the_scheme_is_read_in_any_case() -> None:
    assert bearer("bearer abc") == "abc"
