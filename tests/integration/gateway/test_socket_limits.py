"""What a client's socket must not do, how many there may be, and how a gateway that ends is rid of them."""

import contextlib
import socket as sockets
from collections.abc import Iterator
from uuid import uuid4

import pytest

from errand.common.http import server
from errand.common.identity import ANONYMOUS, Principal
from errand.common.jobs.domain import EventType
from errand.gateway.live import attendance, connection, sessions
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.gauges import connections, slow_closes
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.serving import exchange
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.watching import Socket, socket, watching
from tests.waiting import until

LINE = EventType.RETRYING
LARGEST = 64 * 1024


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"type": "chat"}',
        '{"type": "renew"}',
        '{"type": "renew", "token": 1}',
        '{"type": "renew", "token": "x", "more": 1}',
        '{"type": "subscribe", "job_id": "x"}',
        '{"x": ' + "[" * 60_000,
        "x" * LARGEST,
        b"\x00",
    ],
    ids=[
        "empty",
        "no json",
        "no object",
        "no type",
        "unknown",
        "no token",
        "no text for a token",
        "too much",
        "another socket's",
        "deep",
        "large",
        "bytes",
    ],
)
def test_a_frame_that_makes_no_sense_is_answered_and_the_socket_stays(
    gateway: Gateway, job: StoredJob, publish: Publish, frame: str | bytes
) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        watcher.connection.send(frame)
        error = watcher.frame()
        publish(job.store(LINE))
        assert watcher.seqs(1) == [3]

    assert (error["type"], error["code"]) == ("error", "bad_frame")
    assert error["detail"]


def test_a_frame_that_is_too_large_closes_1009(gateway: Gateway, job: StoredJob) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        watcher.connection.send("x" * (LARGEST + 1))
        assert watcher.rest()[1] == 1009


@pytest.mark.parametrize("path", ["/ws/v1/jobs", "/ws/v1/jobs/{}?after=2"])
def test_too_many_frames_close_1008(gateway: Gateway, job: StoredJob, path: str) -> None:
    with socket(gateway, path.format(job.id), job.owner) as watcher:
        for _ in range(31):
            watcher.send(type="nothing")
        frames, code = watcher.rest()

    assert [frame["code"] for frame in frames if frame["type"] == "error"] == ["bad_frame"] * 30
    assert code == 1008


def test_frames_of_earlier_windows_are_forgotten(
    gateway: Gateway, user: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_WINDOW_S", -1)
    with socket(gateway, "/ws/v1/jobs", user) as watcher:
        for _ in range(31):
            watcher.send(type="nothing")
        assert [frame["code"] for frame in watcher.frames(31)] == ["bad_frame"] * 31


@contextlib.contextmanager
def reading_slowly(gateway: Gateway, job: StoredJob) -> Iterator[Socket]:
    """Takes in nothing of what comes, but for what its few buffers hold, before it is asked for frames."""
    with sockets.create_connection(("127.0.0.1", gateway.port)) as narrow:
        narrow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 256 * 1024)
        path = f"/ws/v1/jobs/{job.id}?after=2"
        with socket(gateway, path, job.owner, sock=narrow, max_queue=1, max_size=None) as slow:
            yield slow


# Together far more than what lies in the buffers between the two.
SEQS = list(range(3, 99))
TEXT = "x" * 100_000


def tell(job: StoredJob, publish: Publish, quick: Socket) -> None:
    """As many events as there are in SEQS, one after the other."""
    for _ in SEQS:
        publish(job.store(LINE, text=TEXT))
        assert quick.seqs(1) == [job.seq]


