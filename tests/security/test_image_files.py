"""A file is its owner's, and everybody's who has its signed URL, for as long as that is good. There is no other way."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

import httpx2
import pytest

from errand.common.identity import Signer
from errand.images.signatures import Signatures
from tests.security import wire
from tests.security.foreign import REQUEST_ID, missing, told
from tests.security.operations import IMAGES
from tests.security.people import Person
from tests.security.services import Port
from tests.stack import Stack

PROMPT = "A lighthouse above the fog"
FILES = f"{IMAGES}/files"
NAME, OTHER_NAME = "image.png", "image.svg"
PNG = b"\x89PNG\r\n\x1a\n"


class File(NamedTuple):
    """As its signed URL has it."""

    job_id: str
    name: str
    expires: str
    signature: str

    @classmethod
    def at(cls, url: str) -> "File":
        parts = httpx2.URL(url)
        job_id, name = parts.path.split("/")[-2:]
        return cls(job_id, name, parts.params["expires"], parts.params["signature"])

    @property
    def path(self) -> str:
        return f"{FILES}/{self.job_id}/{self.name}"

    @property
    def target(self) -> str:
        return f"{self.path}?expires={self.expires}&signature={quote(self.signature)}"


@pytest.fixture(scope="module")
def file(ada: Person) -> File:
    """Of Ada's."""
    return File.at(ada.draw(prompt=PROMPT)["url"])


@pytest.fixture(scope="module")
def other(ada: Person) -> File:
    """Of another image of hers."""
    return File.at(ada.draw(prompt=PROMPT)["url"])


def test_a_signed_url_lets_in_its_owner_and_whoever_is_nobody(
    file: File, ada: Person, grace: Person, anonymous: Person
) -> None:
    people = (ada, anonymous, grace)

    assert [person.call("GET", file.target).status_code for person in people] == [200, 200, 404]
    assert [person.call("GET", file.path).status_code for person in people] == [200, 403, 404]
    assert anonymous.call("GET", file.target).content[:8] == PNG
    assert anonymous.call("GET", file.target).headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_stranger_asks_of_a_file_is_answered_as_of_none(file: File, grace: Person, anonymous: Person) -> None:
    etag = anonymous.call("GET", file.target).headers["ETag"]
    ways: list[Mapping[str, str]] = [
        {},
        {"Range": "bytes=0-0"},
        {"Range": "bytes=999999999-"},
        {"Range": "bytes=0-0", "If-Range": etag},
        {"If-None-Match": etag},
        {"If-None-Match": "*"},
    ]
    nobodys = [file._replace(job_id=missing(file.job_id)), file._replace(name="none.png")]

    for stranger, status in ((grace, 404), (anonymous, 403)):
        for method in ("GET", "HEAD"):
            for way in ways:
                headers = {**way, "X-Request-Id": REQUEST_ID}
                answer, *others = (stranger.call(method, one.path, headers=headers) for one in (file, *nobodys))
                assert answer.status_code == status
                assert [told(one) for one in others] == [told(answer)] * len(others)


