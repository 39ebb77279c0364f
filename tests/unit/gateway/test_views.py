import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from errand.common.ids import Service, new_id
from errand.gateway import views
from errand.gateway.answers import Answer
from errand.gateway.live.reader import Entry
from errand.gateway.views import Key, View, Views, view_of

JOB = "01a1ff5d-ed3c-8243-89b5-895ac4c59980"
USER = uuid4()
PATH = f"/v1/jobs/{JOB}".encode()


def key(query: bytes = b"", user: UUID = USER) -> Key:
    return user, PATH, query


def view(seq: int, body: bytes = b"{}") -> View:
    return View(seq, b"application/json", body)


def keep(memory: Views, view: View, query: bytes = b"", job_id: str = JOB) -> None:
    with memory.fetching(job_id, key(query)) as fetch:
        memory.keep(job_id, view, fetch)


def found(memory: Views, query: bytes = b"", job_id: str = JOB) -> int | None:
    """The seq of what may be given out."""
    view = memory.find(job_id, key(query), None)
    return view.seq if view else None


def hear(memory: Views, seq: int, job_id: str = JOB) -> None:
    memory.hear([Entry(job_id, seq, b"{}")])


class Reader:
    """Whether Redis is heard."""

    healthy = True


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def memory(reader: Reader) -> Views:
    return Views(lambda: reader.healthy)


def test_a_view_is_given_out_until_something_newer_is_heard(memory: Views) -> None:
    keep(memory, view(3))
    hear(memory, 2)
    hear(memory, 3)
    assert found(memory) == 3
    hear(memory, 4)
    assert found(memory) is None


def test_events_of_other_jobs_do_not_matter(memory: Views) -> None:
    keep(memory, view(3))
    hear(memory, 4, str(new_id(Service.INCIDENTS)))

    assert found(memory) == 3


def test_a_write_forgets_all_views_of_the_job(memory: Views) -> None:
    keep(memory, view(3))
    keep(memory, view(3), b"page=2")
    memory.forget(JOB)

    assert (found(memory), found(memory, b"page=2")) == (None, None)


def test_a_purge_forgets_what_its_user_sees(memory: Views) -> None:
    other, another_user = str(new_id(Service.INCIDENTS)), uuid4()
    keep(memory, view(3))
    with memory.fetching(other, key(user=another_user)) as fetch:
        memory.keep(other, view(3), fetch)
    with memory.fetching(JOB, key(b"page=2")) as fetch:
        memory.forget_all_of(USER)
        memory.keep(JOB, view(3), fetch)

    assert (found(memory), found(memory, b"page=2")) == (None, None)
    assert memory.find(other, key(user=another_user), None)


def test_after_a_loss_nothing_is_given_out(memory: Views) -> None:
    keep(memory, view(3))
    memory.lose()

    assert found(memory) is None


def test_while_the_reader_hears_nothing_nothing_is_given_out_or_kept(memory: Views, reader: Reader) -> None:
    keep(memory, view(3))
    reader.healthy = False
    assert found(memory) is None
    keep(memory, view(4))
    reader.healthy = True
    assert found(memory) == 3


def test_a_view_has_its_time(memory: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(memory, view(3))
    assert found(memory) == 3
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
    assert found(memory) is None


@pytest.mark.parametrize("change", [lambda memory: hear(memory, 4), lambda memory: memory.forget(JOB), Views.lose])
def test_what_a_change_overtook_on_its_way_is_not_kept(memory: Views, change: Callable[[Views], None]) -> None:
    with memory.fetching(JOB, key()) as fetch:
        change(memory)
        memory.keep(JOB, view(3), fetch)

    assert found(memory) is None


def test_of_two_fetches_at_once_the_first_answer_is_kept(memory: Views) -> None:
    with memory.fetching(JOB, key()) as slow:
        keep(memory, view(3))
        memory.keep(JOB, view(2), slow)

    assert found(memory) == 3


async def asked_while_fetching(
    memory: Views, meanwhile: Callable[[Views], None], answer: View | None, if_none_match: bytes | None = None
) -> View | None:
    """What somebody is told who asks after `meanwhile`, and before the answer."""
    with memory.fetching(JOB, key()) as fetch:
        meanwhile(memory)
        asking = asyncio.create_task(memory.wait(JOB, key(), if_none_match))
        await asyncio.sleep(0)
        if answer:
            memory.keep(JOB, answer, fetch)
    return await asking


def nothing(_: Views) -> None:
    pass


def test_who_asks_while_a_view_is_on_its_way_waits_for_it(memory: Views) -> None:
    on_its_way = view(3)

    assert asyncio.run(asked_while_fetching(memory, nothing, on_its_way)) is on_its_way


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda memory: hear(memory, 4),
        lambda memory: memory.forget(JOB),
        Views.lose,
        pytest.param(lambda memory: keep(memory, view(4), b"page=2"), id="an answer to somebody else"),
    ],
)
def test_nobody_waits_for_what_may_be_older_than_what_was_told(
    memory: Views, meanwhile: Callable[[Views], None]
) -> None:
    assert asyncio.run(asked_while_fetching(memory, meanwhile, view(3))) is None


def test_an_answer_that_is_not_kept_lets_nobody_wait_for_an_older_one(memory: Views) -> None:
    async def ask() -> View | None:
        with memory.fetching(JOB, key()) as late:
            hear(memory, 4)
            with memory.fetching(JOB, key()) as early:
                memory.keep(JOB, view(5), late)
                asking = asyncio.create_task(memory.wait(JOB, key(), None))
                await asyncio.sleep(0)
                memory.keep(JOB, view(4), early)
        return await asking

    assert asyncio.run(ask()) is None


