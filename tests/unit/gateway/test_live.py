"""The smaller rules of the live side."""

import asyncio
import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from prometheus_client import Gauge
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from errand.common.errors import Forbidden, Invalid, RateLimited
from errand.common.identity import TokenRefused
from errand.common.ids import Service
from errand.gateway.auth.tickets import TicketsUnavailable
from errand.gateway.live import sessions, streams
from errand.gateway.live.admission import OriginRefused, chosen_subprotocol
from errand.gateway.live.attendance import Attendance, TooManyConnections
from errand.gateway.live.connection import farewell
from errand.gateway.live.preference import preferred_wait_s
from errand.gateway.live.story import Event, event_of
from errand.gateway.routes import JobNotFound
from errand.gateway.upstreams import ServiceUnavailable
from tests.frames import check_frame

EVENT = {
    "id": "1d4b2f6e-0000-5000-8000-000000000000",
    "node": "n",
    "timestamp": "2026-01-01T00:00:00Z",
    "event_type": "node_completed",
    "message": "Grüße",
    "data": {},
}


def test_an_event_is_one_text_frame_as_documented() -> None:
    job_id = uuid4()
    wire = sessions.encode_event(job_id, event_of(7, json.dumps(EVENT).encode()))
    client = ClientProtocol(parse_uri("ws://example.com"), state=State.OPEN)
    client.receive_data(wire)
    (frame,) = client.events_received()

    assert isinstance(frame, Frame)
    assert (frame.opcode, frame.fin) == (Opcode.TEXT, True)
    assert check_frame(bytes(frame.data)) == {"type": "event", "job_id": str(job_id), "seq": 7, "event": EVENT}


def test_an_event_is_one_message_of_a_stream_with_its_seq_as_id() -> None:
    assert streams.encode_event(uuid4(), Event(7, b'{"a": 1}', False, 0)) == b'id: 7\ndata: {"a": 1}\n\n'


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([], None),
        (["jobs.v1"], "jobs.v1"),
        (["ticket.x", "jobs.v1", "other"], "jobs.v1"),
        (["ticket.x"], "ticket.x"),
        (["ticketless"], "ticketless"),
    ],
)
def test_the_subprotocol_is_the_first_that_is_no_ticket(offered: list[str], chosen: str | None) -> None:
    assert chosen_subprotocol(offered) == chosen


@pytest.mark.parametrize(
    ("prefer", "wait_s"),
    [
        (b"wait=5", 5),
        (b"respond-async, wait=10", 10),
        (b"wait=10,respond-async", 10),
        (b"return=minimal; wait=7", 7),
        (b"wait=99999", 99999),
        (b"wait=999999", 0),
        (b"wait=0", 0),
        (b"wait=-1", 0),
        (b"wait=1.5", 0),
        (b"wait=", 0),
        (b"wait", 0),
        (b"await=5", 0),
        (b"wait=5x", 0),
        (b"", 0),
    ],
)
def test_only_a_plain_wait_is_understood(prefer: bytes, wait_s: int) -> None:
    assert preferred_wait_s({b"prefer": prefer}) == wait_s


def test_who_says_nothing_does_not_wait() -> None:
    assert preferred_wait_s({}) == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TokenRefused(), 4001),
        (JobNotFound(), 4003),
        (TooManyConnections(100), 4029),
        (RateLimited(5), 1013),
        (ServiceUnavailable(Service.INCIDENTS), 1013),
        (TicketsUnavailable(), 1013),
        (Invalid("No."), 1008),
        (OriginRefused(), 1008),
        (Forbidden("No."), 1008),
        (KeyError("inside"), 1011),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_error_has_a_close_code_and_a_reason(error: Exception, code: int) -> None:
    given, reason = farewell(error)

    assert given == code
    assert reason
    assert "inside" not in reason


@pytest.fixture
def gauge() -> Gauge:
    return Gauge("connections", "Of this test.", registry=None)


def never() -> None:
    pytest.fail("nobody is sent away")


def test_a_user_may_have_so_many_connections_and_no_more(gauge: Gauge) -> None:
    attendance = Attendance(2)
    with attendance.present("a", gauge, never), attendance.present("a", gauge, never):
        with pytest.raises(TooManyConnections), attendance.present("a", gauge, never):
            pass
        with attendance.present("b", gauge, never):
            pass
    with attendance.present("a", gauge, never), attendance.present("a", gauge, never):
        pass


async def drain_while_present(attendance: Attendance, gauge: Gauge, leave: Callable[[], None]) -> None:
    with attendance.present("a", gauge, leave):
        await attendance.drain()


def test_everybody_is_sent_away_who_is_there_or_comes_late(gauge: Gauge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("errand.gateway.live.attendance.DRAIN_S", 0.02)
    attendance, left = Attendance(2), list[str]()
    asyncio.run(drain_while_present(attendance, gauge, lambda: left.append("present")))
    with attendance.present("a", gauge, lambda: left.append("late")):
        pass

    assert left == ["present", "late"]
