import re
from collections import Counter
from importlib.resources import files as files_of_package
from typing import get_args

import pytest

from errand.incidents.analysis import extract, knowledge, normalise
from errand.incidents.analysis.knowledge import PLACEHOLDERS, fill
from errand.incidents.analysis.phrases import find_hits
from errand.incidents.analysis.report import IncidentType, Phase, Severity
from errand.incidents.analysis.words import count_terms, search_terms, split_words

TYPES = set(get_args(IncidentType))
RUNBOOKS = knowledge.runbooks()
CASES = knowledge.cases()
IDS = [
    "SOP-API-01",
    "SOP-API-02",
    "SOP-API-03",
    "SOP-API-04",
    "SOP-CON-01",
    "SOP-CON-02",
    "SOP-CON-03",
    "SOP-CON-04",
    "SOP-CON-05",
    "SOP-CON-06",
    "SOP-CUS-01",
    "SOP-CUS-02",
    "SOP-DGR-01",
    "SOP-DGR-02",
    "SOP-EDI-01",
    "SOP-EDI-02",
    "SOP-EDI-03",
    "SOP-EDI-04",
    "SOP-EML-01",
    "SOP-EML-02",
    "SOP-EML-03",
    "SOP-GAT-01",
    "SOP-GAT-02",
    "SOP-GAT-03",
    "SOP-GEN-01",
    "SOP-INF-01",
    "SOP-INF-02",
    "SOP-INF-03",
    "SOP-INF-04",
    "SOP-INF-05",
    "SOP-INF-06",
    "SOP-INF-07",
    "SOP-POR-01",
    "SOP-POR-02",
    "SOP-POR-03",
    "SOP-REE-01",
    "SOP-SAF-01",
    "SOP-SAF-02",
    "SOP-SEC-01",
    "SOP-SEC-02",
    "SOP-VES-01",
    "SOP-VES-02",
    "SOP-VES-03",
    "SOP-VES-04",
    "SOP-VES-05",
    "SOP-YRD-01",
    "SOP-YRD-02",
]


def spoken(phrase: str) -> str:
    """The phrase as its first alternatives would stand in a text."""
    words = (token.split("|")[0].replace("*", "ed") for token in phrase.split() if token not in ("~", "$"))
    words = ("24" if word == "#" else word for word in words)
    sets = knowledge.word_sets()
    return " ".join(sets[word[1:-1]][0] if word.startswith("<") else word for word in words)


def found(phrase: str) -> set[str]:
    return {hit.signal.name for hit in find_hits(tuple(split_words(spoken(phrase))))}


# -- Signals ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("signal", knowledge.signals())
def test_every_phrase_finds_its_own_words(signal: str) -> None:
    assert [phrase for phrase in knowledge.signals()[signal].phrases if not {signal, "idiom"} & found(phrase)] == []


def test_signals_have_different_names() -> None:
    files = files_of_package("errand.incidents.analysis").joinpath("data", "signals").iterdir()
    written = sum(file.read_text().count("[[signal]]") for file in files)
    assert len(knowledge.signals()) == written


def test_every_type_has_votes() -> None:
    assert {kind for signal in knowledge.signals().values() for kind in signal.votes} == TYPES


# -- Runbooks --------------------------------------------------------------------------------------------------------
def test_the_runbooks_are_complete_and_each_is_there_once() -> None:
    assert [runbook.id for runbook in RUNBOOKS] == IDS
    assert len({runbook.title for runbook in RUNBOOKS}) == len(RUNBOOKS)


def test_runbooks_cover_every_type_and_every_phase() -> None:
    assert {runbook.type for runbook in RUNBOOKS} == TYPES
    assert {step.phase for runbook in RUNBOOKS for step in runbook.steps} == set(get_args(Phase))


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=IDS)
class TestRunbook:
    def test_it_is_found_by_words_and_by_known_signals(self, runbook: knowledge.Runbook) -> None:
        assert 12 <= len(set(runbook.keywords)) == len(runbook.keywords) <= 25
        assert runbook.signals
        assert set(runbook.signals) <= knowledge.signals().keys()

    def test_it_begins_by_containing_and_goes_on_to_check_or_to_prevent(self, runbook: knowledge.Runbook) -> None:
        phases = [step.phase for step in runbook.steps]
        assert 5 <= len(phases) <= 9
        assert phases[0] == "contain"
        assert {"diagnose", "fix", "communicate"} & {*phases}
        assert {"verify", "prevent"} & {*phases}

    def test_its_actions_name_only_what_can_be_filled_in(self, runbook: knowledge.Runbook) -> None:
        for step in runbook.steps:
            assert "{" not in fill(step.action, dict.fromkeys(PLACEHOLDERS, "CSQU3054383"))
            assert step.action.endswith((".", "?"))

    def test_it_is_in_its_first_version_and_the_services(self, runbook: knowledge.Runbook) -> None:
        assert (runbook.version, runbook.own) == (1, False)

    def test_a_runbook_it_refers_to_exists(self, runbook: knowledge.Runbook) -> None:
        actions = " ".join(step.action for step in runbook.steps)
        assert set(re.findall(r"SOP-\w+-\d+", actions)) <= set(IDS) - {runbook.id}


