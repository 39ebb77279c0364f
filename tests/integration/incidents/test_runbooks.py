import json
from collections.abc import Callable
from typing import Any

import pytest

from errand.incidents import runbooks as rules
from errand.incidents.analysis import knowledge
from tests.integration.incidents.conftest import Client
from tests.integration.incidents.runbooks import CONTENT, OWN, PATH, SOP, STEP, WRITTEN, changed, facts


@pytest.fixture
def written(client: Client) -> Any:
    """A runbook of the user's own, in its first version."""
    return client.post(PATH, json=WRITTEN).json()


def test_the_services_runbooks_are_everybodys(client: Client) -> None:
    listed = client.get(f"{PATH}?limit=200").json()["runbooks"]
    whole = client.get(SOP)

    assert [item["id"] for item in listed] == sorted(runbook.id for runbook in knowledge.runbooks())
    assert not any(item["own"] for item in listed)
    assert (whole.status_code, whole.headers["ETag"]) == (200, '"1"')
    assert whole.json().keys() == {"id", "title", "version", "type", "keywords", "signals", "steps", "own"}
    assert next(item for item in listed if item["id"] == "SOP-CON-01") == {
        **{name: whole.json()[name] for name in ("id", "title", "version", "type", "own", "keywords")},
        "steps_count": len(whole.json()["steps"]),
    }
    assert facts(client, SOP) == [(1, False, False)]
    assert client.get(f"{SOP}/versions/1").json()["runbook"] == whole.json()


def test_the_list_leads_on_to_the_last_runbook(client: Client) -> None:
    ids, url = [], f"{PATH}?limit=7"
    while url:
        reply = client.get(url)
        ids += [item["id"] for item in reply.json()["runbooks"]]
        url = reply.links.get("next", {}).get("url", "")

    assert ids == sorted(runbook.id for runbook in knowledge.runbooks())


def test_the_list_of_one_type_leads_on_within_it(client: Client) -> None:
    expected = sorted(runbook.id for runbook in knowledge.runbooks() if runbook.type == "EDI Communication")

    first = client.get(PATH, params={"type": "EDI Communication", "limit": 1})
    rest = client.get(first.links["next"]["url"].replace("limit=1", "limit=200"))

    assert [item["id"] for item in first.json()["runbooks"] + rest.json()["runbooks"]] == expected
    assert "next" not in rest.links


def test_a_page_that_ends_with_the_list_leads_nowhere(client: Client) -> None:
    reply = client.get(f"{PATH}?limit={len(knowledge.runbooks())}")

    assert "next" not in reply.links


def test_a_search_has_the_best_first(client: Client, written: Any) -> None:
    found = client.get(PATH, params={"q": "The pilots report a tug strike"})
    elsewhere = client.get(PATH, params={"q": "tug strike", "type": "Email System"})

    assert found.json()["runbooks"][0]["id"] == "TUG-STRIKE"
    assert "TUG-STRIKE" not in str(elsewhere.json())
    assert client.get(PATH, params={"q": "xyzzy"}).json() == {"runbooks": []}


def test_a_search_bears_runbooks_without_a_word(client: Client) -> None:
    for title in ("???", "123"):
        client.post(PATH, json={**WRITTEN, "id": f"1{title[0]}".replace("?", "2"), "title": title, "keywords": []})

    assert client.get(PATH, params={"q": "tug"}).status_code == 200
    assert client.get(PATH, params={"q": "of the !?"}).json() == {"runbooks": []}


def test_a_search_has_no_more_than_was_asked_for_and_leads_nowhere(client: Client) -> None:
    reply = client.get(PATH, params={"q": "container", "limit": 2})

    assert len(reply.json()["runbooks"]) == 2
    assert "next" not in reply.links


@pytest.mark.parametrize("query", ["type=Fire", "limit=0", "limit=201", "q=", f"q={'x' * 201}", f"cursor={'x' * 101}"])
def test_a_list_that_makes_no_sense_is_refused(client: Client, query: str) -> None:
    assert client.get(f"{PATH}?{query}").status_code == 422


