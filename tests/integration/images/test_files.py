"""Files as they are served: to whom, and in which parts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from errand.common.database import Database
from errand.common.identity import ANONYMOUS
from errand.images.domain import StoredFileFacts
from errand.images.service import files
from errand.images.settings import Settings
from errand.images.signatures import Signatures
from errand.images.storage import Storage
from tests.integration.images.conftest import PUBLIC_URL, Client, Finished, Submitted, store

CONTENT = bytes(range(200))
NAME = "image.png"
TYPES = {NAME: "image/png", "image-640.webp": "image/webp", "image.svg": "image/svg+xml"}

SignIn = Callable[..., UUID]


@pytest.fixture
def path(database: Database, storage: Storage, submitted: Submitted) -> str:
    """Where the image's file is, of the client's own."""
    job_id = submitted()
    digest = store(database, storage, CONTENT)
    stored = [
        StoredFileFacts(name=name, digest=digest, content_type=type, size_bytes=len(CONTENT), width=1, height=1)
        for name, type in TYPES.items()
    ]
    with database.transaction() as tx:
        files.refer(tx, UUID(job_id), stored)
    return f"/api/v1/images/files/{job_id}/{NAME}"


@pytest.fixture
def signed(settings: Settings, path: str) -> str:
    """The same with a signature."""
    signatures = Signatures(settings.files_key, lifetime_s=settings.file_url_lifetime_s)
    return signatures.url(UUID(path.split("/")[-2]), NAME)


@pytest.mark.parametrize("name", TYPES)
def test_an_owner_gets_the_file(client: Client, path: str, name: str) -> None:
    answer = client.get(path.replace(NAME, name))

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["Content-Length"] == "200"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_vector_runs_nothing(client: Client, path: str) -> None:
    policy = client.get(path.replace(NAME, "image.svg")).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "Content-Security-Policy" not in client.get(path).headers


def test_nobody_in_particular_gets_it_by_a_signed_url(client: Client, sign_in: SignIn, path: str, signed: str) -> None:
    sign_in(ANONYMOUS.user_id)

    assert client.get(signed).content == CONTENT
    refused = client.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "signature_refused")


def test_to_another_user_there_is_no_such_file_signed_or_not(
    client: Client, sign_in: SignIn, path: str, signed: str
) -> None:
    sign_in()

    answers = [client.get(url) for url in (path, signed, path.replace(NAME, "none.png"))]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "file_not_found")] * 3


def test_what_nobody_made_is_seen_by_its_signature_alone(
    sign_in: SignIn, submitted: Submitted, database: Database, storage: Storage, client: Client, settings: Settings
) -> None:
    sign_in(ANONYMOUS.user_id)
    job_id = UUID(submitted())
    digest = store(database, storage, CONTENT)
    facts = StoredFileFacts(name=NAME, digest=digest, content_type="image/png", size_bytes=200, width=1, height=1)
    with database.transaction() as tx:
        files.refer(tx, job_id, [facts])

    signed = Signatures(settings.files_key, lifetime_s=settings.file_url_lifetime_s).url(job_id, NAME)
    assert client.get(signed).status_code == 200
    assert client.get(signed.partition("?")[0]).status_code == 403


def test_a_signature_that_is_not_right_is_refused_whoever_shows_it(
    client: Client, sign_in: SignIn, signed: str
) -> None:
    url, query = signed.split("?")[0], {name: values[0] for name, values in parse_qs(urlsplit(signed).query).items()}
    spoilt: list[dict[str, str]] = [
        {**query, "signature": query["signature"][:-1] + ("A" if query["signature"][-1] != "A" else "B")},
        {**query, "expires": str(int(query["expires"]) + 1)},
        {**query, "expires": "0"},
        {**query, "expires": "-1"},
        {**query, "signature": ""},
        {**query, "signature": "é"},
        {"expires": query["expires"]},
        {"signature": query["signature"]},
    ]

    for user_id in (None, ANONYMOUS.user_id):
        if user_id:
            sign_in(user_id)
        assert {client.get(url, params=params).status_code for params in spoilt} == {403}
        assert client.get(url.replace(NAME, "image.svg"), params=query).status_code == 403
        assert client.get(url.replace(url.split("/")[-2], str(uuid4())), params=query).status_code == 403


@pytest.mark.parametrize("expires", ["soon", "", "1e3", "9" * 30, "9" * 5_000, "1.5"])
def test_a_moment_that_is_none_is_the_clients_fault(client: Client, path: str, expires: str) -> None:
    answer = client.get(path, params={"expires": expires, "signature": "x"})

    assert answer.status_code in (403, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("name", ["none.png", "..%2f..%2fsecrets", "%00", "image.png%00", "a" * 3_000, "%f0%9f%98%80"])
def test_what_there_is_not_is_not_found(client: Client, path: str, name: str) -> None:
    assert client.get(path.replace(NAME, name)).status_code == 404


def test_the_client_is_told_when_it_has_the_file(client: Client, path: str) -> None:
    etag = client.get(path).headers["ETag"]

    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("10-19", 10, 20), ("190-", 190, 200), ("-5", 195, 200), ("0-999", 0, 200)],
)
def test_a_part_is_served_by_itself(client: Client, path: str, asked: str, start: int, end: int) -> None:
    answer = client.get(path, headers={"Range": f"bytes={asked}"})

    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/200"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=5-4", "lines=1-2", "bytes=x"])
def test_what_is_no_single_range_is_the_whole(client: Client, path: str, asked: str) -> None:
    answer = client.get(path, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert "Content-Range" not in answer.headers


def test_a_part_behind_the_end_is_refused_with_the_size(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Range": "bytes=200-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */200"
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_part_of_another_version_is_the_whole(client: Client, path: str) -> None:
    etag = client.get(path).headers["ETag"]

    def status(if_range: str) -> int:
        return client.get(path, headers={"Range": "bytes=0-1", "If-Range": if_range}).status_code

    assert status(etag) == 206
    assert [status(other) for other in ('"x"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT")] == [200] * 3


def test_head_tells_what_get_would(client: Client, path: str) -> None:
    whole, head = client.get(path), client.head(path, headers={"Range": "bytes=0-1"})

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]


def test_a_file_whose_content_is_gone_is_not_found(client: Client, path: str, storage: Storage) -> None:
    digest = client.get(path).headers["ETag"].strip('"')
    storage.delete(digest)

    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "content_missing")


def test_a_storage_that_is_down_is_told(client: Client, path: str, settings: Settings) -> None:
    digest = client.get(path).headers["ETag"].strip('"')
    (file,) = Path(urlsplit(settings.files_url).path).rglob(digest)
    file.unlink()
    # Nothing that can be read as a file.
    file.mkdir()

    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert answer.headers["Retry-After"]


def test_what_a_finished_job_names_can_be_had(
    client: Client, sign_in: SignIn, submitted: Submitted, finished: Finished
) -> None:
    (image,) = finished(submitted(aspect_ratio="16:9"))["result"]["images"]
    sign_in(ANONYMOUS.user_id)

    for file in (image, *image["renditions"]):
        answer = client.get(file["url"].removeprefix(PUBLIC_URL))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, file["content_type"])
        assert len(answer.content) == file["size_bytes"]
    assert client.get(image["svg_url"].removeprefix(PUBLIC_URL)).text.startswith("<svg")


def test_every_answer_is_in_the_document(client: Client) -> None:
    document: Any = client.get("/internal/openapi.json").json()
    operation = document["paths"]["/api/v1/images/files/{job_id}/{name}"]["get"]

    assert set(operation["responses"]) == {"200", "206", "304", "403", "404", "416", "422", "503"}
    assert {item["name"] for item in operation["parameters"]} == {
        *("job_id", "name", "expires", "signature", "If-None-Match", "Range", "If-Range"),
    }
