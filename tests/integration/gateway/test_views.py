"""Job views that are polled: what comes from the gateway's memory, and what does not."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from errand.common.identity import ANONYMOUS, Principal
from errand.common.jobs.domain import EventType
from errand.gateway import app, views
from errand.gateway.live import reader
from errand.gateway.views import View, Views
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.serving import talking
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.watching import watching
from tests.integration.gateway.wire import Wire
from tests.waiting import until

Poll = Callable[..., tuple[int, bool]]


@pytest.fixture
def path(job: StoredJob) -> str:
    return f"/v1/jobs/{job.id}"


def polled(gateway: Gateway, incidents: FakeService, path: str, user: Principal) -> tuple[httpx2.Response, bool]:
    """The answer, and whether it came from memory."""
    before = incidents.asked(path)
    answer = gateway.get(path, user)
    return answer, incidents.asked(path) == before


@pytest.fixture
def poll(gateway: Gateway, incidents: FakeService, user: Principal) -> Poll:
    """`poll(path)` is the seq that the user sees there, and whether it came from memory."""

    def poll(path: str) -> tuple[int, bool]:
        answer, remembered = polled(gateway, incidents, path, user)
        assert answer.status_code == 200
        return int(answer.headers["X-Job-Seq"]), remembered

    # What it takes to remember anything.
    other = incidents.begin(user)
    until(lambda: poll(f"/v1/jobs/{other.id}")[1])
    return poll


@pytest.fixture
def until_heard(
    gateway: Gateway, incidents: FakeService, user: Principal, publish: Publish
) -> Iterator[Callable[[], None]]:
    """Returns once the gateway has heard of all that was published: it reads the streams together."""
    last = incidents.begin(user)
    with watching(gateway, last, after=2) as watcher:
        watcher.frame()

        def until_heard() -> None:
            publish(last.store(EventType.RETRYING))
            watcher.frame()

        yield until_heard


@pytest.mark.parametrize("path", ["/v1/jobs/{}", "/incident/run/{}/"])
def test_a_view_comes_from_memory_until_the_jobs_next_event(
    job: StoredJob, publish: Publish, poll: Poll, path: str
) -> None:
    path = path.format(job.id)
    assert [poll(path) for _ in range(3)] == [(2, False), (2, True), (2, True)]
    publish(job.store(EventType.COMPLETED))
    # Sooner than the view would have been too old.
    until(lambda: poll(path) == (3, True), timeout_s=10)


def test_an_event_that_is_in_a_view_already_does_not_cost_it(
    job: StoredJob, publish: Publish, until_heard: Callable[[], None], poll: Poll, path: str
) -> None:
    news = job.store(EventType.COMPLETED)
    until(lambda: poll(path)[1])
    publish(news)
    until_heard()


def test_a_view_from_memory_is_what_the_service_said(gateway: Gateway, path: str, user: Principal, poll: Poll) -> None:
    first, second = gateway.get(path, user), gateway.get(path, user)

    assert poll(path) == (2, True)
    assert first.content == second.content
    for answer in (first, second):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Content-Type"] == "application/json"
        assert "Authorization" in answer.headers["Vary"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_who_has_the_view_is_told_that_it_is_unchanged(
    gateway: Gateway, job: StoredJob, user: Principal, publish: Publish, path: str, poll: Poll
) -> None:
    etag = gateway.get(path, user).headers["ETag"]
    for given in (etag, f"W/{etag}", f'"0-0", {etag}', "*"):
        unchanged = gateway.get(path, user, headers={"If-None-Match": given})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert (unchanged.headers["ETag"], unchanged.headers["X-Job-Seq"]) == (etag, "2")
    publish(job.store(EventType.COMPLETED))
    until(lambda: poll(path) == (3, True), timeout_s=10)

    changed = gateway.get(path, user, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["X-Job-Seq"]) == (200, "3")


def test_what_is_fetched_anew_may_be_unchanged_too(
    gateway: Gateway, incidents: FakeService, user: Principal, path: str, poll: Poll
) -> None:
    etag = gateway.get(path, user).headers["ETag"]
    gateway.post(f"{path}/cancel", user)

    answer = gateway.get(path, user, headers={"If-None-Match": etag})
    assert (answer.status_code, incidents.asked(f"{path}/"), incidents.asked(path)) == (304, 1, 3)


def test_after_a_purge_the_service_is_asked_what_is_left(
    gateway: Gateway, user: Principal, path: str, poll: Poll
) -> None:
    poll(path)
    gateway.post("/incident/cleanup", user)

    assert poll(path) == (2, False)


@pytest.mark.parametrize("etag", ['"9-0123456789abcdef"', 'W/"3-0"'])
def test_who_has_seen_something_newer_is_not_shown_the_older(
    gateway: Gateway, incidents: FakeService, user: Principal, path: str, poll: Poll, etag: str
) -> None:
    poll(path)
    gateway.get(path, user, headers={"If-None-Match": etag})

    assert incidents.asked(path) == 2


@pytest.mark.parametrize("etag", ["", '"', "x-y", f'"{"9" * 5000}-0"', '"1-0"', '"²-0"'.encode()])
def test_a_strange_etag_does_no_harm(
    gateway: Gateway, user: Principal, path: str, poll: Poll, etag: str | bytes
) -> None:
    poll(path)

    assert gateway.get(path, user, headers={b"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/jobs/{}", "/incident/run/{}"])
def test_nobody_else_is_shown_it(
    gateway: Gateway, incidents: FakeService, job: StoredJob, poll: Poll, path: str
) -> None:
    path, strangers = path.format(job.id), [Principal(uuid4()), Principal(uuid4())]
    poll(path)
    assert poll(path) == (2, True)
    answers = [gateway.get(path, stranger) for stranger in strangers]

    assert [incidents.principal(seen) for seen in incidents.seen[-2:]] == strangers
    assert [(answer.text, "X-Job-Seq" in answer.headers) for answer in answers] == [("pong", False)] * 2
    assert poll(path) == (2, True)


def test_nobody_is_shown_what_is_somebodys_nor_the_other_way_round(
    gateway: Gateway, incidents: FakeService, job: StoredJob, user: Principal, poll: Poll
) -> None:
    mine, everybodys = f"/incident/run/{job.id}", f"/incident/run/{incidents.begin(ANONYMOUS).id}"
    for _ in range(2):
        assert gateway.get(mine, user).headers["X-Job-Seq"] == "2"
        assert gateway.get(everybodys).headers["X-Job-Seq"] == "2"
        assert gateway.get(mine).text == gateway.get(everybodys, user).text == "pong"
    assert gateway.get(f"/v1/jobs/{job.id}").status_code == 401
    assert gateway.get(mine, headers={"Authorization": "Bearer nonsense"}).status_code == 401

    assert (incidents.asked(mine), incidents.asked(everybodys)) == (3, 3)


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_write_to_the_job_forgets_it(gateway: Gateway, user: Principal, path: str, poll: Poll, action: str) -> None:
    poll(path)
    gateway.post(f"{path}/{action}", user)

    assert [poll(path), poll(path)] == [(2, False), (2, True)]


def test_a_view_is_not_kept_for_ever(path: str, poll: Poll, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MAX_AGE_S", 0)

    assert [poll(path) for _ in range(3)] == [(2, False)] * 3


def test_queries_have_views_of_their_own(path: str, poll: Poll) -> None:
    assert [poll(f"{path}?page=1"), poll(f"{path}?page=2")] == [(2, False)] * 2
    assert [poll(f"{path}?page=1"), poll(f"{path}?page=2")] == [(2, True)] * 2


def test_an_id_in_another_spelling_is_not_remembered(job: StoredJob, poll: Poll) -> None:
    path = f"/v1/jobs/{str(job.id).upper()}"

    assert [poll(path) for _ in range(3)] == [(2, False)] * 3


def test_what_the_service_does_not_number_passes(gateway: Gateway, incidents: FakeService, user: Principal) -> None:
    path = f"/incident/run/{uuid4()}"
    answers = [gateway.get(path, user) for _ in range(2)]

    assert [(answer.text, "ETag" in answer.headers) for answer in answers] == [("pong", False)] * 2
    assert incidents.asked(path) == 2


def test_trouble_is_not_remembered(
    gateway: Gateway, incidents: FakeService, user: Principal, path: str, poll: Poll
) -> None:
    with incidents.outage():
        assert [gateway.get(path, user).status_code for _ in range(2)] == [503, 503]

    assert [poll(path), poll(path)] == [(2, False), (2, True)]


def test_a_look_at_the_headers_alone_is_the_services_to_answer(
    gateway: Gateway, incidents: FakeService, user: Principal, path: str, poll: Poll
) -> None:
    poll(path)
    answer = gateway.call("HEAD", path, user)

    assert (answer.status_code, answer.content, incidents.seen[-1].method) == (200, b"", "HEAD")


def test_all_who_ask_at_once_are_told_by_one_answer(
    gateway: Gateway, incidents: FakeService, user: Principal, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = []
    wait = Views.wait

    async def count_and_wait(views: Views, *arguments: Any) -> View | None:
        arrived.append(arguments)
        return await wait(views, *arguments)

    monkeypatch.setattr(Views, "wait", count_and_wait)
    with ThreadPoolExecutor() as threads, incidents.delay() as answer:
        asking = [threads.submit(gateway.get, path, user) for _ in range(5)]
        until(lambda: len(arrived) == 5)
        answer()
        answers = [asked.result() for asked in asking]

    assert incidents.asked(path) == 1
    assert {(answer.status_code, answer.headers["ETag"], answer.content) for answer in answers} == {
        (200, answers[0].headers["ETag"], answers[0].content)
    }


def test_a_fetch_that_a_change_overtook_is_not_kept(
    gateway: Gateway,
    incidents: FakeService,
    job: StoredJob,
    user: Principal,
    publish: Publish,
    until_heard: Callable[[], None],
    path: str,
    poll: Poll,
) -> None:
    with ThreadPoolExecutor() as threads, incidents.delay() as answer:
        fetching = threads.submit(gateway.get, path, user)
        until(lambda: incidents.asked(path))
        publish(job.store(EventType.COMPLETED))
        until_heard()
        answer()
        assert fetching.result().headers["X-Job-Seq"] == "2"

    assert poll(path) == (3, False)


def test_without_redis_nothing_comes_from_memory(
    start_beside: StartGateway,
    incidents: FakeService,
    job: StoredJob,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "_BLOCK_MS", 200)
    monkeypatch.setattr(app, "SOCKET_TIMEOUT_S", 0.5)
    path = f"/v1/jobs/{job.id}"
    with (
        talking(wire) as port,
        start_beside(redis_url=wire.url(port)) as gateway,
    ):

        def remembers() -> bool:
            return polled(gateway, incidents, path, job.owner)[1]

        until(remembers)
        wire.cut = True
        until(lambda: not remembers())
        assert not any(remembers() for _ in range(5))
        wire.cut = False
        until(remembers)
