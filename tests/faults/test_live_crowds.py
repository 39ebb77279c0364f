"""As many clients as one gateway is to carry, well-behaved or not."""

import base64
import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from errand.common.database import Database
from tests.integration.gateway.serving import read_request
from tests.live.audience import audience, check_journals, watching
from tests.live.crowd import Order
from tests.live.crowds import watching_crowd
from tests.live.processes import is_held, pss_kb
from tests.live.stories import tell, telling
from tests.stack import Stack
from tests.waiting import until

pytestmark = pytest.mark.faults

SOCKETS = 1000
# A ping after 20 s, 15 s to answer it, and some for the rest.
GONE_WITHIN_S = 40
# What Python's allocator keeps of the memory that a thousand sockets took.
KEPT_KB = 25 * 1024


@pytest.fixture
def stack(tmp_path: Path, database_url: str, redis_database: str) -> Iterator[Stack]:
    """Its jobs are stories."""
    with Stack(tmp_path, database_url, redis_database, adapt=telling).running() as stack:
        yield stack


@contextlib.contextmanager
def bare_socket(stack: Stack, token: str, job_id: str, *, buffer: int | None = None) -> Iterator[socket.socket]:
    """A WebSocket after its handshake: what it does from here on is up to whoever has it."""
    with socket.socket() as connection:
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(("127.0.0.1", stack.base))
        key = base64.b64encode(bytes(16)).decode()
        connection.sendall(
            f"GET /ws/v1/jobs/{job_id} HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        assert read_request(connection).startswith(b"HTTP/1.1 101")
        yield connection


def swallow(connection: socket.socket) -> None:
    """Read whatever comes, and answer nothing."""
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


def test_a_thousand_sockets_are_told_everything_while_those_who_do_not_keep_up_go(
    stack: Stack, database: Database
) -> None:
    token = stack.token()
    slow_story = tell(stack.url, token, lines=500, pause_s=0.1)
    fast_story = tell(stack.url, token, lines=40_000, together=50, pause_s=0.05)
    readers = audience([stack.address], token, [fast_story])
    order = Order(
        host="127.0.0.1",
        port=stack.base,
        target=f"/ws/v1/jobs/{slow_story}",
        authorization=f"Bearer {token}",
        sockets=SOCKETS,
        until_seq=500 + 3,
        until_closed=True,
    )
    with (
        watching_crowd(order) as crowd,
        watching(readers, timeout_s=120),
        bare_socket(stack, token, fast_story, buffer=4096) as never_reads,
        bare_socket(stack, token, slow_story) as never_pongs,
    ):
        threading.Thread(target=swallow, args=[never_pongs], daemon=True).start()
        bad = [never_reads.getsockname()[1], never_pongs.getsockname()[1]]
        until(lambda: not any(is_held(stack.base, port) for port in bad), timeout_s=GONE_WITHIN_S)
        told = crowd.wait()

    assert told.delivered == SOCKETS * order.until_seq
    assert told.missed == 0
    assert told.close_codes == {1000: SOCKETS}
    check_journals(readers, database)


def test_the_memory_of_a_thousand_sockets_is_given_back(stack: Stack) -> None:
    def gather(sockets: int) -> None:
        job_id = tell(stack.url, token, lines=200, pause_s=0.05)
        order = Order(
            host="127.0.0.1",
            port=stack.base,
            target=f"/ws/v1/jobs/{job_id}",
            authorization=f"Bearer {token}",
            sockets=sockets,
            until_seq=200 + 3,
        )
        with watching_crowd(order) as crowd:
            assert crowd.wait().missed == 0

    token = stack.token()
    pid = stack.processes["gateway"].pid
    assert pid is not None
    gather(50)
    before_kb = pss_kb(pid)

    gather(SOCKETS)

    until(lambda: pss_kb(pid) < before_kb + KEPT_KB)
