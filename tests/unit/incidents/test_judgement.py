"""Classification and assessment: what the facts weigh."""

import pytest

from errand.incidents.analysis import assess, classify, extract, normalise
from errand.incidents.analysis.report import Assessment, Classification


def classification(text: str) -> Classification:
    return classify(extract(normalise(text)))


def assessment(text: str) -> Assessment:
    return assess(extract(normalise(text)))


def test_every_vote_quotes_the_text() -> None:
    text = "Container MSKU1234567 is missing, gate 2 down, BAPLIE rejected"
    evidence = classification(text).evidence
    assert evidence
    assert all(item.quote and item.quote in text for item in evidence)


def test_more_evidence_gives_more_confidence() -> None:
    little = classification("reefer")
    much = classification("Reefer alarm: compressor failure, temperature above setpoint")
    assert 0 < little.confidence < much.confidence < 1


def test_a_rival_takes_confidence_away() -> None:
    alone = classification("The reefer gives an alarm")
    rivalled = classification("The reefer gives an alarm, gate is down")
    assert rivalled.confidence < alone.confidence


@pytest.mark.parametrize("text", ["hello", "asdf qwer", "Der Kran brummt", "12345 67890", "🚢🚢🚢"])
def test_a_text_without_evidence_is_general_with_little_confidence(text: str) -> None:
    found = classification(text)
    assert (found.incident_type, found.confidence, found.evidence) == ("General", 0.1, ())


def test_a_stated_type_weighs_but_does_not_decide() -> None:
    assert classification("Incident type: Security\nnothing else").incident_type == "Security"
    text = "Incident type: Security\nreefer gives an alarm, temperature above setpoint"
    assert classification(text).incident_type == "Reefer"


def test_what_is_denied_still_tells_the_subject() -> None:
    assert classification("The reefer is not unplugged").incident_type == "Reefer"


@pytest.mark.parametrize(
    ("text", "severity", "priority"),
    [
        ("fire in the hold", "Critical", "P1"),
        ("gate 2 is down", "High", "P2"),
        ("container missing", "Medium", "P3"),
        ("nothing is said here", "Medium", "P3"),
        ("typo in a heading", "Low", "P4"),
    ],
)
def test_each_severity_has_its_priority(text: str, severity: str, priority: str) -> None:
    found = assessment(text)
    assert (found.severity, found.priority) == (severity, priority)


@pytest.mark.parametrize("text", ["gate 2 is down, several customers wait", "fire", "typo, workaround in place"])
def test_the_factors_add_up_to_the_score(text: str) -> None:
    found = assessment(text)
    impact, urgency, *modifiers = found.factors
    assert (impact.kind, urgency.kind) == ("impact", "urgency")
    expected = impact.weight * urgency.weight + sum(modifier.weight for modifier in modifiers)
    assert found.score == max(expected, 0)


def test_a_default_is_named_without_a_quote() -> None:
    assert [(factor.weight, factor.quote, factor.fact) for factor in assessment("hello").factors] == [
        (2, "", None),
        (2, "", None),
    ]


def test_a_near_deadline_makes_one_box_urgent() -> None:
    assert assessment("container missing").severity == "Medium"
    assert assessment("container missing, vessel sails in 2 hours").severity == "High"


def test_a_workaround_lowers_a_stop_but_not_a_danger() -> None:
    assert assessment("gate is down, a workaround is in place").severity == "Medium"
    assert assessment("fire, a workaround is in place").severity == "Critical"


def test_what_was_dangerous_stays_medium_once_it_is_over() -> None:
    assert assessment("The fire is extinguished").severity == "Medium"
    assert assessment("The gate was down and is fixed").severity == "Low"


def test_what_still_goes_on_decides_over_what_is_settled() -> None:
    assert assessment("The typo is fixed. The gate is down.").severity == "High"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("severity: critical\ncontainer missing", "High"),
        ("severity: low\ncontainer missing", "Low"),
        ("severity: low\nfire in the hold", "Critical"),
        ("severity: low\ngate is down", "High"),
        ("severity: medium\ncontainer missing", "Medium"),
    ],
)
def test_a_stated_severity_is_evidence_and_not_truth(text: str, severity: str) -> None:
    assert assessment(text).severity == severity