def test_no_two_runbooks_have_a_step_in_common() -> None:
    actions = Counter(step.action for runbook in RUNBOOKS for step in runbook.steps)
    assert max(actions.values()) == 1


def test_only_known_names_are_filled_in() -> None:
    action = "Go to {container}: {container.__class__} {0} {} {{container}} { {vessel!r} {unknown} }"
    filled = fill(action, {"container": "{vessel}", "vessel": "MV Kestrel"})
    assert filled == "Go to {vessel}: {container.__class__} {0} {} {{vessel}} { {vessel!r} {unknown} }"


# -- Cases -----------------------------------------------------------------------------------------------------------
def test_cases_are_many_numbered_and_spread_over_all_runbooks() -> None:
    assert [case.id for case in CASES] == [f"CASE-{number:03}" for number in range(1, len(CASES) + 1)]
    assert len(CASES) >= 60
    assert {case.runbook for case in CASES} == set(IDS)
    assert {case.type for case in CASES} == TYPES
    assert {case.severity for case in CASES} == set(get_args(Severity))


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
class TestCase:
    def test_its_text_is_a_report_and_it_says_what_came_of_it(self, case: knowledge.Case) -> None:
        assert 60 <= len(case.text) <= 400
        assert all(said.endswith(".") for said in (case.cause, case.resolution, case.outcome))

    def test_its_container_numbers_are_right(self, case: knowledge.Case) -> None:
        containers = extract(normalise(case.text)).entities.containers
        assert all(container.valid for container in containers)


def test_a_case_is_of_the_type_of_its_runbook_unless_it_is_about_danger() -> None:
    types = {runbook.id: runbook.type for runbook in RUNBOOKS}
    differing = {case.runbook for case in CASES if case.type != types[case.runbook]}
    assert differing <= {"SOP-SAF-01"}


# -- What a search takes for the same --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the ctr", "the container"),
        ("boxes", "a container"),
        ("vsl", "vessels"),
        ("bkg", "bookings"),
        ("e-mail", "mails"),
        ("log-in", "auth"),
        ("RTG", "yard cranes"),
        ("wi-fi", "WLAN"),
        ("b/l", "bill of lading"),
        ("VGM", "verified gross mass"),
        ("cannot\nfind", "untraceable"),
        ("delivery", "delivered"),
        ("rejection", "turned away"),
        ("stopped", "a standstill"),
    ],
)
def test_words_that_say_the_same_are_one_term(one: str, other: str) -> None:
    assert search_terms(one).keys() == search_terms(other).keys() != set()


def test_the_longest_wording_is_read() -> None:
    assert search_terms("quay crane").keys() != search_terms("quay").keys() | search_terms("crane").keys()


def test_terms_are_spelled_as_they_are_first_written() -> None:
    assert list(search_terms("The  Box, not\n  Found; a container").values()) == ["Box", "not Found"]


def test_identifiers_and_words_that_say_nothing_are_no_terms() -> None:
    assert search_terms("please, CSQU3054383 and BKG889201 at 10:30 since yesterday, x, 404") == {}


def test_no_wording_stands_for_two_things() -> None:
    wordings = Counter(wording for wordings in knowledge.vocabulary().synonyms.values() for wording in wordings)
    assert [wording for wording, count in wordings.items() if count > 1] == []


def test_terms_are_counted_as_they_are_searched() -> None:
    text = "Box lost. The container is lost, e-mail sent to the line of the box."
    assert count_terms(text).keys() == search_terms(text).keys()
    assert count_terms(text)["container"] == 3


@pytest.mark.parametrize("text", ["", "'", "\u0301" * 9, "a" * 20_000, "not " * 5_000, "quay " * 5_000, "日本語 ящик"])
def test_any_text_has_terms_or_none(text: str) -> None:
    assert count_terms(text).keys() == search_terms(text).keys()
