"""What people wrote goes to a vendor, but not whom to call and how to log in."""

import pytest

from errand.incidents.narration.redaction import EMAIL, PHONE, SECRET, Redaction, redacted, reveals


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail jane.doe+ops@port.example.com now", f"Mail {EMAIL} now"),
        ("<ops@x-y.example>, and a@b.co.uk.", f"<{EMAIL}>, and {EMAIL}."),
        ("Call +65 9123 4567.", f"Call {PHONE}."),
        ("Call (+49) or +49 (0)40/123 456-78!", f"Call (+49) or {PHONE}!"),
        ("555-123-4567 rings", f"{PHONE} rings"),
        ("Tel: 91234567, mobile no. 040 1234567", f"Tel: {PHONE}, mobile no. {PHONE}"),
        ("password: Hunter2, again", f"password: {SECRET}, again"),
        ("PWD=Hunter2;db_password=abc123", f"PWD={SECRET};db_password={SECRET}"),
        ('{"api_key": "abc-def", "x": 1}', f'{{"api_key": "{SECRET}", "x": 1}}'),
        ("the password is Hunter2", f"the password is {SECRET}"),
        ("password = 'correct horse battery' fails", f"password = '{SECRET}' fails"),
        ("release PIN: 4711", f"release PIN: {SECRET}"),
        ("Authorization: Bearer abcdef123456.x", f"Authorization: Bearer {SECRET}"),
        ("sftp://user:pa55@host/in", f"sftp://{SECRET}@host/in"),
        ("key sk-secret-4711 leaked", f"key {SECRET} leaked"),
        ("AKIAABCDEFGHIJKLMNOP", SECRET),
        ("eyJhbGciOi.eyJzdWIiOi.abc-def", SECRET),
        ("x 0123456789abcdef0123456789abcdef y", f"x {SECRET} y"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\n-----END RSA PRIVATE KEY----- end", f"{SECRET} end"),
    ],
)
def test_addresses_numbers_and_secrets_are_taken_out(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Container MSKU1234567 and MSKU 123456 7 at 2026-11-22T08:15:00+08:00, UN 1203, IMO 9074729",
        "UNB+UNOA:2+SENDER+RECEIVER+261122:0815+4711'DTM+137:202611220815:203'UNZ+1+12345678901'",
        "The password is wrong, the token is expired, no PIN was given, basic information",
        "Booking 1234567890, ticket INC-20261122, delivery order 0012345678",
        "Request 7c9e6679-7425-40de-944b-e07fc1f90afe failed with HTTP 503 at block C4-12-3",
        "The interface refuses the credentials: “ERR_401” at 08:15",
        "12 boxes, 1,200 TEU, call at berth 14 from 0600 to 2200",
    ],
)
def test_what_the_analysis_is_about_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_secret_is_taken_out_of_what_repeats_it() -> None:
    redaction = Redaction("password: Hunter2000. Later Hunter2000 failed.")

    assert redaction.redacted("Hunter2000 failed") == f"{SECRET} failed"
    assert redaction.redacted("Nothing failed") == "Nothing failed"


def test_short_words_after_a_cue_are_left_where_they_occur_elsewhere() -> None:
    assert Redaction("token: gone").redacted("The box is gone") == "The box is gone"


@pytest.mark.parametrize(
    "text", ["a@b.example", "Call +65 9123 4567", "The key is sk-secret-4711", "password: Hunter2", "PIN: 4711"]
)
def test_what_a_model_may_not_write_is_found(text: str) -> None:
    assert reveals(text)


@pytest.mark.parametrize("text", ["Check the token: has it expired?", "Password: forgotten, it seems", "PIN missing"])
def test_speaking_of_secrets_gives_none_away(text: str) -> None:
    assert not reveals(text)
