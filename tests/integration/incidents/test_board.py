import pytest

from tests.integration.incidents.conftest import Client
from tests.integration.incidents.handling import TEXT, act, board, handling, report


def test_the_board_has_the_newest_first_and_leads_on(client: Client) -> None:
    ids = [report(client, f"{TEXT}, {number}") for number in range(5)]

    first = client.get("/incident/handling?limit=3")
    rest = client.get(first.links["next"]["url"])

    found = first.json()["incidents"] + rest.json()["incidents"]
    assert [incident["run_id"] for incident in found] == ids[::-1]
    assert found[-1] == handling(client, ids[0])
    assert "next" not in rest.links


def test_the_board_shows_a_state_or_an_assignee(client: Client) -> None:
    seen, given, over, new = (report(client, f"{TEXT}, {number}") for number in range(4))
    act(client, seen, "acknowledge")
    act(client, given, "assign", assignee="Ada & Ben")
    act(client, over, "assign", assignee="Ada & Ben")
    act(client, over, "resolve", resolution="Found")

    assert board(client, "state=open") == [new, given]
    assert board(client, "state=acknowledged") == [seen]
    assert board(client, "state=resolved") == [over]
    assert board(client, "assignee=Ada %26 Ben") == [over, given]
    assert board(client, "assignee=Ada %26 Ben&state=open") == [given]
    assert board(client, "assignee=Ben") == board(client, "assignee=%00") == []


def test_a_page_of_the_board_leads_to_the_next_of_the_same(client: Client) -> None:
    ids = [report(client, f"{TEXT}, {number}") for number in range(3)]
    for run_id in ids[::2]:
        act(client, run_id, "assign", assignee="Ada & Ben")

    first = client.get("/incident/handling?limit=1&state=open&assignee=Ada %26 Ben")
    second = client.get(first.links["next"]["url"])
    third = client.get(second.links["next"]["url"])

    pages = [[incident["run_id"] for incident in page.json()["incidents"]] for page in (first, second, third)]
    assert pages == [[ids[2]], [ids[0]], []]


@pytest.mark.parametrize("query", ["state=closed", "limit=0", "limit=1000", "cursor=x", f"assignee={'x' * 201}"])
def test_a_board_that_makes_no_sense_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/incident/handling?{query}").status_code == 422
