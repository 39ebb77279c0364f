"""Classification and assessment: what the facts weigh."""

import pytest

from errand.incidents.analysis import analyse, extract, normalise
from errand.incidents.analysis.assessment import assess
from errand.incidents.analysis.classification import classify
from errand.incidents.analysis.report import Assessment, Classification
from tests.unit.incidents.scoring import GOLDEN, score


def classification(text: str) -> Classification:
    return classify(extract(normalise(text)))


def assessment(text: str) -> Assessment:
    return assess(extract(normalise(text)))


def test_every_vote_quotes_the_text() -> None:
    text = "Container MSKU1234567 is missing, gate 2 down, BAPLIE rejected"
    evidence = classification(text).evidence
    assert evidence
    assert all(item.quote and item.quote in text for item in evidence)


@pytest.mark.parametrize(
    ("text", "incident_type"),
    [
        ("CODECO of the depot was rejected, therefore the box still shows in the yard", "EDI Communication"),
        ("The box still shows in the yard although it left", "Container Management"),
        ("QC4 broke down while discharging MV Pacific Dawn", "Vessel Operations"),
        ("RTG 12 broke down", "Infrastructure"),
        ("Truck refused at the gate, its booking has expired", "Container Management"),
        ("Gate is down, no barrier opens", "Infrastructure"),
        ("The portal shows an error after submit", "PORTNET System"),
        ("The endpoint returns an error after the POST", "API Issues"),
        ("An e-mail says that container CSQU3054383 is missing", "Container Management"),
        ("E-mails of the customer bounce", "Email System"),
        ("Cargo was stolen out of container CSQU3054383", "Container Management"),
        ("Tools were stolen out of the workshop", "General"),
    ],
)
def test_the_type_is_that_of_the_thing_to_be_handled(text: str, incident_type: str) -> None:
    assert classification(text).incident_type == incident_type


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
    assert classification("Incident type: Email System\nnothing else").incident_type == "Email System"
    text = "Incident type: Email System\nreefer gives an alarm, temperature above setpoint"
    assert classification(text).incident_type == "Container Management"


def test_the_runbooks_that_fit_vote_with_words_of_the_text() -> None:
    text = "Trucks queue to the motorway"
    votes = [item for item in analyse(text).evidence if item.statement.startswith("The words are those of the runbook")]
    assert votes
    assert all(item.fact is None and item.weight > 0 and item.quote in text for item in votes)
    assert sum(item.weight for item in votes) <= 3


def test_an_accident_of_a_person_is_no_matter_of_the_ship_it_happens_on() -> None:
    assert analyse("A driver slipped on the gangway of MV Ever Given").incident_type == "General"
    assert analyse("A lasher fell from the lashing bridge on the ship").incident_type == "General"
    assert analyse("Fire in hold 3 of MV Ever Given").incident_type == "Vessel Operations"


@pytest.mark.parametrize(
    ("text", "incident_type", "severity"),
    [
        ("RTG 07 out of order in block C2", "Infrastructure", "Medium"),
        ("Our tool asks for 3,000 containers one by one and gets a 429", "API Issues", "Medium"),
        ("PORTNET login fails for user kt04", "PORTNET System", "Medium"),
        ("The e-mails of a customer were bounced by the line's server", "Email System", "Medium"),
        ("Notification mails for gate appointments are sent twice", "Email System", "Medium"),
        ("Two trucks stand in the fire lane of the yard", "Container Management", "Medium"),
    ],
)
def test_a_word_in_passing_decides_nothing(text: str, incident_type: str, severity: str) -> None:
    found = analyse(text)
    assert (found.incident_type, found.severity) == (incident_type, severity)


def test_what_is_denied_still_tells_the_subject() -> None:
    assert classification("The reefer is not unplugged").incident_type == "Container Management"


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


def test_every_factor_but_a_default_quotes_the_text() -> None:
    for outcome in score(GOLDEN).outcomes:
        intake = normalise(outcome.case.text)
        for factor in assess(extract(intake)).factors:
            assert factor.quote in intake.text
            assert factor.quote or (factor.kind != "modifier" and factor.weight == 2 and factor.fact is None)


def test_relief_counts_once_and_ends_at_medium() -> None:
    assert assessment("The portal is down, only one user, a workaround is in place").severity == "Medium"
    assert assessment("container missing, a workaround is in place").severity == "Medium"


def test_what_makes_a_matter_small_counts_by_its_strongest() -> None:
    text = "For your information: planned maintenance on Sunday, gate 2 is closed"
    assert assessment(text).severity == "Low"


def test_what_is_urgent_by_itself_is_not_relieved() -> None:
    assert assessment("Reefer alarm, temperature rising, other reefers are fine").severity == "High"


def test_a_question_about_a_problem_is_no_lower_than_the_problem() -> None:
    assert assessment("How do I change my password?").severity == "Low"
    assert assessment("The gate is down. How do we get the trucks out?").severity == "High"


def test_a_clock_time_is_near_where_the_text_says_how_late_it_is() -> None:
    assert assessment("container missing, stack closes 16.00, its 13.50 now").severity == "High"
    assert assessment("container missing, stack closes 16.00, its 09.50 now").severity == "Medium"
    assert assessment("container missing, stack closes 16.00").severity == "Medium"


def test_hours_and_minutes_count_no_customers() -> None:
    assert assessment("At 04:20 haulier Brandt lost a box").severity == "Medium"
    assert assessment("27 hauliers lost a box").severity == "High"


