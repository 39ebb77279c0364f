import base64
import string
import time
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from errand.images.domain import SignatureRefused
from errand.images.signatures import Signatures

KEY = base64.b64encode(bytes(range(32))).decode()
LIFETIME_S = 3600
JOB_ID = UUID("0193a5c8-0000-8000-8c00-000000000001")
NAME = "image-640.webp"


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(KEY, lifetime_s=LIFETIME_S)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its first item is the time."""
    clock = [1_000_000_800.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    return clock


def parts(url: str) -> tuple[int, str]:
    query = parse_qs(urlsplit(url).query)
    return int(query["expires"][0]), query["signature"][0]


def test_a_url_names_the_file_and_holds(signatures: Signatures) -> None:
    url = signatures.url(JOB_ID, NAME)

    assert urlsplit(url).path == f"/api/v1/images/files/{JOB_ID}/{NAME}"
    assert not urlsplit(url).netloc
    signatures.check(JOB_ID, NAME, *parts(url))


def test_a_url_leads_to_where_the_gateway_is_reached() -> None:
    url = Signatures(KEY, lifetime_s=60, public_url="https://api.example.com").url(JOB_ID, NAME)

    assert url.startswith(f"https://api.example.com/api/v1/images/files/{JOB_ID}/{NAME}?expires=")


def test_it_is_good_for_its_lifetime_at_least_and_twice_that_at_most(
    signatures: Signatures, clock: list[float]
) -> None:
    for offset in (0, 1, LIFETIME_S // 2, LIFETIME_S - 1, LIFETIME_S):
        clock[0] = 1_000_000_800.0 + offset
        left_s = parts(signatures.url(JOB_ID, NAME))[0] - clock[0]
        assert LIFETIME_S <= left_s <= 2 * LIFETIME_S


def test_it_stays_the_same_for_a_while(signatures: Signatures, clock: list[float]) -> None:
    clock[0] -= clock[0] % LIFETIME_S
    first = signatures.url(JOB_ID, NAME)
    clock[0] += LIFETIME_S - 1
    assert signatures.url(JOB_ID, NAME) == first
    clock[0] += 1
    assert signatures.url(JOB_ID, NAME) != first


def test_it_holds_to_its_last_second_and_no_longer(signatures: Signatures, clock: list[float]) -> None:
    expires, signature = parts(signatures.url(JOB_ID, NAME))

    clock[0] = expires
    signatures.check(JOB_ID, NAME, expires, signature)
    clock[0] = expires + 0.001
    with pytest.raises(SignatureRefused):
        signatures.check(JOB_ID, NAME, expires, signature)


def test_no_character_of_a_signature_can_be_another(signatures: Signatures) -> None:
    expires, signature = parts(signatures.url(JOB_ID, NAME))
    alphabet = string.ascii_letters + string.digits + "-_"

    for at, right in enumerate(signature):
        for wrong in set(alphabet) - {right}:
            with pytest.raises(SignatureRefused):
                signatures.check(JOB_ID, NAME, expires, signature[:at] + wrong + signature[at + 1 :])


@pytest.mark.parametrize("spoilt", ["", "=", "é" * 43, "\udc80", "a" * 1_000], ids=ascii)
def test_what_is_no_signature_is_refused(signatures: Signatures, spoilt: str) -> None:
    expires, signature = parts(signatures.url(JOB_ID, NAME))

    for wrong in (spoilt, signature + spoilt if spoilt else signature[:-1], signature.lower()):
        with pytest.raises(SignatureRefused):
            signatures.check(JOB_ID, NAME, expires, wrong)


def test_it_holds_for_one_file_of_one_job_until_one_moment(signatures: Signatures) -> None:
    expires, signature = parts(signatures.url(JOB_ID, NAME))

    for job_id, name, until in (
        (uuid4(), NAME, expires),
        (JOB_ID, "image.png", expires),
        (JOB_ID, NAME, expires - 1),
        (JOB_ID, NAME, expires + 1),
    ):
        with pytest.raises(SignatureRefused):
            signatures.check(job_id, name, until, signature)


def test_another_key_signs_otherwise(signatures: Signatures) -> None:
    foreign = Signatures(base64.b64encode(bytes(32)).decode(), lifetime_s=LIFETIME_S)

    with pytest.raises(SignatureRefused):
        signatures.check(JOB_ID, NAME, *parts(foreign.url(JOB_ID, NAME)))


def test_no_other_moment_makes_sense(signatures: Signatures) -> None:
    _, signature = parts(signatures.url(JOB_ID, NAME))

    for expires in (None, 0, -1, 10**30, -(10**30), 10**6_000):
        with pytest.raises(SignatureRefused):
            signatures.check(JOB_ID, NAME, expires, signature)


def test_a_moment_without_a_signature_is_refused(signatures: Signatures) -> None:
    expires, _ = parts(signatures.url(JOB_ID, NAME))

    with pytest.raises(SignatureRefused):
        signatures.check(JOB_ID, NAME, expires, None)