def test_a_runbook_of_ones_own_is_kept_as_it_was_sent(client: Client) -> None:
    reply = client.post(PATH, json=WRITTEN)

    assert (reply.status_code, reply.headers["Location"]) == (201, OWN)
    assert reply.headers["ETag"] == '"1"'
    assert reply.json() == {**WRITTEN, "version": 1, "own": True}
    assert client.get(reply.headers["Location"]).json() == reply.json()
    assert facts(client, OWN) == [(1, True, False)]
    assert "TUG-STRIKE" in [item["id"] for item in client.get(f"{PATH}?limit=200").json()["runbooks"]]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Tug strike", "TUG-STRIKE"),
        ("  Défaut n° 7: l'écluse! ", "DEFAUT-N-7-L-ECLUSE"),
        ("Ten words of a title that are a lot too long for an id", "TEN-WORDS-OF-A-TITLE-THAT-ARE-A-LOT-TOO"),
    ],
)
def test_without_an_id_the_title_gives_one(client: Client, title: str, expected: str) -> None:
    reply = client.post(PATH, json=changed(title=title))

    assert (reply.json()["id"], reply.json()["title"]) == (expected, title)
    assert client.get(reply.headers["Location"]).status_code == 200


def test_a_title_without_latin_letters_wants_an_id(client: Client) -> None:
    refused = client.post(PATH, json=changed(title="拖船罢工"))

    assert (refused.status_code, refused.json()["code"]) == (422, "runbook_id_missing")
    assert client.post(PATH, json=changed(title="拖船罢工", id="TUG-1")).json()["title"] == "拖船罢工"


@pytest.mark.parametrize("taken", ["SOP-CON-01", "TUG-STRIKE", None])
def test_an_id_that_is_taken_is_a_conflict(client: Client, written: Any, taken: str | None) -> None:
    reply = client.post(PATH, json=changed(id=taken, title="Tug strike"))

    assert (reply.status_code, reply.json()["code"]) == (409, "runbook_exists")
    assert client.get(OWN).json() == written


@pytest.mark.parametrize(
    "runbook_id", ["SOP-XXX-99", "sop-con-01", "x", "%00", "SOP-CON-01%0A", "SOP-CON-01%00", "🚢", "A" * 500]
)
def test_an_unknown_runbook_is_not_found(client: Client, runbook_id: str) -> None:
    path = f"{PATH}/{runbook_id}"
    replies = [
        client.get(path),
        client.put(path, json=CONTENT),
        client.put(path, json=CONTENT, headers={"If-Match": "*"}),
        client.delete(path),
        client.get(f"{path}/versions"),
        client.get(f"{path}/versions/1"),
        client.post(f"{path}/versions/1/restore"),
    ]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {(404, "runbook_not_found")}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "ab"},
        {"title": "x" * 201},
        {"title": " " * 5},
        {"title": "Tug\x00strike"},
        {"type": "Fire"},
        {"type": None},
        {"keywords": None},
        {"keywords": ["x"] * 41},
        {"keywords": ["x" * 61]},
        {"keywords": [" "]},
        {"keywords": "tug"},
        {"steps": []},
        {"steps": [STEP] * 31},
        {"steps": [{**STEP, "phase": "panic"}]},
        {"steps": [{**STEP, "owner_role": "x" * 81}]},
        {"steps": [{**STEP, "owner_role": ""}]},
        {"steps": [{**STEP, "action": "ab"}]},
        {"steps": [{**STEP, "action": "x" * 1001}]},
        {"steps": [{**STEP, "action": "call\x00them"}]},
        {"steps": [{**STEP, "when": "now"}]},
        {"own": False},
        {"version": 7},
    ],
)
def test_a_runbook_that_does_not_fit_is_refused(client: Client, changes: dict[str, Any]) -> None:
    for reply in (client.post(PATH, json={**WRITTEN, **changes}), client.put(SOP, json=changed(**changes))):
        assert (reply.status_code, reply.json()["code"]) == (422, "unprocessable")
    assert client.get(OWN).status_code == 404
    assert facts(client, SOP) == [(1, False, False)]


@pytest.mark.parametrize("runbook_id", ["", "X", "tug", "-TUG", "TUG STRIKE", "TUG\n", "T\x00G", "../x", "A" * 41, 5])
def test_an_id_that_does_not_fit_is_refused(client: Client, runbook_id: Any) -> None:
    assert client.post(PATH, json=changed(id=runbook_id)).status_code == 422


