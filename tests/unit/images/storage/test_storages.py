"""What every storage promises."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import boto3
import pytest
from moto.server import ThreadedMotoServer

from errand.common.errors import NotFound, Unavailable
from errand.images.storage import Storage
from errand.images.storage.opening import open_storage

CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()
BUCKET = "pictures"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """Nothing of the SDK's own settings, but a key."""
    nothing = str(tmp_path_factory.mktemp("home") / "nothing")
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_CONFIG_FILE", nothing)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", nothing)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.setenv("AWS_ACCESS_KEY_ID", "key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield environment


@pytest.fixture(scope="module")
def s3(environment: pytest.MonkeyPatch) -> Iterator[None]:
    """An S3 with a bucket, known to the SDK."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    with closing(boto3.Session().client("s3")) as client:
        client.create_bucket(Bucket=BUCKET)
    yield
    server.stop()


@pytest.fixture(params=["file", "s3", "s3 with a prefix"], scope="module")
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    if request.param == "file":
        url = (tmp_path_factory.mktemp("files") / "some files").as_uri()
    else:
        request.getfixturevalue("s3")
        url = f"s3://{BUCKET}" + ("/of/a blog/" if "prefix" in request.param else "")
    with closing(open_storage(url)) as storage:
        yield storage


@pytest.fixture
def storage(opened: Storage) -> Storage:
    opened.delete(DIGEST)
    return opened


def test_what_is_stored_is_read(storage: Storage) -> None:
    storage.put(DIGEST, CONTENT)

    assert storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (0, None), (5, 5), (7, 3), (100, 200), (10_239, None), (10_239, 99_999), (10_240, None), (99_999, None)],
)
def test_a_part_is_what_a_slice_would_be(storage: Storage, start: int, end: int | None) -> None:
    storage.put(DIGEST, CONTENT)

    assert storage.read(DIGEST, start, end) == CONTENT[start:end]


def test_what_is_not_there_is_missing(storage: Storage) -> None:
    for start, end in ((0, None), (0, 10), (5, None)):
        with pytest.raises(NotFound):
            storage.read(DIGEST, start, end)


def test_it_may_be_stored_again(storage: Storage) -> None:
    storage.put(DIGEST, CONTENT)
    storage.put(DIGEST, CONTENT)

    assert storage.read(DIGEST) == CONTENT


def test_what_is_deleted_is_gone_and_may_come_back(storage: Storage) -> None:
    storage.put(DIGEST, CONTENT)
    storage.delete(DIGEST)
    storage.delete(DIGEST)
    with pytest.raises(NotFound):
        storage.read(DIGEST)
    storage.put(DIGEST, CONTENT)

    assert storage.read(DIGEST) == CONTENT


def test_nothing_at_all_can_be_stored_too(storage: Storage) -> None:
    nothing = hashlib.sha256(b"").hexdigest()
    storage.put(nothing, b"")

    assert storage.read(nothing) == b""
    assert storage.read(nothing, 0, 10) == b""


def test_many_threads_may_store_and_read(storage: Storage) -> None:
    def work(number: int) -> bool:
        content = b"%d" % number
        digest = hashlib.sha256(content).hexdigest()
        storage.put(digest, content)
        return storage.read(digest) == content

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(40)))


def test_a_sweep_leaves_what_is_stored(storage: Storage) -> None:
    storage.put(DIGEST, CONTENT)
    storage.sweep(0)

    assert storage.read(DIGEST) == CONTENT


@pytest.mark.parametrize(
    "digest",
    ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "/" * 64, f"{'a' * 63}\n", f"{'a' * 64}\n", "é" * 64],
)
def test_nothing_but_a_digest_is_an_address(storage: Storage, digest: str) -> None:
    for call in (storage.read, storage.delete, lambda digest: storage.put(digest, CONTENT)):
        with pytest.raises(ValueError, match="SHA-256"):
            call(digest)


def test_an_s3_that_cannot_be_reached_may_be_later(environment: pytest.MonkeyPatch) -> None:
    with environment.context() as changed:
        # Nobody listens there.
        changed.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
        storage = open_storage("s3://bucket")

    with closing(storage):
        for call in (storage.read, storage.delete, lambda digest: storage.put(digest, CONTENT)):
            with pytest.raises(Unavailable):
                call(DIGEST)


@pytest.mark.usefixtures("s3")
def test_an_s3_without_the_bucket_is_not_ready() -> None:
    with closing(open_storage("s3://no-such-bucket")) as storage, pytest.raises(Unavailable):
        storage.read(DIGEST)


@pytest.mark.usefixtures("s3")
def test_an_s3_without_a_key_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    with closing(open_storage(f"s3://{BUCKET}")) as storage, pytest.raises(Unavailable):
        storage.read(DIGEST)
