from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from errand.incidents.analysis import extract, knowledge, normalise
from errand.incidents.analysis.knowledge import Runbook, runbooks
from errand.incidents.analysis.report import RunbookMatch, RunbookStep
from errand.incidents.analysis.retrieval import retrieve, search_runbooks

RUNBOOKS = runbooks()


def matches(text: str, known: Sequence[Runbook] = RUNBOOKS) -> tuple[RunbookMatch, ...]:
    intake = normalise(text)
    return retrieve(intake, extract(intake), known)


def ids(text: str, known: Sequence[Runbook] = RUNBOOKS) -> list[str]:
    return [match.id for match in matches(text, known)]


def written(title: str, action: str = "Do it.", **changes: object) -> Runbook:
    runbook = Runbook(
        id="OWN-1",
        title=title,
        version=1,
        type="General",
        keywords=(),
        signals=(),
        steps=(RunbookStep(phase="contain", owner_role="Duty manager", action=action),),
        own=True,
    )
    return replace(runbook, **changes)


@pytest.mark.parametrize(
    ("text", "runbook"),
    [
        ("Container CSQU3054383 is missing", "SOP-CON-01"),
        ("The box cannot be located anywhere", "SOP-CON-01"),
        ("APERAK rejects our COPRAR", "SOP-EDI-01"),
        ("no CODECO arrived today", "SOP-EDI-02"),
        ("bay plan and load list differ, boxes not planned", "SOP-VES-02"),
        ("gate closed, trucks queue to the road", "SOP-GAT-01"),
        ("reefer unplugged in block 4", "SOP-REE-01"),
        ("smoke from a forklift", "SOP-SAF-01"),
        ("chlorine leak", "SOP-SAF-02"),
        ("seal tampered", "SOP-CON-03"),
        ("database deadlock", "SOP-INF-02"),
        ("password reset for the portal does not work", "SOP-POR-01"),
        ("ransomware on the planners' computers", "SOP-SEC-01"),
    ],
)
def test_the_fitting_runbook_comes_first(text: str, runbook: str) -> None:
    assert ids(text)[0] == runbook


@pytest.mark.parametrize(
    ("text", "runbook"),
    [
        ("we turned the whole row upside down and the cntr is simply gone", "SOP-CON-01"),
        ("trucker left with someone else's container", "SOP-CON-06"),
        ("portainer 6 tripped with a load in the air, the ship's work is idle", "SOP-VES-03"),
        ("they use a different code for the port and our table does not translate it", "SOP-EDI-03"),
        ("cameras at lane 5 confuse O and 0 since the thunderstorm", "SOP-GAT-03"),
        ("name of the receiver on the paper is not the one on the waybill", "SOP-CUS-02"),
        ("our clerk gets access denied in portnet since her transfer", "SOP-POR-01"),
        ("bearer refused with 401 since you rotated keys", "SOP-API-02"),
        ("VMTs drop off the WLAN at the north end", "SOP-INF-03"),
        ("hostname of the booking service cannot be resolved", "SOP-INF-05"),
        ("the end of day run did not finish, the drive is full", "SOP-INF-07"),
        ("two men climbed over the fence near the empties", "SOP-SEC-02"),
    ],
)
def test_other_words_find_the_runbook_too(text: str, runbook: str) -> None:
    assert runbook in ids(text)


def test_cases_find_their_runbook_by_its_own_words() -> None:
    """Without what the cases themselves teach the search, which an id of another name does without."""
    renamed = [replace(runbook, id=f"OWN-{runbook.id}", own=True) for runbook in RUNBOOKS]
    found = [f"OWN-{case.runbook}" in ids(case.text, renamed) for case in knowledge.cases()]
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize("text", ["", "hello world", "Container issue...", "Test incident", "12345", "verschwunden"])
def test_where_nothing_fits_there_is_none(text: str) -> None:
    assert ids(text) == []