def test_unknown_signals_are_named(client: Client) -> None:
    body = changed(signals=["container_missing", "tug_strike", "rain"])

    for reply in (client.post(PATH, json=body), client.put(SOP, json=body)):
        assert (reply.status_code, reply.json()["code"]) == (422, "unknown_signals")
        assert "rain, tug_strike" in reply.json()["detail"]
        assert "container_missing" not in reply.json()["detail"]


def test_the_most_and_the_least_that_a_runbook_may_be(client: Client) -> None:
    step = {"phase": "fix", "owner_role": "ü" * 80, "action": "ü" * 1000}
    most = {
        "title": "ü" * 200, "type": "General", "keywords": ["ü" * 60] * 40, "signals": [], "steps": [step] * 25,
        "id": "A" * 40,
    }  # fmt: skip
    least = {"title": "Abc", "type": "General", "keywords": [], "steps": [{**step, "owner_role": "x", "action": "abc"}]}

    for body in (most, least):
        reply = client.post(PATH, content=json.dumps(body, ensure_ascii=False).encode())
        assert reply.status_code == 201
        assert client.get(reply.headers["Location"]).json() == {
            "signals": [], "id": "ABC", **body, "version": 1, "own": True,
        }  # fmt: skip


def test_more_than_64_kib_are_too_many(client: Client) -> None:
    body = json.dumps(WRITTEN).encode()
    room = rules.MAX_BODY_BYTES - len(body)

    assert client.post(PATH, content=body + b" " * (room + 1)).status_code == 413
    assert client.put(SOP, content=body + b" " * (room + 1)).status_code == 413
    assert client.post(PATH, content=body + b" " * room).status_code == 201


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 50_000, b"\xff", b'{"title": "\\ud800"}'])
def test_what_is_no_json_is_refused(client: Client, body: bytes) -> None:
    for reply in (client.post(PATH, content=body), client.put(SOP, content=body)):
        assert reply.status_code in (400, 422)
        assert reply.headers["Content-Type"] == "application/problem+json"


def test_what_a_runbook_says_comes_back_letter_by_letter(client: Client) -> None:
    hostile = "{container.__class__} {0} %s ${HOME} {{7*7}} <script>alert(1)</script> '; DROP TABLE jobs; -- \\u0000 {"
    body = changed(title=hostile, keywords=[hostile[:60]], steps=[{**STEP, "owner_role": "{x}", "action": hostile}])

    written = client.put(SOP, json=body).json()

    assert {name: written[name] for name in body} == body
    assert client.get(SOP).json() == written
    assert client.get(PATH, params={"q": hostile}).json()["runbooks"][0]["id"] == "SOP-CON-01"


def test_another_users_runbooks_do_not_exist(client: Client, sign_in: Callable[[Client], None]) -> None:
    service = client.get(SOP).json()
    client.post(PATH, json=WRITTEN)
    client.put(SOP, json=CONTENT)
    client.delete(f"{PATH}/SOP-CON-02")
    mine = client.headers["Authorization"]
    sign_in(client)

    own = OWN
    for reply in (client.get(own), client.put(own, json=CONTENT), client.delete(own), client.get(f"{own}/versions")):
        assert (reply.status_code, reply.json()["code"]) == (404, "runbook_not_found")
    assert client.get(SOP).json() == service
    assert facts(client, SOP) == [(1, False, False)]
    assert client.get(f"{SOP}/versions/2").status_code == 404
    assert client.post(f"{SOP}/versions/2/restore").status_code == 404
    assert client.get(f"{PATH}/SOP-CON-02").status_code == 200
    assert not any(item["own"] for item in client.get(f"{PATH}?limit=200").json()["runbooks"])
    assert client.post(PATH, json=WRITTEN).status_code == 201
    client.put(SOP, json=changed(title="Theirs"))

    client.headers["Authorization"] = mine
    assert client.get(SOP).json()["title"] == "Tug strike"
    assert facts(client, own) == [(1, True, False)]


@pytest.mark.parametrize("path", [PATH, SOP, f"{SOP}/versions", f"{SOP}/versions/1"])
def test_every_route_wants_the_token(api: Client, path: str) -> None:
    assert api.get(path).status_code == 401
