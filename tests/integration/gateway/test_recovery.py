"""What went wrong on the way is put right: events that Redis lost, doubled or never had, and restored databases."""

from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest
import redis

from errand.common import redis as redis_connection
from errand.common.identity import Principal
from errand.common.ids import Service
from errand.common.jobs.domain import EventType
from errand.common.jobs.news import News, shard_of, stream
from errand.common.jobs.news import publish as publish_news
from errand.gateway.live import hub, reader
from tests.integration.gateway.conftest import Gateway, Publish, StartGateway
from tests.integration.gateway.gauges import connections
from tests.integration.gateway.service import FakeService
from tests.integration.gateway.stories import StoredJob
from tests.integration.gateway.watching import socket, watching
from tests.waiting import until

LINE, END = EventType.RETRYING, EventType.COMPLETED


def test_what_is_heard_twice_or_in_disorder_is_told_once_and_in_order(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        third, fourth, fifth = job.store(LINE, LINE, LINE)
        publish([third, third, fifth, fourth, third, fifth])
        publish([fourth, *job.store(LINE)])
        assert watcher.seqs(4) == [3, 4, 5, 6]


def test_an_event_that_redis_never_got_is_fetched_when_the_next_comes(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        job.store(LINE)
        publish(job.store(LINE))
        assert watcher.seqs(2) == [3, 4]


def test_a_story_that_was_set_back_begins_anew_for_everybody(
    gateway: Gateway, job: StoredJob, publish: Publish
) -> None:
    with watching(gateway, job, after=2) as watcher:
        watcher.frame()
        publish(job.store_many(5))
        assert watcher.seqs(5) == [3, 4, 5, 6, 7]
        del job.events[4:]
        with watching(gateway, job, after=99) as newcomer:
            attached, resync = newcomer.frames(2)
            assert (attached["resume"], attached["seq"], resync["seq"]) == ("gap", 4, 4)
            assert (again := watcher.frame())["type"] == "resync"
            assert again["seq"] == 4
            publish(job.store(LINE))
            assert (watcher.seqs(1), newcomer.seqs(1)) == ([5], [5])


def test_more_than_is_kept_beyond_a_gap_is_fetched_with_it(
    gateway: Gateway, incidents: FakeService, job: StoredJob, publish: Publish
) -> None:
    other = incidents.begin(job.owner)
    with watching(gateway, job, after=2) as watcher, watching(gateway, other, after=2) as last:
        watcher.frame()
        last.frame()
        job.store(LINE)
        with incidents.delay():
            publish(job.store(LINE))
            until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events?after=2") == 2)
            publish(job.store_many(400))
            # Streams are read together: then all of that was heard too.
            publish(other.store(LINE))
            assert last.seqs(1) == [3]
        assert watcher.seqs(402) == list(range(3, 405))


@pytest.mark.parametrize("count", [1, 400], ids=["little", "more than is kept"])
def test_what_happens_while_a_story_is_fetched_is_told_with_it(
    gateway: Gateway, incidents: FakeService, job: StoredJob, publish: Publish, count: int
) -> None:
    other = incidents.begin(job.owner)
    with watching(gateway, other, after=2) as last:
        last.frame()
        with incidents.delay() as answer, watching(gateway, job) as watcher:
            until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events") == 1)
            publish([*job.store_many(count), *job.store(END)])
            publish(other.store(LINE))
            assert last.seqs(1) == [3]
            answer()
            frames, code = watcher.rest()

    assert [frame["seq"] for frame in frames[1:]] == list(range(1, count + 4))
    assert code == 1000


@pytest.mark.parametrize("entry", [{"job": "{}", "seq": "three"}, {"nothing": ""}])
def test_what_nobody_understands_does_not_silence_the_rest(
    gateway: Gateway, job: StoredJob, redis_url: str, publish: Publish, entry: dict[str, str]
) -> None:
    name = stream(Service.INCIDENTS, shard_of(job.id))
    with watching(gateway, job, after=2) as watcher, redis_connection.connect(redis_url) as client:
        watcher.frame()
        client.xadd(name, {field: value.format(job.id) for field, value in entry.items()})
        publish(job.store(LINE))
        assert watcher.seqs(1) == [3]


def test_an_event_of_which_nothing_is_ever_heard_is_found_by_asking(
    start_beside: StartGateway, incidents: FakeService, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_CHECK_EVERY_S", 0.05)
    monkeypatch.setattr(hub, "_CHECK_WITHOUT_READER_EVERY_S", 0.05)
    with start_beside() as gateway, watching(gateway, job, after=2) as watcher:
        watcher.frame()
        for trouble in (incidents.outage, incidents.confusion):
            incidents.seen.clear()
            with trouble():
                until(lambda: incidents.asked("/internal/jobs/positions") > 1)
        job.store(LINE, END)
        frames, code = watcher.rest()

    assert ([frame["seq"] for frame in frames], code) == ([3, 4], 1000)


def test_without_redis_stories_go_on(
    start_beside: StartGateway, job: StoredJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_CHECK_WITHOUT_READER_EVERY_S", 0.05)
    with start_beside(redis_url="redis://127.0.0.1:1/0") as gateway, watching(gateway, job) as watcher:
        watcher.frames(3)
        for seq in (3, 4):
            job.store(LINE)
            assert watcher.seqs(1) == [seq]


def flush(client: redis.Redis, _: Sequence[News]) -> None:
    client.flushdb()


def trim(client: redis.Redis, news: Sequence[News]) -> None:
    """Add `news` and take them away at once, before anybody has read them."""
    name = stream(Service.INCIDENTS, shard_of(news[0].job_id))
    pipeline = client.pipeline(transaction=True)
    for item in news:
        pipeline.xadd(name, {"job": str(item.job_id), "seq": item.seq, "event": b"{}"})
    pipeline.xtrim(name, maxlen=0, approximate=False)
    pipeline.execute()


@pytest.mark.parametrize("lose", [flush, trim])
def test_what_a_stream_lost_before_it_was_read_is_missed_soon(
    start_beside: StartGateway,
    redis_database: str,
    job: StoredJob,
    monkeypatch: pytest.MonkeyPatch,
    lose: Callable[[redis.Redis, Sequence[News]], None],
) -> None:
    monkeypatch.setattr(hub, "_CHECK_EVERY_S", 3600)
    # Over soon: until the reader has begun, what is missing is looked for in any case.
    monkeypatch.setattr(hub, "_CHECK_WITHOUT_READER_EVERY_S", 0.01)
    monkeypatch.setattr(reader, "_VERIFY_EVERY_S", 0)
    monkeypatch.setattr(reader, "_BLOCK_MS", 500)
    with (
        redis_connection.connect(redis_database) as client,
        start_beside(redis_url=redis_database) as gateway,
        watching(gateway, job, after=2) as watcher,
    ):
        watcher.frame()
        publish_news(client, Service.INCIDENTS, job.store(LINE))
        assert watcher.seqs(1) == [3]
        lose(client, job.store(LINE))
        assert watcher.seqs(1) == [4]
        publish_news(client, Service.INCIDENTS, job.store(LINE))
        assert watcher.seqs(1) == [5]


def test_an_owner_is_not_refused_with_a_stranger_who_asked_first(
    gateway: Gateway, incidents: FakeService, job: StoredJob
) -> None:
    with (
        incidents.delay() as answer,
        socket(gateway, f"/ws/v1/jobs/{job.id}", Principal(uuid4())) as stranger,
        watching(gateway, job, after=2) as owner,
    ):
        until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events") == 1 and connections("ws") == 2)
        answer()
        assert stranger.close_code() == 4003
        assert owner.frame()["resume"] == "complete"


def test_who_waits_for_a_story_is_not_left_with_the_one_who_asked_first(
    gateway: Gateway, incidents: FakeService, job: StoredJob
) -> None:
    with (
        incidents.delay() as answer,
        watching(gateway, job) as first,
        watching(gateway, job, after=2) as second,
    ):
        until(lambda: incidents.asked(f"/internal/jobs/{job.id}/events") == 1 and connections("ws") == 2)
        first.connection.close()
        answer()
        assert second.frame()["resume"] == "complete"