@pytest.mark.parametrize(
    ("answer", "if_none_match"), [(None, None), (view(3), b'"4-0"')], ids=["no view", "older than what the client had"]
)
def test_who_waited_in_vain_asks_for_himself(memory: Views, answer: View | None, if_none_match: bytes | None) -> None:
    assert asyncio.run(asked_while_fetching(memory, nothing, answer, if_none_match)) is None


def test_without_the_reader_nobody_waits_for_another(memory: Views, reader: Reader) -> None:
    def fall_silent(_: Views) -> None:
        reader.healthy = False

    assert asyncio.run(asked_while_fetching(memory, fall_silent, view(3))) is None


def test_nobody_waits_for_another_path(memory: Views) -> None:
    async def ask() -> View | None:
        async with asyncio.timeout(5):
            with memory.fetching(JOB, key(b"page=2")):
                return await memory.wait(JOB, key(), None)

    assert asyncio.run(ask()) is None


def test_a_newer_view_takes_the_place_of_all_older_ones(memory: Views) -> None:
    keep(memory, view(3))
    keep(memory, view(4), b"page=2")
    keep(memory, view(3), b"page=3")

    assert [found(memory, query) for query in (b"", b"page=2", b"page=3")] == [None, 4, None]


@pytest.mark.parametrize("job_id", [JOB.upper(), JOB.replace("-", ""), f"{{{JOB}}}", "nonsense", ""], ids=repr)
def test_jobs_go_by_their_usual_spelling_only(memory: Views, job_id: str) -> None:
    keep(memory, view(3), job_id=job_id)

    assert found(memory, job_id=job_id) is None


def test_the_views_that_were_kept_first_make_room_for_others(memory: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_MAX_BYTES", 100_000)
    jobs = [str(new_id(Service.INCIDENTS)) for _ in range(20)]
    for job in jobs:
        keep(memory, view(3, b"x" * 10_000), job_id=job)

    kept = [job for job in jobs if found(memory, job_id=job)]
    assert kept == jobs[-8:]


def test_long_queries_count_as_well(memory: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_MAX_BYTES", 100_000)
    keep(memory, view(3), b"x" * 100_000)

    assert found(memory, b"x" * 100_000) is None


def test_room_is_made_though_the_oldest_job_is_being_fetched(memory: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_MAX_BYTES", 30_000)
    other, last = (str(new_id(Service.INCIDENTS)) for _ in range(2))
    with memory.fetching(JOB, key()):
        keep(memory, view(3, b"x" * 20_000), job_id=other)
        keep(memory, view(3, b"x" * 20_000), job_id=last)

        assert (found(memory, job_id=other), found(memory, job_id=last)) == (None, 3)


def test_what_is_gone_leaves_nothing_behind(memory: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(100):
        keep(memory, view(3, b"x" * 10_000))
        memory.forget(JOB)
    monkeypatch.setattr(views, "_MAX_BYTES", 15_000)
    keep(memory, view(3, b"x" * 10_000))

    assert found(memory) == 3


@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [(None, 200), (b"%b", 304), (b"W/%b", 304), (b'"1-0", %b', 304), (b"*", 304), (b'"1-0"', 200), (b"", 200)],
)
def test_who_has_a_view_is_not_sent_it_again(if_none_match: bytes | None, status: int) -> None:
    given = view(3)
    answered, headers, body = given.answer(if_none_match.replace(b"%b", given.etag) if if_none_match else if_none_match)

    assert answered == status
    assert body == (b"{}" if status == 200 else b"")
    assert dict(headers)[b"etag"] == given.etag
    assert (b"content-length" in dict(headers)) is (status == 200)


def test_views_that_differ_have_different_etags() -> None:
    assert view(3).etag == view(3).etag
    assert len({view(3).etag, view(4).etag, view(3, b"[]").etag}) == 3


@pytest.mark.parametrize(
    ("if_none_match", "older"),
    [
        (b'"4-0"', True),
        (b'W/"4-0"', True),
        (b'"2-0", "4-0"', True),
        (b'"3-0"', False),
        (b'"2-0"', False),
        (b"*", False),
        (b"4", False),
        (b'"x-0"', False),
        (b'"' + b"9" * 5000 + b'-0"', False),
    ],
)
def test_who_had_a_later_seq_has_had_a_newer_view(if_none_match: bytes, older: bool) -> None:
    assert view(3).is_older_than(if_none_match) is older


def test_a_view_is_good_for_as_long_as_its_service_says(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Views(lambda: True)
    now = time.monotonic()
    keep(memory, View(2, b"application/json", b"{}", age_s=1))
    assert found(memory) == 2

    monkeypatch.setattr(time, "monotonic", lambda: now + 2)

    assert found(memory) is None


@pytest.mark.parametrize(
    ("cache_control", "age_s"), [("max-age=3", 3), ("private, max-age=1", 1), ("max-age=999", 15), ("no-store", 15)]
)
def test_a_service_says_so_in_seconds(cache_control: str, age_s: float) -> None:
    answer = Answer(_ignore)
    asyncio.run(_tell(answer, cache_control))

    view = view_of(answer)

    assert view is not None
    assert view.expires_at - time.monotonic() == pytest.approx(age_s, abs=0.9)


async def _ignore(_: Any) -> None: ...


async def _tell(answer: Answer, cache_control: str) -> None:
    headers = [(b"x-job-seq", b"1"), (b"content-type", b"application/json"), (b"cache-control", cache_control.encode())]
    await answer({"type": "http.response.start", "status": 200, "headers": headers})
    await answer({"type": "http.response.body", "body": b"{}", "more_body": False})
