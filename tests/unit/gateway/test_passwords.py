import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from errand.gateway.auth.passwords import Passwords


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_a_password_fits_its_own_hash_only(passwords: Passwords) -> None:
    password_hash = passwords.hash("correct horse")

    assert passwords.fit("correct horse", password_hash)
    assert not passwords.fit("Correct horse", password_hash)
    assert not passwords.fit("correct horse", "no hash")
    assert not passwords.fit("correct horse", None)


def test_a_hash_is_salted_argon2id(passwords: Passwords) -> None:
    assert passwords.hash("correct horse").startswith("$argon2id$")
    assert passwords.hash("correct horse") != passwords.hash("correct horse")


def test_as_much_is_verified_for_an_account_as_for_none(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[Parameters] = []

    def verify(_: PasswordHasher, password_hash: str, __: str) -> bool:
        verified.append(extract_parameters(password_hash))
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert passwords.fit("correct horse", passwords.hash("correct horse"))
    assert not passwords.fit("correct horse", None)
    assert verified[0] == verified[1]
