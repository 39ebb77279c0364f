from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from errand.common.database import Database
from errand.incidents import runbooks as rules
from errand.incidents.analysis import knowledge
from errand.incidents.repository import runbooks as repository
from errand.incidents.service import runbooks
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.runbooks import CONTENT, OWN, PATH, SOP, WRITTEN, changed, facts, user_of


@pytest.fixture
def written(client: Client) -> Any:
    """A runbook of the user's own, in its first version."""
    return client.post(PATH, json=WRITTEN).json()


def test_an_analysis_gets_what_holds_for_its_user(client: Client, database: Database) -> None:
    client.post(PATH, json=WRITTEN)
    client.put(SOP, json=CONTENT)
    client.put(SOP, json=changed(title="Once more"))
    client.delete(f"{PATH}/SOP-CON-02")

    with database.transaction() as tx:
        mine, others = runbooks.current(tx, user_of(client)), runbooks.current(tx, uuid4())

    found = {runbook.id: runbook for runbook in mine}
    assert others == tuple(sorted(knowledge.runbooks(), key=lambda runbook: runbook.id))
    assert found.keys() == {runbook.id for runbook in others} - {"SOP-CON-02"} | {"TUG-STRIKE"}
    assert {runbook.id for runbook in mine if runbook.own} == {"SOP-CON-01", "TUG-STRIKE"}
    assert (found["SOP-CON-01"].version, found["SOP-CON-01"].title) == (3, "Once more")
    assert [step.action for step in found["TUG-STRIKE"].steps] == [step["action"] for step in CONTENT["steps"]]


def test_writers_at_once_lose_nothing_and_leave_no_gap(client: Client) -> None:
    titles = [f"Title {number}" for number in range(12)]

    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda title: client.put(SOP, json=changed(title=title)), titles))

    assert {reply.status_code for reply in replies} == {200}
    versions = facts(client, SOP)
    assert [number for number, _, _ in versions] == list(range(13, 0, -1))
    kept = [client.get(f"{SOP}/versions/{number}").json()["runbook"]["title"] for number in range(2, 14)]
    assert sorted(kept) == sorted(titles)
    assert {reply.json()["version"]: reply.json()["title"] for reply in replies} == dict(enumerate(kept, 2))


def test_of_writers_who_read_the_same_version_one_succeeds(client: Client, written: Any) -> None:
    def write(number: int) -> int:
        return client.put(OWN, json=changed(title=f"Title {number}"), headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(write, range(6)))

    assert sorted(statuses) == [200, *[412] * 5]
    assert facts(client, OWN) == [(2, True, False), (1, True, False)]


def test_of_those_who_create_the_same_runbook_one_succeeds(client: Client) -> None:
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(lambda _: client.post(PATH, json=WRITTEN).status_code, range(6)))

    assert sorted(replies) == [201, *[409] * 5]
    assert facts(client, OWN) == [(1, True, False)]


def test_a_user_has_at_most_200_runbooks(client: Client, sign_in: Callable[[Client], None], database: Database) -> None:
    owner_id = user_of(client)
    with database.transaction() as tx:
        for number in range(rules.MAX_RUNBOOKS - 1):
            repository.add(tx, owner_id, f"MINE-{number}", 1, CONTENT if number else None)
    assert client.put(SOP, json=CONTENT).status_code == 200

    refused = [client.post(PATH, json=WRITTEN), client.put(f"{PATH}/SOP-CON-02", json=CONTENT)]
    refused += [client.delete(f"{PATH}/SOP-CON-02"), client.post(f"{OWN}/versions/1/restore")]

    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [
        *[(409, "too_many_runbooks")] * 3,
        (404, "runbook_not_found"),
    ]
    assert client.put(SOP, json=changed(title="Once more")).status_code == 200
    assert client.put(f"{PATH}/MINE-0", json=CONTENT).status_code == 200
    sign_in(client)
    assert client.post(PATH, json=WRITTEN).status_code == 201


def test_a_runbook_has_at_most_500_versions_and_can_still_be_withdrawn(client: Client, database: Database) -> None:
    owner_id = user_of(client)
    with database.transaction() as tx:
        for number in range(1, rules.MAX_VERSIONS + 1):
            repository.add(tx, owner_id, "TUG-STRIKE", number, changed(title=f"Title {number}"))

    refused = [client.put(OWN, json=CONTENT), client.post(f"{OWN}/versions/1/restore")]

    assert {(reply.status_code, reply.json()["code"]) for reply in refused} == {(409, "too_many_runbook_versions")}
    assert client.put(OWN, json=changed(title="Title 500")).status_code == 200
    assert len(facts(client, OWN)) == 500
    assert client.delete(OWN).status_code == 204
    assert client.put(OWN, json=CONTENT).status_code == 409
