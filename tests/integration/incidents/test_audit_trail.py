"""An incident and its audit trail always tell the same story."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from errand.common.database import Database
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import UNHANDLED, act, audit, handling, report

# Few words, so that the same is said again.
words = st.sampled_from(["one", "two"])
notes = st.none() | words
FEEDBACK = {
    "helpful": st.booleans() | st.none(),
    "correct_type": st.sampled_from(["General", "Infrastructure", None]),
    "correct_severity": st.sampled_from(["Low", "Critical", None]),
    "actual_cause": words | st.none(),
    "resolution": words | st.none(),
    "notes": words | st.none(),
}


def told(entries: list[Any]) -> dict[str, Any]:
    """The incident as its trail has it."""
    found = flat(UNHANDLED)
    for entry in entries:
        found |= entry["changes"]
    return found


def flat(found: dict[str, Any]) -> dict[str, Any]:
    """What people set, by field."""
    stated: dict[str, Any] = {name: found[name] for name in UNHANDLED if name != "feedback"}
    feedback: dict[str, Any] = found["feedback"]
    return stated | feedback


class HandlingMachine(RuleBasedStateMachine):
    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client
        self.run_id = report(client)
        self.expected = flat(UNHANDLED)
        self.entries: list[Any] = []

    @rule(note=notes)
    def acknowledge(self, note: str | None) -> None:
        self.act("acknowledge", 409 if self.is_resolved else 200, {"state": "acknowledged"}, note=note)

    @rule(assignee=st.none() | words, note=notes)
    def assign(self, assignee: str | None, note: str | None) -> None:
        status = 409 if self.is_resolved else 200
        self.act("assign", status, {"assignee": assignee}, assignee=assignee, note=note)

    @rule(resolution=words, cause=st.fixed_dictionaries({}, optional={"cause": words | st.none()}), note=notes)
    def resolve(self, resolution: str, cause: dict[str, str | None], note: str | None) -> None:
        expected = {"state": "resolved", "resolution": resolution, **cause}
        self.act("resolve", 200, expected, resolution=resolution, note=note, **cause)

    @rule(note=notes)
    def reopen(self, note: str | None) -> None:
        self.act("reopen", 200 if self.is_resolved else 409, {"state": "open", "resolution": None}, note=note)

    @rule(given=st.fixed_dictionaries({}, optional=FEEDBACK))
    def give_feedback(self, given: dict[str, Any]) -> None:
        expected = {"cause" if name == "actual_cause" else name: value for name, value in given.items()}
        self.act("feedback", 200, expected, **given)

    @rule()
    def be_refused(self) -> None:
        assert act(self.client, self.run_id, "assign", assignee=5, note="Never").status_code == 422

    @property
    def is_resolved(self) -> bool:
        return bool(self.expected["state"] == "resolved")

    def act(self, action: str, status: int, expected: dict[str, Any], **body: Any) -> None:
        assert act(self.client, self.run_id, action, **body).status_code == status
        if status == 200:
            self.expected |= expected

    @invariant()
    def the_incident_is_what_was_made_of_it(self) -> None:
        found = flat(handling(self.client, self.run_id))
        times = {name: found.pop(name) for name in ("acknowledged_at", "resolved_at")}
        assert found == {name: value for name, value in self.expected.items() if name not in times}
        assert (times["resolved_at"] is not None) == (found["state"] == "resolved")
        if found["state"] != "resolved":
            assert (times["acknowledged_at"] is not None) == (found["state"] == "acknowledged")

    @invariant()
    def the_trail_tells_it(self) -> None:
        entries = audit(self.client, self.run_id)
        assert told(entries) == flat(handling(self.client, self.run_id))
        assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
        assert all(entry["changes"] or entry["note"] for entry in entries)

    @invariant()
    def no_entry_ever_changes(self) -> None:
        entries = audit(self.client, self.run_id)
        assert entries[: len(self.entries)] == self.entries
        assert len(entries) <= len(self.entries) + 1
        self.entries = entries


def test_incident_and_trail_agree_whatever_is_done(client: Client) -> None:
    run_state_machine_as_test(
        lambda: HandlingMachine(client),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_trail_has_its_limit(client: Client, database: Database) -> None:
    run_id = report(client)
    act(client, run_id, "acknowledge")
    more = """
        INSERT INTO audit_entries (job_id, number, actor_id, action, changes)
        SELECT job_id, later, actor_id, 'assigned', '{}' FROM audit_entries, generate_series(2, 999) AS later
    """
    database.execute(sa.text(more))

    replies = [act(client, run_id, "assign", assignee=name) for name in ("Ada", "Ben", "Ada")]

    assert [reply.status_code for reply in replies] == [200, 409, 200]
    assert replies[1].json()["code"] == "audit_trail_full"
    assert handling(client, run_id)["assignee"] == "Ada"
    assert len(audit(client, run_id)) == 1_000


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result() for future in [threads.submit(action) for action in actions]]


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_resolve_at_once_the_trail_has_both(client: Client, attempt: int) -> None:
    run_id = report(client)

    replies = at_once(
        lambda: act(client, run_id, "resolve", resolution="Found by Ada"),
        lambda: act(client, run_id, "resolve", resolution="Found by Ben"),
    )

    assert [reply.status_code for reply in replies] == [200, 200]
    entries = audit(client, run_id)
    assert [(entry["number"], entry["action"]) for entry in entries] == [(1, "resolved"), (2, "resolved")]
    assert ["resolved_at" in entry["changes"] for entry in entries] == [True, False]
    assert told(entries) == flat(handling(client, run_id))


def test_two_who_resolve_with_the_same_words_leave_one_entry(client: Client) -> None:
    run_id = report(client)

    replies = at_once(*[lambda: act(client, run_id, "resolve", resolution="Found")] * 2)

    assert replies[0].json() == replies[1].json()
    assert len(audit(client, run_id)) == 1


def test_many_who_act_at_once_leave_entries_without_a_gap(client: Client) -> None:
    run_id = report(client)
    names = [f"Person {number}" for number in range(24)]

    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda name: act(client, run_id, "assign", assignee=name), names))

    entries = audit(client, run_id)
    assert {reply.status_code for reply in replies} == {200}
    assert [entry["number"] for entry in entries] == list(range(1, 25))
    assert sorted(entry["changes"]["assignee"] for entry in entries) == sorted(names)
    assert entries == sorted(entries, key=lambda entry: entry["at"])
    assert handling(client, run_id)["assignee"] == entries[-1]["changes"]["assignee"]


def test_a_run_from_before_there_were_incidents_becomes_one_incident_in_many_hands(
    client: Client, database: Database
) -> None:
    run_id = report(client)
    database.execute(sa.text("DELETE FROM incidents"))

    at_once(*[lambda: act(client, run_id, "acknowledge")] * 6)

    assert len(audit(client, run_id)) == 1