def test_a_reader_that_is_too_slow_is_closed_4008_and_nobody_else_notices(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    before = slow_closes()
    with reading_slowly(gateway, job) as slow, watching(gateway, job, after=2) as quick:
        quick.frame()
        tell(job, publish, quick)
        until(lambda: slow_closes() == before + 1)
        frames, code = slow.rest()

    assert code == 4008
    told = [frame["seq"] for frame in frames[1:]]
    assert told == SEQS[: len(told)]
    assert len(told) < len(SEQS)


def test_a_reader_that_catches_up_in_time_gets_all_that_was_kept_for_it(
    gateway: Gateway, job: StoredJob, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_WAITING_BYTES", 2 * len(SEQS) * len(TEXT))
    with reading_slowly(gateway, job) as slow, watching(gateway, job, after=2) as quick:
        quick.frame()
        tell(job, publish, quick)
        slow.frame()
        assert slow.seqs(len(SEQS)) == SEQS
        tell(job, publish, quick)
        publish(job.store(EventType.COMPLETED))
        quick.rest()
        frames, code = slow.rest()

    assert [frame["seq"] for frame in frames] == list(range(SEQS[-1] + 1, job.seq + 1))
    assert code == 1000


def test_a_long_story_is_told_at_its_readers_pace(gateway: Gateway, job: StoredJob) -> None:
    before = slow_closes()
    job.store_many(480, text="x" * 20_000)
    with reading_slowly(gateway, job) as slow:
        slow.frame()
        assert slow.seqs(480) == list(range(3, 483))

    assert slow_closes() == before


def test_who_does_not_answer_a_ping_is_hung_up_on(
    start_beside: StartGateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_PING_EVERY_S", 0.05)
    monkeypatch.setattr(server, "_PONG_WITHIN_S", 0.05)
    handshake = (
        "GET /ws/v1/jobs HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {}\r\n\r\n"
    )
    with start_beside() as gateway:
        _, _, frames = exchange(gateway.port, handshake.format(gateway.token(job.owner)).encode()).partition(
            b"\r\n\r\n"
        )

    # RFC 6455: a ping of four bytes, then a close frame with 1011.
    assert frames.startswith(b"\x89\x04")
    assert frames[6] == 0x88
    assert int.from_bytes(frames[8:10]) == 1011


def test_more_connections_than_a_user_may_have_close_4029(
    start_beside: StartGateway, incidents: FakeService, job: StoredJob
) -> None:
    other = incidents.begin(Principal(uuid4()))
    with start_beside(sockets_per_user=1) as gateway:
        with watching(gateway, job) as first:
            first.frame()
            with watching(gateway, job) as second:
                assert second.close_code() == 4029
            with socket(gateway, "/ws/v1/jobs", job.owner) as several:
                assert several.close_code() == 4029
            with watching(gateway, other) as somebody_else:
                assert somebody_else.frame()["type"] == "attached"
        until(lambda: connections("ws") == 0)
        with watching(gateway, job) as third:
            assert third.frame()["type"] == "attached"


def test_everybody_without_a_token_at_one_address_counts_as_one_user(
    start_beside: StartGateway, incidents: FakeService
) -> None:
    path = f"/ws/v1/jobs/{incidents.begin(ANONYMOUS).id}"
    with start_beside(sockets_per_user=1, incidents_allow_anonymous=True) as gateway, socket(gateway, path) as first:
        first.frame()
        with socket(gateway, path) as second:
            assert second.close_code() == 4029
        # A proxy on this host is believed.
        with socket(gateway, path, headers={"X-Forwarded-For": "192.0.2.1"}) as elsewhere:
            assert elsewhere.frame()["type"] == "attached"


def test_more_connections_in_a_minute_than_may_be_polls_close_1013(
    start_beside: StartGateway, redis_database: str, job: StoredJob
) -> None:
    with start_beside(redis_url=redis_database, polls_per_minute=1) as gateway:
        with watching(gateway, job) as first:
            first.frame()
        with watching(gateway, job) as second:
            assert second.close_code() == 1013


def test_a_gateway_that_ends_sends_sockets_away_with_1012(
    start_beside: StartGateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "DRAIN_S", 0.2)
    with contextlib.ExitStack() as stack:
        with start_beside() as gateway:
            watchers = [stack.enter_context(watching(gateway, job, after=2)) for _ in range(5)]
            several = stack.enter_context(socket(gateway, "/ws/v1/jobs", job.owner))
            for watcher in watchers:
                watcher.frame()
            until(lambda: connections("ws") == 6)
        assert [watcher.close_code() for watcher in (*watchers, several)] == [1012] * 6
