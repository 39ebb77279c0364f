"""Server-sent events."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.common.ids import Service, new_id
from errand.common.jobs.domain import EventType
from errand.gateway.auth.tokens import AccessTokens
from errand.gateway.live import attendance, hub, streams
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.gauges import connections, slow_closes
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import PAGE, StoredJob
from tests.integration.gateway.watching import watching
from tests.live.streams import Message, StreamParser
from tests.waiting import until

LINE, END = EventType.RETRYING, EventType.COMPLETED
ACCEPT = {"Accept": "text/event-stream"}


class Stream:
    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.raw = b""
        self._messages = self._read()

    def messages(self, count: int) -> list[Message]:
        return [next(self._messages) for _ in range(count)]

    def ids(self, count: int) -> list[str]:
        return [message.id for message in self.messages(count)]

    def rest(self) -> list[Message]:
        return list(self._messages)

    def _read(self) -> Iterator[Message]:
        parser = StreamParser()
        for chunk in self.answer.iter_raw():
            self.raw += chunk
            yield from parser.feed(chunk)


@contextlib.contextmanager
def streaming(
    gateway: Gateway, job: StoredJob, *, query: str = "", headers: dict[str, str] | None = None
) -> Iterator[Stream]:
    """Its owner's stream."""
    given = {"Authorization": f"Bearer {gateway.token(job.owner)}", **ACCEPT, **(headers or {})}
    url = f"http://127.0.0.1:{gateway.port}/v1/jobs/{job.id}/events{query}"
    with (
        httpx2.Client(timeout=10, trust_env=False) as client,
        client.stream("GET", url, headers=given) as answer,
    ):
        assert answer.status_code == 200
        yield Stream(answer)


def ask(gateway: Gateway, job: StoredJob, **headers: str) -> httpx2.Response:
    """For a stream that is not to be."""
    return gateway.get(f"/v1/jobs/{job.id}/events", job.owner, headers={**ACCEPT, **headers})


def test_a_stream_tells_the_whole_story_goes_on_live_and_ends_with_the_job(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    with streaming(gateway, job) as stream:
        told = stream.messages(2)
        publish(job.store(LINE))
        told += stream.messages(1)
        publish(job.store(END))
        told += stream.rest()

    assert [(message.id, message.type) for message in told] == [(str(seq), "") for seq in (1, 2, 3, 4)]
    assert json.loads(told[-1].data)["event_type"] == "job_completed"
    assert stream.raw.startswith(b"retry: 2000\n\n")


def test_a_stream_says_that_it_is_one_and_not_to_be_held_back(gateway: Gateway, job: StoredJob) -> None:
    with streaming(gateway, job) as stream:
        headers = stream.answer.headers

    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-cache", "no")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"Last-Event-ID": "3"}),
        ("?after=3", {}),
        ("?after=0", {"Last-Event-ID": "3"}),
        ("/?after=3", {}),
        ("?after=3&wait=20", {}),
    ],
    ids=["header", "query", "header before query", "trailing slash", "no wait"],
)
def test_a_stream_goes_on_behind_the_last_id(
    gateway: Gateway, job: StoredJob, query: str, headers: dict[str, str]
) -> None:
    job.store(LINE, LINE, END)
    with streaming(gateway, job, query=query, headers=headers) as stream:
        assert [message.id for message in stream.rest()] == ["4", "5"]


