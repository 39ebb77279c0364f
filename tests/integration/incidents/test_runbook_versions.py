from collections.abc import Callable
from typing import Any

import pytest

from errand.incidents.analysis import knowledge
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.runbooks import CONTENT, OWN, PATH, SOP, WRITTEN, changed, facts


@pytest.fixture
def written(client: Client) -> Any:
    """A runbook of the user's own, in its first version."""
    return client.post(PATH, json=WRITTEN).json()


def test_a_withdrawn_runbooks_id_stays_taken(client: Client, written: Any) -> None:
    client.delete(OWN)

    assert client.post(PATH, json=WRITTEN).status_code == 409


def test_an_edited_runbook_takes_the_services_place(client: Client) -> None:
    service = client.get(SOP).json()

    edited = client.put(SOP, json=CONTENT)

    assert (edited.status_code, edited.headers["ETag"]) == (200, '"2"')
    assert edited.json() == {**CONTENT, "id": "SOP-CON-01", "version": 2, "own": True}
    assert client.get(SOP).json() == edited.json()
    assert facts(client, SOP) == [(2, True, False), (1, False, False)]
    assert client.get(f"{SOP}/versions/1").json()["runbook"] == service
    listed = {item["id"]: item for item in client.get(f"{PATH}?limit=200").json()["runbooks"]}
    assert (listed["SOP-CON-01"]["own"], listed["SOP-CON-01"]["title"]) == (True, "Tug strike")
    assert len(listed) == len(knowledge.runbooks())


def test_the_same_content_again_makes_no_version(client: Client, written: Any) -> None:
    service = client.get(SOP).json()
    same = {name: service[name] for name in CONTENT}

    assert client.put(SOP, json=same).json() == service
    assert client.put(OWN, json=CONTENT).json() == written
    assert client.post(f"{OWN}/versions/1/restore").json() == written
    assert facts(client, SOP) == [(1, False, False)]
    assert facts(client, OWN) == [(1, True, False)]


def test_every_version_stays_as_it_was(client: Client, written: Any) -> None:
    for number in (2, 3):
        client.put(OWN, json=changed(title=f"Title {number}"))

    versions = [client.get(f"{OWN}/versions/{number}").json() for number in (1, 2, 3)]

    assert [item["runbook"]["title"] for item in versions] == ["Tug strike", "Title 2", "Title 3"]
    assert [item["runbook"]["version"] for item in versions] == [1, 2, 3]
    assert versions[0]["created_at"] < versions[1]["created_at"] < versions[2]["created_at"]


@pytest.mark.parametrize("expected", ['"1"', '"7", "1"', "*"])
def test_a_change_of_the_version_that_was_read_is_made(client: Client, written: Any, expected: str) -> None:
    path = OWN

    reply = client.put(path, json=changed(title="Changed"), headers={"If-Match": expected})

    assert (reply.status_code, reply.headers["ETag"]) == (200, '"2"')
    assert client.delete(path, headers={"If-Match": expected.replace("1", "2")}).status_code == 204


@pytest.mark.parametrize("expected", ['"1"', '"3"', "2", 'W/"2"', "", "x"])
def test_a_change_of_another_version_is_refused_and_changes_nothing(
    client: Client, written: Any, expected: str
) -> None:
    path, headers = OWN, {"If-Match": expected}
    current = client.put(path, json=changed(title="Changed")).json()

    replies = [client.put(path, json=CONTENT, headers=headers), client.delete(path, headers=headers)]

    assert [(reply.status_code, reply.json()["code"]) for reply in replies] == [(412, "version_changed")] * 2
    assert "version 2" in replies[0].json()["detail"]
    assert client.get(path).json() == current


def test_nothing_that_is_withdrawn_matches(client: Client, written: Any) -> None:
    path = OWN
    client.delete(path)

    for expected in ('"1"', '"2"', "*"):
        assert client.put(path, json=CONTENT, headers={"If-Match": expected}).status_code == 412
    assert client.put(path, json=CONTENT).json()["version"] == 3


def test_an_earlier_version_is_restored_by_a_new_one(client: Client) -> None:
    service = client.get(SOP).json()
    client.put(SOP, json=CONTENT)

    restored = client.post(f"{SOP}/versions/1/restore")

    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert restored.json() == {**service, "version": 3, "own": True}
    assert client.get(SOP).json() == restored.json()
    assert facts(client, SOP) == [(3, True, False), (2, True, False), (1, False, False)]


@pytest.mark.parametrize("path", [SOP, OWN])
def test_a_withdrawn_runbook_is_found_no_more_but_its_history_is(client: Client, written: Any, path: str) -> None:
    before = facts(client, path)

    withdrawn = client.delete(path)

    assert (withdrawn.status_code, withdrawn.content) == (204, b"")
    for again in (client.get(path), client.delete(path)):
        assert (again.status_code, again.json()["code"]) == (404, "runbook_not_found")
    assert path.rpartition("/")[2] not in client.get(f"{PATH}?limit=200").text
    assert path.rpartition("/")[2] not in client.get(f"{PATH}?limit=200&q=missing+container+tug").text
    assert facts(client, path) == [(before[0][0] + 1, True, True), *before]
    last = client.get(f"{path}/versions/{before[0][0] + 1}").json()
    assert (last["withdrawn"], last["runbook"]) == (True, None)


@pytest.mark.parametrize("path", [SOP, OWN])
def test_a_withdrawn_runbook_comes_back(client: Client, written: Any, path: str) -> None:
    before = client.get(path).json()
    client.delete(path)
    restored = client.post(f"{path}/versions/1/restore").json()
    client.delete(path)
    replaced = client.put(path, json=CONTENT).json()

    assert restored == {**before, "version": 3, "own": True}
    assert (replaced["version"], replaced["title"]) == (5, "Tug strike")
    assert [withdrawn for _, _, withdrawn in facts(client, path)] == [False, True, False, True, False]


def test_what_withdrew_a_runbook_cannot_be_restored(client: Client, written: Any) -> None:
    client.delete(OWN)

    reply = client.post(f"{OWN}/versions/2/restore")

    assert (reply.status_code, reply.json()["code"]) == (409, "runbook_version_withdrawn")


@pytest.mark.parametrize("number", ["0", "2", "-1", str(2**31), str(10**30)])
def test_an_unknown_version_is_not_found(client: Client, number: str) -> None:
    for reply in (client.get(f"{SOP}/versions/{number}"), client.post(f"{SOP}/versions/{number}/restore")):
        assert (reply.status_code, reply.json()["code"]) == (404, "runbook_version_not_found")


def test_the_next_analysis_goes_by_what_the_user_wrote(client: Client, analysed: Callable[..., Any]) -> None:
    def reference() -> Any:
        run = analysed(data={"incident_text": "Container MSKU1234565 is missing from the terminal since 08:00."})
        references = run["result"]["incident_analysis"]["sop_references"]
        return next((item for item in references if item["id"] == "SOP-CON-01"), None)

    before = reference()
    client.put(SOP, json=changed(title="Missing container", keywords=["missing", "container", "terminal"]))
    edited = reference()
    client.delete(SOP)

    assert (before["version"], before["own"]) == (1, False)
    assert (edited["version"], edited["own"], edited["title"]) == (2, True, "Missing container")
    assert edited["steps"] == CONTENT["steps"]
    assert reference() is None
