"""What was reported twice within half an hour is pointed out at the second time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from errand.common import redis
from errand.common.database import Database
from errand.common.ids import Service
from errand.common.jobs.worker import Worker
from errand.incidents import actors
from errand.incidents.analysis.report import Findings
from errand.incidents.narration.narrator import Told
from errand.incidents.narration.rules import Rules
from errand.incidents.service.analysis import Analyst
from errand.incidents.settings import Settings
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import TEXT, report
from tests.waiting import until

Duplicate = dict[str, Any] | None
OTHER_WORDS = "Cannot find CSQU3054383 anywhere in the yard, the container is missing"


@pytest.fixture
def reported(analysed: Callable[..., Any]) -> Callable[[str], tuple[str, Duplicate]]:
    """`reported(text)` is a new run, and what it was found to be a duplicate of."""

    def reported(text: str) -> tuple[str, Duplicate]:
        run = analysed(data={"incident_text": text})
        return run["run_id"], run["result"]["incident_analysis"]["duplicate_of"]

    return reported


@pytest.fixture
def pass_time(database: Database) -> Callable[[int], None]:
    """`pass_time(5)` makes all that was reported five minutes older."""

    def pass_time(minutes: int) -> None:
        older = sa.text("UPDATE incidents SET reported_at = reported_at - make_interval(mins => :minutes)")
        database.execute(older, {"minutes": minutes})

    return pass_time


def same_text(run_id: str, minutes: int = 0) -> Duplicate:
    return {"run_id": run_id, "reason": "same_text", "shared": [], "minutes_before": minutes}


def same_subject(run_id: str, *shared: str, minutes: int = 0) -> Duplicate:
    return {"run_id": run_id, "reason": "same_subject", "shared": list(shared), "minutes_before": minutes}


def test_the_first_report_is_no_duplicate(reported: Callable[[str], tuple[str, Duplicate]]) -> None:
    assert reported(TEXT)[1] is None


def test_the_same_text_is_pointed_out_however_it_is_set(reported: Callable[[str], tuple[str, Duplicate]]) -> None:
    first, _ = reported(TEXT)

    assert reported(f"  {TEXT.upper()}\n\n")[1] == same_text(first)
    assert reported(TEXT.replace(" ", "\t\n"))[1] == same_text(first)


@pytest.mark.parametrize("text", [TEXT, OTHER_WORDS])
def test_half_an_hour_later_it_is_another_incident(
    reported: Callable[[str], tuple[str, Duplicate]], pass_time: Callable[[int], None], text: str
) -> None:
    first, _ = reported(TEXT)

    pass_time(29)
    found = reported(text)[1]
    assert found is not None
    assert (found["run_id"], found["minutes_before"]) == (first, 29)

    pass_time(31)
    assert reported(text)[1] is None


def test_a_report_of_somebody_else_is_not_pointed_out(
    reported: Callable[[str], tuple[str, Duplicate]], client: Client, sign_in: Callable[[Client], None]
) -> None:
    reported(TEXT)
    sign_in(client)

    assert reported(TEXT)[1] is None
    assert reported(OTHER_WORDS)[1] is not None


def test_the_same_container_in_other_words_is_pointed_out(reported: Callable[[str], tuple[str, Duplicate]]) -> None:
    first, _ = reported(TEXT)

    assert reported(OTHER_WORDS)[1] == same_subject(first, "container:CSQU3054383")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "CODECO messages to port SGSIN are rejected with HTTP 503",
            "Partner says that CODECO is rejected, HTTP 503 again at SGSIN",
        ),
        (
            "MV Pacific Dawn is delayed at berth 4",
            "Vessel MV Pacific Dawn: the berth is not available, she is delayed",
        ),
        (
            "Voyage 123E is delayed at berth 4",
            "The berth is not available, delayed: voyage 123E",
        ),
        (
            "Container CSQU3054383 is missing from block B07",
            "Container MSKU1234565 is missing from block B07",
        ),
        (
            "Container CSQU3054383 is missing from block B07",
            "The CODECO message for CSQU3054383 was rejected by the partner's EDI gateway, APERAK received",
        ),
    ],
    ids=["place, message and code", "vessel alone", "voyage alone", "another container", "another type"],
)  # fmt: skip
def test_what_many_incidents_share_does_not_make_them_one(
    reported: Callable[[str], tuple[str, Duplicate]], first: str, second: str
) -> None:
    reported(first)

    assert reported(second)[1] is None


def test_a_vessel_together_with_its_voyage_tells_a_call(reported: Callable[[str], tuple[str, Duplicate]]) -> None:
    first, _ = reported("MV PACIFIC DAWN voyage 123E is delayed at berth 4")

    found = reported("MV PACIFIC DAWN, voyage 123E: the berth is not available, vessel delayed")[1]

    assert found == same_subject(first, "vessel:PACIFIC DAWN", "voyage:123E")


def test_the_one_that_shares_most_is_pointed_out(reported: Callable[[str], tuple[str, Duplicate]]) -> None:
    reported("Container CSQU3054383 is missing from block B07")
    both, _ = reported("Containers MSKU1234565 and HLXU1234564 are missing from block C01")

    found = reported("Where are CSQU3054383, MSKU1234565 and HLXU1234564? The containers are missing")[1]

    assert found == same_subject(both, "container:MSKU1234565", "container:HLXU1234564")


def test_of_those_that_share_as_much_the_first_is_pointed_out(
    reported: Callable[[str], tuple[str, Duplicate]],
) -> None:
    first, _ = reported("Container CSQU3054383 is missing from block B07")
    reported("Container MSKU1234565 is missing from block B07")

    found = reported("Where are MSKU1234565 and CSQU3054383? The containers are missing")[1]

    assert found == same_subject(first, "container:CSQU3054383")


def test_a_chain_leads_to_its_first(
    reported: Callable[[str], tuple[str, Duplicate]], pass_time: Callable[[int], None]
) -> None:
    first, _ = reported(TEXT)
    pass_time(20)
    reported(TEXT)
    pass_time(20)
    assert reported(TEXT)[1] == same_text(first, minutes=40)
    pass_time(20)
    assert reported(OTHER_WORDS)[1] == same_subject(first, "container:CSQU3054383", minutes=60)


def test_a_chain_that_lost_its_first_leads_to_who_is_left(
    reported: Callable[[str], tuple[str, Duplicate]], pass_time: Callable[[int], None], database: Database
) -> None:
    first, _ = reported(TEXT)
    pass_time(20)
    second, _ = reported(TEXT)
    database.execute(sa.text("DELETE FROM jobs WHERE id = CAST(:id AS uuid)"), {"id": first})
    pass_time(5)

    assert reported(TEXT)[1] == same_text(second, minutes=5)


def test_a_report_whose_run_was_cancelled_is_pointed_out_when_it_comes_again(
    client: Client, request: pytest.FixtureRequest
) -> None:
    first = report(client)
    client.post(f"/v1/jobs/{first}/cancel")
    second = report(client)

    request.getfixturevalue("worker")

    assert duplicates_of(client, [second]) == [same_text(first)]


def test_of_one_text_that_is_sent_many_times_at_once_one_is_the_first(
    client: Client, request: pytest.FixtureRequest
) -> None:
    with ThreadPoolExecutor(6) as threads:
        ids = list(threads.map(lambda _: report(client), range(6)))

    request.getfixturevalue("worker")

    found = duplicates_of(client, ids)
    (first,) = [run_id for run_id, duplicate in zip(ids, found, strict=True) if duplicate is None]
    assert [duplicate for duplicate in found if duplicate is not None] == [same_text(first)] * 5


class Slow(Rules):
    """Takes its time over the first narrative."""

    def __init__(self) -> None:
        self.narratives = 0
        self.go_on = threading.Event()

    def narrate(self, findings: Findings, reference: str | None = None) -> Told:
        self.narratives += 1
        if self.narratives == 1:
            assert self.go_on.wait(20)
        return super().narrate(findings, reference)


def test_a_report_is_found_while_words_are_sought_for_it(
    client: Client, database: Database, settings: Settings
) -> None:
    narrator = Slow()
    worker = Worker(Service.INCIDENTS, database, redis.connect(settings.redis_url), drain_s=0, poll_s=0.05)
    actors.register(worker, Analyst(database, narrator))
    with worker.running():
        first = report(client)
        until(lambda: narrator.narratives)
        found = duplicates_of(client, [report(client, OTHER_WORDS)])
        narrator.go_on.set()
        found += duplicates_of(client, [first])

    assert found == [same_subject(first, "container:CSQU3054383"), None]


def duplicates_of(client: Client, ids: list[str]) -> list[Duplicate]:
    runs = [until(partial(completed, client, run_id)) for run_id in ids]
    return [run["result"]["incident_analysis"]["duplicate_of"] for run in runs]


def completed(client: Client, run_id: str) -> Any:
    run = client.get(f"/incident/run/{run_id}").json()
    return run if run["status"] == "completed" else None
