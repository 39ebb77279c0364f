import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx2
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from errand.common import redis
from errand.common.database import Database
from errand.common.errors import Conflict, Unavailable
from errand.common.ids import Service
from errand.common.jobs.backlog import Backlog
from errand.common.jobs.run import Run
from errand.common.jobs.runner import Handler
from errand.common.jobs.worker import open_broker
from errand.incidents.domain import KIND
from errand.incidents.settings import Settings
from tests.integration.common.conftest import PUBLIC_KEY, Submit, running, sample
from tests.integration.gateway.serving import talking
from tests.integration.gateway.test_process import free_port
from tests.waiting import until

DUE = "errand_queue_depth"
RUNS = "errand_run_duration_seconds_count"


def queue(name: str) -> float | None:
    return sample(name, queue="incidents")


def runs(outcome: str) -> float:
    return sample(RUNS, kind=KIND, outcome=outcome) or 0


def waits(what: str) -> float:
    return sample(f"errand_run_queue_wait_seconds_{what}", kind=KIND) or 0


@pytest.fixture
def backlog(settings: Settings) -> Iterator[Callable[[str], None]]:
    """`backlog(url)` has the gauges read from that Postgres."""
    with redis.connect(settings.redis_url) as client:
        broker = open_broker(Service.INCIDENTS, client, 1)
        backlogs = []

        def start(url: str) -> None:
            backlogs.append(Backlog(Service.INCIDENTS, Database(url, schema="incidents"), broker))
            backlogs[-1].start()

        yield start
        for backlog in backlogs:
            backlog.stop()


def test_jobs_that_nobody_works_on_show_in_their_queue(submit: Submit) -> None:
    for _ in range(3):
        submit()

    assert queue(DUE) == 3
    assert queue("errand_queue_oldest_age_seconds") > 0  # type: ignore[operator]
    assert sample(DUE, queue="incidents.slow") == 0


def test_runs_handed_to_redis_are_counted_apart(submit: Submit, settings: Settings) -> None:
    submit()
    with redis.connect(settings.redis_url) as client:
        broker = open_broker(Service.INCIDENTS, client, 1)
        until(lambda: broker.depths(["incidents"]) == [1])

    assert queue("errand_queue_messages") == 1


def test_an_empty_queue_is_told_as_empty(api: object) -> None:
    assert (queue(DUE), queue("errand_queue_oldest_age_seconds")) == (0, 0)
    assert (sample("errand_outbox_rows"), sample("errand_outbox_lag_seconds")) == (0, 0)


def test_what_waits_for_a_worker_is_read_again_after_a_while(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("errand.common.jobs.backlog._FRESH_S", 0.5)
    submit()
    assert queue(DUE) == 1
    submit()

    until(lambda: queue(DUE) == 2)


class TestWithoutRedis:
    @pytest.fixture
    def redis_database(self) -> str:
        return f"redis://127.0.0.1:{free_port()}/0"

    def test_the_outbox_fills_up_and_only_redis_is_not_told_of(self, submit: Submit) -> None:
        submit()

        assert sample("errand_outbox_rows") == 1
        assert sample("errand_outbox_lag_seconds") > 0  # type: ignore[operator]
        assert (queue(DUE), queue("errand_queue_messages")) == (1, None)


def test_without_postgres_the_rest_is_told(backlog: Callable[[str], None]) -> None:
    backlog(f"postgresql://nobody@127.0.0.1:{free_port()}/none")

    assert (queue(DUE), sample("errand_outbox_rows")) == (None, None)
    assert queue("errand_queue_messages") == 0


def test_a_postgres_that_hangs_does_not_hold_up_the_rest(backlog: Callable[[str], None]) -> None:
    released = threading.Event()

    def hang(_: socket.socket) -> None:
        released.wait()

    with talking(hang) as port:
        backlog(f"postgresql://nobody@127.0.0.1:{port}/none")
        told = generate_latest().decode()
        released.set()

    assert DUE not in told
    assert "errand_http_request_duration_seconds" in told


def test_metrics_of_a_stopped_api_are_gone(settings: Settings, backlog: Callable[[str], None]) -> None:
    database = Database(settings.database_url, schema="incidents")
    with redis.connect(settings.redis_url) as client, closing(database):
        stopped = Backlog(Service.INCIDENTS, database, open_broker(Service.INCIDENTS, client, 1))
        stopped.start()
        stopped.stop()

    assert queue(DUE) is None


def completes(run: Run) -> int:
    assert sample("errand_runs_in_progress", kind=KIND) == 1
    return 1


def fails(run: Run) -> None:
    raise Conflict


def fails_for_now(run: Run) -> None:
    raise Unavailable("Not now.")


@pytest.mark.parametrize(
    ("handler", "outcome"), [(completes, "completed"), (fails, "failed"), (fails_for_now, "retried")]
)
def test_a_go_at_a_run_is_timed_by_its_outcome(
    submit: Submit, work: Callable[[Handler], None], handler: Handler, outcome: str
) -> None:
    before = runs(outcome)
    submit()
    work(handler)

    until(lambda: runs(outcome) == before + 1)
    assert sample("errand_run_duration_seconds_sum", kind=KIND, outcome=outcome) > 0  # type: ignore[operator]
    until(lambda: sample("errand_runs_in_progress", kind=KIND) == 0)


def test_a_runs_wait_for_its_worker_is_timed(submit: Submit, work: Callable[[Handler], None]) -> None:
    before = waits("count"), waits("sum")
    submit()
    work(completes)

    until(lambda: waits("count") == before[0] + 1)
    assert waits("sum") > before[1]


@pytest.mark.parametrize("command", ["api", "worker"])
def test_a_process_serves_its_metrics_on_a_port_of_their_own(settings: Settings, command: str) -> None:
    port, metrics_port = free_port(), free_port()
    variables = {
        "database_url": settings.database_url,
        "redis_url": settings.redis_url,
        "identity_public_key": PUBLIC_KEY,
        "port" if command == "api" else "health_port": port,
        "metrics_port": metrics_port,
    }
    with running("incidents", command, ready_port=port, **variables):
        told = httpx2.get(f"http://127.0.0.1:{metrics_port}/metrics", trust_env=False)

    names = {family.name for family in text_string_to_metric_families(told.text)}
    assert {"process_resident_memory_bytes", "errand_run_duration_seconds"} <= names
    assert (DUE in names) == (command == "api")
    assert not {name for name in names if name.endswith("_created")}