@pytest.mark.parametrize("text", ['{"leaking": false, "dg": false, "injuries": 0}', "Fire: none", "no fire, no smoke"])
def test_a_field_that_says_no_denies(text: str) -> None:
    assert assessment(text).severity == "Medium"


def test_a_pause_keeps_a_denial_to_what_it_speaks_of() -> None:
    assert assessment("plain box, not a reefer, no customs thing on it").severity == "Medium"


def test_that_other_things_work_is_no_relief_where_everybody_has_the_trouble() -> None:
    assert assessment("All agents get an error on saving, the rest of the site works").severity == "High"
    assert assessment("The portal is down for me, the rest of the site works").severity == "Medium"


def test_what_comes_and_goes_is_not_over() -> None:
    assert assessment("The portal hangs every morning, later it works again").severity == "Medium"
    assert assessment("The portal hung this morning, it works again").severity == "Low"


def test_a_closed_case_is_over_wherever_the_text_says_so() -> None:
    assert assessment("You may close the ticket: the container was missing for a day").severity == "Low"


def test_an_ending_in_passing_ends_the_matter_where_the_text_closes_with_it() -> None:
    problem = "The database was slow all morning. "
    assert assessment(problem + "Index was repaired.").severity == "Low"
    assert assessment("Index was repaired. " + problem + "Clerks wait. They call us.").severity == "Medium"


def test_an_ending_in_passing_ends_nothing_where_the_writer_still_waits() -> None:
    assert assessment("The database is slow. Index was repaired. Please check.").severity == "Medium"


def test_what_runs_elsewhere_or_was_bridged_is_no_ending() -> None:
    assert assessment("Driver refused at kiosk 3, the other lanes run ok").severity == "Medium"
    assert assessment("Our table lacks the code, I fixed the one unit by hand for now").severity == "Medium"


def test_a_count_of_zero_denies() -> None:
    assert assessment("Round of the reefers, 0 alarms, 112 plugged").severity == "Medium"
    assert assessment("Round of the reefers, 3 alarms, 112 plugged").severity == "High"


def test_a_year_is_no_number_of_boxes() -> None:
    assert assessment("2027 export plan: container missing").severity == "Medium"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Is the berth plan wrong or do we read it in local time?", "Low"),
        ("Dear team, who orders new helmets? Thanks, Ann", "Low"),
        ("Could you release the hold of CSQU3054383?", "Medium"),
        ("Container CSQU3054383 is missing. Where is it?", "Medium"),
        ("EDI is down, could anybody check?", "Medium"),
        ("All gates are down, what shall we do?", "High"),
        ("Docks are all blocked and no truck gets in, any idea?", "High"),
        ("Is the gate down for everybody?", "High"),
    ],
)
def test_a_text_that_is_one_question_is_low_where_it_reports_nothing(text: str, severity: str) -> None:
    assert assessment(text).severity == severity


@pytest.mark.parametrize("text", ["GET /reefers/{id}/readings hangs", "since noon /v2/releases hangs"])
def test_a_text_with_an_endpoint_is_about_an_api(text: str) -> None:
    assert classification(text).incident_type == "API Issues"


def test_a_quoted_message_does_not_keep_a_settled_incident_open() -> None:
    assert assessment("UNH+1+CODECO:D:95B'UNT+4+1' was faulty. It is resolved.").severity == "Low"


def test_an_exercise_is_no_danger_but_an_accident_during_one_is() -> None:
    assert assessment("Evacuation exercise tomorrow: smoke in the stairs, two injured with make-up").severity == "Low"
    assert assessment("During the evacuation exercise a worker fell, he is injured").severity == "Critical"


def test_a_number_of_boxes_counts_from_twenty() -> None:
    assert assessment("35 further boxes stand in the wrong block").severity == "High"
    assert assessment("15 further boxes stand in the wrong block").severity == "Medium"
    assert assessment("a 40 foot box stands in the wrong block").severity == "Medium"


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


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Errors: 0 fire on vessel", "Critical"),
        ("Retries: 0 Reefer alarm on block 4", "High"),
        ("Visibility zero vessel collided with the quay", "High"),
    ],
)
def test_the_value_of_a_field_denies_nothing_behind_it(text: str, severity: str) -> None:
    assert assessment(text).severity == severity


@pytest.mark.parametrize(
    "ending", ["The outage is resolved.", "It was fixed by the night shift.", "The service is restored."]
)
def test_a_clear_ending_counts_wherever_it_stands(ending: str) -> None:
    assert (
        assessment(f"The portal was down. {ending} The log is attached. Please tell all. Regards, Ann").severity
        == "Low"
    )


def test_a_month_makes_no_ending_a_wish() -> None:
    assert assessment("The outage of 5 May is resolved.").severity == "Low"


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Portal is down for all users. Ticket opened with vendor. Thanks for quick help.", "High"),
        ("Mail server down for everyone. Phone works fine.", "High"),
        ("20 containers missed the vessel. Sailed complete without them.", "High"),
        ("TOS is down for everybody. IT says fixed soon.", "High"),
        ("Ammonia leak at block D. Area was cleared. Fire brigade on site.", "Critical"),
    ],
)
def test_a_kind_word_at_the_end_ends_no_stop_and_no_danger(text: str, severity: str) -> None:
    assert assessment(text).severity == severity