def test_a_signature_shows_no_more_by_head(file: File, anonymous: Person) -> None:
    answer = anonymous.call("HEAD", file.target, headers={"Range": "bytes=0-7"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert "Content-Range" not in answer.headers


# What becomes of a signed URL, and another file of the same user.
TAMPERINGS: Mapping[str, Callable[[File, File], str]] = {
    "another job": lambda file, other: file._replace(job_id=other.job_id).target,
    "a job that there is not": lambda file, other: file._replace(job_id=missing(file.job_id)).target,
    "another name": lambda file, other: file._replace(name=OTHER_NAME).target,
    "a name that there is not": lambda file, other: file._replace(name="none.png").target,
    "another file's signature": lambda file, other: file._replace(signature=other.signature).target,
    "a later end": lambda file, other: file._replace(expires=str(int(file.expires) + 1)).target,
    "an end long ago": lambda file, other: file._replace(expires="0").target,
    "a negative end": lambda file, other: file._replace(expires=f"-{file.expires}").target,
    "no end in sight": lambda file, other: file._replace(expires="9" * 30).target,
    "a very large end": lambda file, other: file._replace(expires="9" * 5_000).target,
    "an end in words": lambda file, other: file._replace(expires="never").target,
    "an end that is no number": lambda file, other: file._replace(expires="NaN").target,
    "an end as a float": lambda file, other: file._replace(expires=f"{file.expires}.5").target,
    "an end with NUL": lambda file, other: file._replace(expires=f"{file.expires}%00").target,
    "an empty end": lambda file, other: file._replace(expires="").target,
    "an empty signature": lambda file, other: file._replace(signature="").target,
    "half a signature": lambda file, other: file._replace(signature=file.signature[:21]).target,
    "a longer signature": lambda file, other: file._replace(signature=f"{file.signature}=").target,
    "another case": lambda file, other: file._replace(signature=file.signature.swapcase()).target,
    "a signature beyond ASCII": lambda file, other: file._replace(signature="é" * 43).target,
    "a signature of no text": lambda file, other: f"{file.target}%ff",
    "a signature with NUL": lambda file, other: f"{file.target}%00",
    "a large signature": lambda file, other: file._replace(signature="x" * 50_000).target,
    "no end": lambda file, other: f"{file.path}?signature={file.signature}",
    "no signature": lambda file, other: f"{file.path}?expires={file.expires}",
    "two bad signatures": lambda file, other: f"{file._replace(signature='x').target}&signature=y",
    "the good signature first": lambda file, other: f"{file.target}&signature=x",
    "the good end first": lambda file, other: f"{file.target}&expires=0",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_url_that_was_not_given_out_is_refused_whoever_shows_it(
    tampering: str, file: File, other: File, stack: Stack, ada: Person, grace: Person, anonymous: Person
) -> None:
    target = TAMPERINGS[tampering](file, other)

    for person in (anonymous, grace, ada):
        headers = [f"{name}: {value}" for name, value in person.headers.items()]
        (answer,) = wire.exchange(stack, wire.last(target, *headers))
        assert answer.status in (403, 422)
        assert answer.is_problem


def test_of_what_is_said_twice_the_last_counts(file: File, anonymous: Person) -> None:
    for spoilt in (file._replace(signature="x"), file._replace(expires="0")):
        target = f"{spoilt.target}&expires={file.expires}&signature={file.signature}"
        assert anonymous.call("GET", target).content[:8] == PNG


@pytest.mark.parametrize(
    "query",
    [
        "Expires={}&Signature={}",
        "expires[]={}&signature[]={}",
        "expires={};signature={}",
        "token={}",
        "x&%65xpires%00={}",
    ],
)
def test_a_query_without_a_signature_opens_nothing(query: str, file: File, anonymous: Person) -> None:
    answer = anonymous.call("GET", f"{file.path}?{query.format(file.expires, file.signature)}")

    assert answer.status_code in (403, 422)


@pytest.mark.parametrize("days", [-3, 3])
def test_a_url_of_another_time_is_refused(
    days: int, file: File, stack: Stack, anonymous: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stack.processes["images-api"].program.environment
    signatures = Signatures(settings["ERRAND_FILES_KEY"], lifetime_s=24 * 3600)
    assert anonymous.call("GET", signatures.url(UUID(file.job_id), file.name)).status_code == 200

    now = time.time() + days * 24 * 3600
    monkeypatch.setattr("errand.images.signatures.time.time", lambda: now)
    answer = anonymous.call("GET", signatures.url(UUID(file.job_id), file.name))

    assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")


NAMES = (
    *("..", ".", "%2e%2e", "..%2f", "..%2fimage.png", "../image.png/..", "..%5cimage.png", "..%252fimage.png"),
    *("%2fetc%2fpasswd", "/etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "file:%2f%2f%2fetc%2fpasswd"),
    *("%00", "image.png%00", "image.png%00.svg", "image.png%0d%0aX:%20y", "image.png%ff", "image.png;x", "image.png."),
    *("IMAGE.PNG", "image.png%20", "image_png", "%25", "*", "'%20OR%201=1--", "none.png", "partial", "{digest}"),
    *("..%2f{digest}", "%2e%2e%2f%2e%2e%2f{digest}", "%E2%80%A8", "%F0%9F%98%80", "a" * 3_000, "image.png%E2%80%8B"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_was_not_given_out_is_no_file_even_for_its_owner(
    name: str, file: File, stack: Stack, ada: Person
) -> None:
    digest = ada.call("GET", file.path).headers["ETag"].strip('"')
    target = file._replace(name=name.format(digest=digest)).path
    assert ada.user_id
    signing_key = stack.processes["gateway"].program.environment["ERRAND_SIGNING_KEY"]
    inner = Signer(signing_key).sign(ada.user_id, "images")
    places: list[tuple[wire.Gateway, str | None]] = [(stack, ada.access), (Port.of(stack, "images"), inner)]

    for place, token in places:
        (answer,) = wire.exchange(place, wire.last(target, f"Authorization: Bearer {token}"))
        assert (answer.status, answer.is_problem) == (404, True)