def test_matches_are_ranked_and_few() -> None:
    found = matches("gate down, crane broken, reefer alarm, container missing, vessel delayed, customs hold")
    assert len(found) == 3
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_matched_terms_stand_in_the_text_as_it_is_written() -> None:
    text = "The Temperature ALARMS of two Reefers came after a power cut"
    (match,) = [match for match in matches(text) if match.id == "SOP-REE-01"]
    assert match.matched_terms
    assert all(term in text for term in match.matched_terms)
    assert len(set(match.matched_terms)) == len(match.matched_terms)


def test_endings_do_not_matter_to_the_search() -> None:
    assert ids("loading stopped, vessels delaying")[0] == ids("loading stop, vessel delayed")[0]


def test_a_word_that_is_denied_does_not_count() -> None:
    assert "SOP-SAF-01" in ids("Truck stuck in lane 4, fire in the cabin")
    assert "SOP-SAF-01" not in ids("Truck stuck in lane 4, no fire")


def test_a_word_that_is_denied_once_counts_where_it_is_asserted() -> None:
    assert "SOP-SAF-01" in ids("There is no fire at gate 1. The fire is at gate 2, workshop burning.")


# -- Runbooks of users -----------------------------------------------------------------------------------------------
def test_a_users_own_runbook_is_found_beside_the_services() -> None:
    own = written("Shore power socket sparks", keywords=("cold ironing", "shore power"))
    (first, *_) = matches("The shore power socket at berth 2 sparks", [*RUNBOOKS, own])
    assert (first.id, first.own, first.version) == ("OWN-1", True, 1)


def test_the_users_version_keeps_what_the_cases_teach() -> None:
    text = knowledge.cases()[0].text
    mine = [replace(runbook, version=2, own=True) if runbook.id == "SOP-CON-01" else runbook for runbook in RUNBOOKS]
    (first, *_) = matches(text, mine)
    assert (first.id, first.own, first.version) == ("SOP-CON-01", True, 2)
    assert first.score == matches(text)[0].score


def test_signals_of_a_users_runbook_call_for_it() -> None:
    own = written("Our way with reefers", signals=("reefer_alarm",))
    match = next(match for match in matches("reefer alarm in rack 3", [*RUNBOOKS, own]) if match.own)
    assert match.facts


@pytest.mark.parametrize(
    "text",
    [
        "{container.__class__.__init__.__globals__}",
        "{" * 900,
        "}{0!r:>{width}}",
        "%s %(x)s ${x} `rm -rf /`",
        "\x00\u202e\ud7ff\uffff",
        "'; drop table runbooks; --",
        "<script>alert(1)</script>",
        "reefer " * 3000,
        "a" * 60_000,
        " ",
    ],
)
def test_whatever_a_user_writes_is_only_text(text: str) -> None:
    own = written(text, action=text, keywords=(text,) * 40, steps=written("x", action=text).steps * 30)
    found = matches("reefer alarm in rack 3, globals, table, script", [*RUNBOOKS, own])
    assert {step.action for match in found if match.own for step in match.steps} <= {text}
    assert "SOP-REE-01" in [match.id for match in found]
    assert search_runbooks(text, [own]) in ([], [own])


def test_without_runbooks_there_is_no_match() -> None:
    assert ids("reefer alarm", []) == []
    assert search_runbooks("reefer", []) == []


def test_the_order_of_the_runbooks_does_not_matter() -> None:
    text = "reefer alarm, gate closed, vessel delayed, e-mail bounced"
    assert ids(text) == ids(text, RUNBOOKS[::-1])


def test_equals_come_by_id() -> None:
    twins = [written("Tugboat aground", id=f"OWN-{number}") for number in (3, 1, 2)]
    assert ids("tugboat aground", twins) == ["OWN-1", "OWN-2", "OWN-3"]


# -- Searching the runbooks themselves -------------------------------------------------------------------------------
def test_a_search_finds_by_single_words_the_best_first() -> None:
    assert search_runbooks("ctr not found", RUNBOOKS)[0].id == "SOP-CON-01"
    assert search_runbooks("phishing", RUNBOOKS)[0].id == "SOP-EML-02"


@pytest.mark.parametrize("words", ["", "the", "qwertz"])
def test_a_search_for_nothing_finds_nothing(words: str) -> None:
    assert search_runbooks(words, RUNBOOKS) == []
