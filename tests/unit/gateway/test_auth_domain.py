from datetime import timedelta

import pytest

from errand.common.errors import Unprocessable
from errand.gateway.auth.domain import GRACE, Presented, check_registration, is_email, judge, normalise

CURRENT, PREVIOUS, OLDER = b"current", b"previous", b"older"
MOMENT = timedelta(microseconds=1)


def verdict(token: bytes, *, previous: bytes | None = PREVIOUS, after: timedelta = timedelta()) -> Presented:
    return judge(token, CURRENT, previous, after)


@pytest.mark.parametrize("after", [timedelta(), GRACE, timedelta(days=20)])
def test_the_newest_token_is_good_however_long_ago_it_was_made(after: timedelta) -> None:
    assert verdict(CURRENT, after=after) is Presented.CURRENT


# The later of two tabs may have begun before the earlier one's rotation was written.
@pytest.mark.parametrize("after", [-MOMENT, timedelta(), GRACE])
def test_the_token_just_rotated_is_good_for_half_a_minute(after: timedelta) -> None:
    assert verdict(PREVIOUS, after=after) is Presented.JUST_ROTATED


def test_the_token_just_rotated_is_stale_after_half_a_minute() -> None:
    assert timedelta(seconds=30) == GRACE
    assert verdict(PREVIOUS, after=GRACE + MOMENT) is Presented.STALE


def test_grace_covers_one_generation_only() -> None:
    assert verdict(OLDER) is Presented.STALE


def test_a_family_that_has_not_rotated_knows_one_token_only() -> None:
    assert verdict(OLDER, previous=None) is Presented.STALE


def test_emails_that_differ_in_case_or_margin_are_one() -> None:
    assert normalise("  Ada.Lovelace@Example.COM\n") == normalise("ada.lovelace@example.com")


@pytest.mark.parametrize(
    "email", ["a@b.co", "first.last+tag@sub.example.com", "josé@exämple.de", "o'neill@example.org"]
)
def test_what_looks_like_an_email_is_one(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "@b.co",
        "a@b",
        "a@.",
        "a@b.",
        "a b@c.de",
        "a@b@c.de",
        "a@b.c\0",
        "a\n@b.co",
        f"{'a' * 65}@b.co",
        f"a@{'b' * 250}.co",
    ],
)
def test_what_cannot_be_an_email_is_none(email: str) -> None:
    assert not is_email(email)


def faults(email: str = "a@b.co", password: str = "longenough", name: str = "Ada") -> list[str]:
    try:
        check_registration(email, password, name)
    except Unprocessable as error:
        return [fault.field for fault in error.errors]
    return []


def test_a_registration_that_fits_passes() -> None:
    assert faults() == []
    assert faults(password="x" * 8, name="") == []
    assert faults(password="x" * 128, name="x" * 200) == []


def test_everything_that_does_not_fit_is_named_at_once() -> None:
    assert faults("nobody", "short", "x" * 201) == ["email", "password", "name"]
    assert faults(password="x" * 129) == ["password"]
    assert faults(name="\0") == ["name"]


def test_the_sentence_for_a_person_says_what_is_wrong() -> None:
    with pytest.raises(Unprocessable, match="The password must have 8 to 128 characters"):
        check_registration("a@b.co", "short", "Ada")