@pytest.mark.parametrize(
    ("accept", "streamed"),
    [
        ("text/event-stream", True),
        ("text/event-stream; charset=utf-8", True),
        ("text/event-stream, application/json;q=0.5", True),
        ("text/event-stream;q=0.5, application/json", False),
        ("application/json", False),
        ("*/*", False),
        ("text/html, */*;q=0.8", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_a_stream_is_for_those_who_would_rather_have_one(
    gateway: Gateway, job: StoredJob, accept: str, streamed: bool
) -> None:
    job.store(END)
    answer = ask(gateway, job, Accept=accept)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream" if streamed else "application/json")


def test_who_has_the_whole_story_of_a_job_that_is_over_is_told_not_to_come_back(
    gateway: Gateway, job: StoredJob
) -> None:
    job.store(END)
    answer = ask(gateway, job, **{"Last-Event-ID": "3"})

    assert (answer.status_code, answer.content) == (204, b"")


def test_a_cursor_past_the_storys_end_gets_the_job_as_it_is(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with streaming(gateway, job, query="?after=99") as stream:
        (resync,) = stream.messages(1)
        publish(job.store(END))
        assert [message.id for message in stream.rest()] == ["3"]

    assert (resync.id, resync.type) == ("2", "resync")
    data = json.loads(resync.data)
    assert (data["seq"], data["job"]["id"]) == (2, str(job.id))


def test_a_story_that_was_set_back_begins_anew_for_streams_too(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    with streaming(gateway, job) as stream:
        publish(job.store(LINE, LINE))
        assert stream.ids(4) == ["1", "2", "3", "4"]
        del job.events[3:]
        # Whoever comes with an older cursor makes it known.
        with streaming(gateway, job, query="?after=99") as newcomer:
            assert [(message.type, message.id) for message in newcomer.messages(1)] == [("resync", "3")]
            assert [(message.type, message.id) for message in stream.messages(1)] == [("resync", "3")]
        publish(job.store(END))
        assert [message.id for message in stream.rest()] == ["4"]


def test_a_text_of_several_lines_is_one_message(gateway: Gateway, job: StoredJob) -> None:
    job.store(LINE, text="two\nlines\r\n\n\u2028data: ende")
    with streaming(gateway, job, query="?after=2") as stream:
        (message,) = stream.messages(1)

    assert json.loads(message.data)["message"] == "two\nlines\r\n\n\u2028data: ende"


def test_who_is_too_far_behind_gets_the_job_as_it_is(
    gateway: Gateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_REPLAYED", 1)
    job.store(END)
    with streaming(gateway, job) as stream:
        assert [(message.type, message.id) for message in stream.rest()] == [("resync", "3")]


def test_a_long_story_arrives_at_the_clients_pace(gateway: Gateway, job: StoredJob) -> None:
    job.store_many(2 * PAGE, text="x" * 5000)
    job.store(END)
    with streaming(gateway, job) as stream:
        assert [message.id for message in stream.rest()] == [str(seq) for seq in range(1, job.seq + 1)]


def test_however_much_happens_at_once_is_told(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    with streaming(gateway, job, query="?after=2") as stream:
        until(lambda: connections("sse") == 1)
        publish([*job.store_many(900), *job.store(END)])
        assert len(stream.rest()) == 901


def test_a_client_that_does_not_keep_up_has_its_stream_end(gateway: Gateway, job: StoredJob, publish: Publish) -> None:
    before = slow_closes()
    with streaming(gateway, job, query="?after=2") as slow, streaming(gateway, job, query="?after=2") as quick:
        until(lambda: connections("sse") == 2)
        for _ in range(100):
            publish(job.store(LINE, text="x" * 200_000))
            # One after the other: what a stream has yet to catch up with waits for its client.
            assert quick.ids(1) == [str(job.seq)]
        until(lambda: slow_closes() == before + 1)
        ids = [message.id for message in slow.rest()]
    with streaming(gateway, job, headers={"Last-Event-ID": ids[-1]}) as again:
        assert again.ids(1) == [str(int(ids[-1]) + 1)]

    assert ids == [str(seq) for seq in range(3, 3 + len(ids))]


def test_a_stream_of_a_silent_job_shows_signs_of_life(
    gateway: Gateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_HEARTBEAT_S", 0.01)
    with streaming(gateway, job, query="?after=2") as stream:
        lines = stream.answer.iter_lines()
        assert [next(lines) for _ in range(6)] == ["retry: 2000", "", ": ", "", ": ", ""]


def test_a_stream_ends_with_its_token_though_the_job_goes_on(gateway: Gateway, job: StoredJob) -> None:
    token = AccessTokens(gateway.signer.key, 1).issue(job.owner.user_id)
    with streaming(gateway, job, query="?after=2", headers={"Authorization": f"Bearer {token}"}) as stream:
        assert stream.rest() == []


def test_a_token_at_its_end_is_not_taken_for_the_jobs_end(gateway: Gateway, job: StoredJob) -> None:
    token = AccessTokens(gateway.signer.key, -1).issue(job.owner.user_id)

    assert ask(gateway, job, Authorization=f"Bearer {token}", **{"Last-Event-ID": "2"}).status_code == 200


def test_a_client_that_goes_leaves_nothing_behind(gateway: Gateway, incidents: FakeService, job: StoredJob) -> None:
    with streaming(gateway, job) as stream:
        stream.messages(2)
        assert connections("sse") == 1
    until(lambda: connections("sse") == 0)
    with streaming(gateway, job, query="?after=1") as stream:
        assert stream.ids(1) == ["2"]

    # It began anew: nobody had remembered the story.
    assert incidents.asked(f"/internal/jobs/{job.id}/events?after=1") == 1


def problem(answer: httpx2.Response) -> tuple[int, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_what_cannot_be_told_is_a_problem(
    gateway: Gateway, incidents: FakeService, job: StoredJob, accept: str
) -> None:
    foreign, unknown = incidents.begin(Principal(uuid4())).id, new_id(Service.INCIDENTS)

    def told(job_id: object, headers: dict[str, str], user: Principal | None = job.owner) -> tuple[int, Any]:
        return problem(gateway.get(f"/v1/jobs/{job_id}/events", user, headers={"Accept": accept, **headers}))

    assert [told(id, {}) for id in (foreign, unknown, uuid4(), "nonsense")] == [(404, "job_not_found")] * 4
    assert told(job.id, {}, None) == (404, "job_not_found")
    assert told(job.id, {"Authorization": "Bearer nonsense"}) == (401, "token_refused")
    assert [told(job.id, {"Last-Event-ID": id}) for id in ("x", "-1")] == [(422, "unprocessable")] * 2


def test_streams_of_nobodys_incidents_are_open_where_that_is_allowed(
    gateway: Gateway, start_beside: StartGateway, incidents: FakeService
) -> None:
    job = incidents.begin(ANONYMOUS)
    job.store(END)
    path = f"/v1/jobs/{job.id}/events"

    assert gateway.get(path, headers=ACCEPT).text.count("\nid: ") == 3
    with start_beside() as strict:
        assert problem(strict.get(path, headers=ACCEPT)) == (401, "token_refused")


def test_more_streams_than_a_user_may_have_are_a_problem(start_beside: StartGateway, job: StoredJob) -> None:
    with (
        start_beside(sockets_per_user=1) as gateway,
        streaming(gateway, job),
    ):
        until(lambda: connections("sse") == 1)
        answer = ask(gateway, job)
        assert problem(answer) == (429, "too_many_connections")
        assert answer.headers["Retry-After"]
        with watching(gateway, job) as watcher:
            assert watcher.close_code() == 4029


def test_a_service_in_trouble_is_a_problem(gateway: Gateway, incidents: FakeService, job: StoredJob) -> None:
    with incidents.outage():
        assert problem(ask(gateway, job)) == (503, "service_unavailable")
    with incidents.confusion():
        assert problem(ask(gateway, job)) == (500, "internal_error")
    with streaming(gateway, job) as stream:
        assert stream.ids(2) == ["1", "2"]


def test_a_gateway_that_ends_ends_its_streams(
    start_beside: StartGateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "DRAIN_S", 0.2)
    with contextlib.ExitStack() as stack:
        with start_beside() as gateway:
            stream = stack.enter_context(streaming(gateway, job))
            stream.messages(2)
        assert stream.rest() == []
