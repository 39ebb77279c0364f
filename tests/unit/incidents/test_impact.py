import pytest

from errand.incidents.analysis import analyse
from errand.incidents.analysis.playbook import playbook
from errand.incidents.analysis.report import Analysis
from tests.unit.incidents.reports import REPORTS, actions


def roles(analysis: Analysis) -> list[str]:
    return [step.role for step in analysis.escalation.path]


@pytest.mark.parametrize(
    ("text", "scope", "containers"),
    [
        (REPORTS["missing"], "single", 1),
        ("Containers CSQU3054383 and TOLU4734787 are missing", "several", 2),
        ("25 export boxes are missing", "many", 25),
        ("The whole terminal is at a standstill", "terminal", 0),
    ],
)
def test_the_scope_follows_what_the_text_counts(text: str, scope: str, containers: int) -> None:
    impact = analyse(text).impact
    assert (impact.scope, impact.containers) == (scope, containers)


def test_an_area_names_the_fact_that_says_so() -> None:
    analysis = analyse(REPORTS["crane"])
    facts = {fact.id: fact for fact in analysis.facts}
    areas = {area.area: area for area in analysis.impact.areas}
    assert facts[areas["vessel"].fact or ""].quote in areas["vessel"].statement
    assert analysis.impact.vessels == ("Pacific Dawn",)


def test_what_is_denied_affects_nothing() -> None:
    assert "safety" not in {area.area for area in analyse("gate 2 down, no injuries").impact.areas}


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Box missing; demurrage starts tomorrow.", ["demurrage starts tomorrow"]),
        ("Box missing. The line will claim $ 4,500.50. We wait.", ["The line will claim $ 4,500.50"]),
        ("Box missing. They were fined last week", ["They were fined last week"]),
        ("Box missing, it is all fine, the driver claims that he left", []),
        ("Box missing, no demurrage yet", []),
        ("Two seals cut in detention area", []),
    ],
)
def test_cost_is_quoted_where_the_text_speaks_of_it_and_nowhere_else(text: str, quotes: list[str]) -> None:
    costs = [area.statement for area in analyse(text).impact.areas if area.area == "cost"]
    assert costs == [f"The text speaks of cost: “{quote}”" for quote in quotes]


# -- Escalation ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("leak", {"Dangerous goods officer", "Fire brigade", "Port authority", "Harbour master"}),
        ("ransomware", {"Security officer", "Data protection officer", "IT security"}),
        ("portal", {"Portal operator"}),
        ("stowage", {"Ship's agent"}),
        ("accident", {"Ambulance", "Safety officer"}),
        ("silence", {"Partner's EDI contact"}),
        ("bounce", {"Mail administrator"}),
        ("token", {"Interface owner"}),
        ("reefer", {"Reefer supervisor"}),
    ],
)
def test_those_whom_it_concerns_are_called(name: str, expected: set[str]) -> None:
    assert expected <= set(roles(analyse(REPORTS[name])))


def test_the_duty_manager_leads_a_critical_incident() -> None:
    assert analyse(REPORTS["leak"]).escalation.contact_role == "Duty manager"


@pytest.mark.parametrize("name", REPORTS)
def test_the_next_call_comes_no_sooner_than_the_one_before(name: str) -> None:
    path = analyse(REPORTS[name]).escalation.path
    lengths = [playbook().steps[step.after] for step in path]
    assert lengths == sorted(lengths)
    assert len({step.role for step in path}) == len(path)


def test_a_cut_off_in_two_hours_shortens_the_escalation() -> None:
    escalation = analyse(REPORTS["stowage"]).escalation
    assert escalation.resolve_within == "2 hours"
    assert max(playbook().steps[step.after] for step in escalation.path) <= 60


# -- Questions -------------------------------------------------------------------------------------------------------
def test_an_unclear_text_is_answered_with_questions() -> None:
    analysis = analyse("Container issue...")
    assert "Which container is concerned" in actions(analysis)
    assert "What happened, and what should have happened instead?" in analysis.missing_information


def test_what_the_text_answers_is_not_asked() -> None:
    questions = " ".join(analyse("Container CSQU3054383 missing from block A12 since 08:00").missing_information)
    assert "Which container" not in questions
    assert "last seen" not in questions
    assert "Since when" not in questions


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Box standing since 21 days in block A03", "Since when"),
        ("AS2 of partner ABC fails, all other partners are fine", "Is one partner concerned"),
        ("Phishing mail came, one clerk clicked the link", "Did anybody open"),
        ("Gate 2 is down, 40 trucks queue", "how many trucks"),
        ("PORTNET login fails, colleagues too", "Does it happen to other users"),
    ],
)
def test_what_is_said_in_words_is_not_asked_either(text: str, question: str) -> None:
    assert question not in " ".join(analyse(text).missing_information)


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag, der Behälter MSKU7712342 steht seit heute nicht mehr auf seinem Platz, bitte dringend suchen",
        "集装箱 MSKU7712342 在堆场损坏 请立即处理",
    ],
)
def test_a_text_in_another_language_is_to_be_translated_before_all_else(text: str) -> None:
    analysis = analyse(text)
    assert "in English" in analysis.missing_information[0]
    assert "have it translated" in analysis.summary
    assert "in English" in actions(analysis)


def test_terse_english_is_not_taken_for_another_language() -> None:
    assert not any(
        "in English" in question for text in REPORTS.values() for question in analyse(text).missing_information
    )


def test_a_missing_box_is_not_asked_for_its_temperature() -> None:
    assert "set point" not in " ".join(analyse(REPORTS["missing"]).missing_information)
    assert "set point" in " ".join(analyse(REPORTS["reefer"]).missing_information)


def test_of_a_question_one_asks_only_by_when_it_wants_an_answer() -> None:
    assert analyse(REPORTS["question"]).missing_information == (
        "Until when is the answer needed, and what depends on it?",
    )


# -- Hypotheses ------------------------------------------------------------------------------------------------------
