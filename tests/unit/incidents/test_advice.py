import re
from typing import get_args

import pytest
from msgspec.structs import replace

from errand.incidents.analysis import analyse
from errand.incidents.analysis.deadlines import sooner
from errand.incidents.analysis.knowledge import PLACEHOLDERS, signals
from errand.incidents.analysis.playbook import playbook
from errand.incidents.analysis.recommendation import _SUBJECTS, recommend
from errand.incidents.analysis.report import Analysis, Entities, Findings, IncidentType, RunbookStep
from tests.unit.incidents.reports import REPORTS, actions, findings_of, past

TYPES = get_args(IncidentType)
PHASES = ["contain", "diagnose", "fix", "verify", "communicate", "prevent"]


def roles(analysis: Analysis) -> list[str]:
    return [step.role for step in analysis.escalation.path]


def advised(findings: Findings) -> list[str]:
    advice = recommend(
        findings.intake,
        findings.extraction,
        findings.runbooks,
        findings.similar,
        findings.classification,
        findings.assessment,
    )
    return [item.action for item in advice.recommendations]


def test_the_playbook_refers_to_known_signals() -> None:
    tables = (playbook().cause, playbook().question, playbook().contact, playbook().letter)
    referred = {name for table in tables for entry in table for name in entry.signals}
    referred |= {name for cause in playbook().cause for name in cause.explains}
    referred |= {name for names in playbook().areas.values() for name in names}
    assert referred <= signals().keys()


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_desk_a_letter_and_eight_causes_and_more(kind: IncidentType) -> None:
    assert playbook().desks[kind]
    assert any(letter.types == (kind,) and not letter.signals for letter in playbook().letter)
    assert len([cause for cause in playbook().cause if kind in cause.types]) >= 8


def test_no_cause_stands_there_twice() -> None:
    causes = [cause.cause for cause in playbook().cause]
    assert len(set(causes)) == len(causes)


def test_questions_are_answered_by_lists_of_entities() -> None:
    answers = {kind for question in playbook().question for kind in question.answered_by}
    assert answers <= set(Entities.__struct_fields__)


def test_every_time_of_the_playbook_has_a_length() -> None:
    times = {time for due in playbook().due.values() for time in due.values()}
    times |= {time for contact in playbook().contact for time in contact.after.values()}
    for plan in playbook().escalation.values():
        times |= {plan.respond_within, plan.resolve_within, plan.update_within, *(step.after for step in plan.path)}
    assert times <= playbook().steps.keys()


def test_every_placeholder_of_a_runbook_can_be_filled() -> None:
    assert _SUBJECTS.keys() == PLACEHOLDERS


# -- Recommendations -------------------------------------------------------------------------------------------------
def test_a_wrong_check_digit_yields_a_suggestion() -> None:
    expected = "Verify the container number: the check digit of MSKU1234567 should be 5. Try MSKU1234565"
    assert expected in actions(analyse(REPORTS["missing"]))


def test_a_misread_letter_yields_the_number_that_is_meant() -> None:
    found = actions(analyse("OCR reads MSKU12345O2 at lane 4, container not found"))
    assert "MSKU12345O2 is no container number, MSKU1234502 may be meant" in found
    assert "should be" not in found


def test_a_check_digit_in_a_pasted_message_is_asked_about_once() -> None:
    found = actions(analyse("UNH+1+CODECO:D:95B:UN'BGM+34+X1+9'EQD+CN+MEDU1234561+22G1:102:5+++5'UNT+4+1'"))
    assert found.count("MEDU1234561") == 1


def test_a_right_check_digit_yields_none() -> None:
    assert "check digit" not in actions(analyse("Container CSQU3054383 is missing from terminal"))


def test_a_faulty_message_is_named_with_its_fault() -> None:
    found = actions(analyse(REPORTS["pasted"]))
    assert re.search(r"correct this: .*COPARN 1.* 9 .* 4", found)


def test_actions_name_what_the_text_names() -> None:
    assert "CSQU3054383" in analyse("Container CSQU3054383 is missing").recommendations[0].action


@pytest.mark.parametrize("name", REPORTS)
def test_recommendations_follow_the_phases_and_are_numbered(name: str) -> None:
    found = analyse(REPORTS[name]).recommendations
    phases = [PHASES.index(recommendation.phase) for recommendation in found]
    assert phases == sorted(phases)
    assert [recommendation.id for recommendation in found] == [f"R{number}" for number in range(1, len(found) + 1)]
    assert 1 <= len(found) <= 12


@pytest.mark.parametrize("name", REPORTS)
def test_no_action_is_recommended_twice(name: str) -> None:
    found = [item.action for item in analyse(REPORTS[name]).recommendations]
    assert len(set(found)) == len(found)


def test_the_same_step_of_two_runbooks_is_recommended_once() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    double = replace(findings.runbooks[0], id="SOP-OWN-01")
    assert len(advised(replace(findings, runbooks=(*findings.runbooks, double)))) == len(advised(findings))


def test_a_recommendation_refers_only_to_a_retrieved_runbook() -> None:
    analysis = analyse("crane collapsed, acid leaking, vessel delayed, gate closed")
    retrieved = {match.id for match in analysis.sop_references}
    referred = {item.sop_reference for item in analysis.recommendations if item.sop_reference}
    assert referred
    assert referred <= retrieved


def test_the_rationale_quotes_the_text() -> None:
    found = analyse("Container CSQU3054383 is missing from terminal").recommendations
    assert "“Container CSQU3054383 is missing" in found[0].rationale


def test_what_contains_the_danger_is_never_cut_off() -> None:
    findings = findings_of(REPORTS["leak"])
    main = findings.runbooks[0]
    names = [
        "Alfa",
        "Bravo",
        "Charlie",
        "Delta",
        "Echo",
        "Foxtrot",
        "Golf",
        "Hotel",
        "India",
        "Juliett",
        "Kilo",
        "Lima",
    ]
    more = tuple(RunbookStep(phase="fix", owner_role="Crew", action=f"{name} {name}s") for name in names)
    longer = replace(main, steps=(*more, *main.steps))
    found = advised(replace(findings, runbooks=(longer,)))
    contained = [step.action.partition("{")[0] for step in main.steps if step.phase == "contain"]
    assert len(found) == 12
    assert all(action.startswith(step) for action, step in zip(found, contained, strict=False))


@pytest.mark.parametrize("braces", ["{container.__class__}", "{", "{0}", "{container!r}", "%s", "{unknown}", "}{"])
def test_braces_in_a_users_runbook_are_only_text(braces: str) -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    main = findings.runbooks[0]
    own = replace(main, own=True, steps=(replace(main.steps[0], action=f"Look at {braces} twice"),))
    assert f"Look at {braces} twice" in advised(replace(findings, runbooks=(own,)))


def test_danger_brings_its_emergency_measures_first() -> None:
    first = analyse(REPORTS["leak"]).recommendations[0]
    assert (first.phase, first.due_within) == ("contain", "immediately")
    assert "fire brigade" in first.action


def test_papers_call_for_no_fire_brigade() -> None:
    analysis = analyse("The dangerous goods declaration for UN1263 is missing")
    assert "fire brigade" not in actions(analysis)
    assert "Fire brigade" not in roles(analysis)


def test_the_more_urgent_the_sooner_it_is_due() -> None:
    usual = analyse("container missing").recommendations[0]
    urgent = analyse("container missing, vessel sails in 2 hours").recommendations[0]
    assert (usual.due_within, urgent.due_within) == ("2 hours", "30 minutes")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(None, "4 hours"), (600, "4 hours"), (120, "2 hours"), (100, "1 hour"), (5, "immediately")],
)
def test_a_deadline_shortens_what_would_come_after_it(minutes: int | None, expected: str) -> None:
    assert playbook().steps[sooner("4 hours", minutes)] == playbook().steps[expected]


def test_a_deadline_that_is_over_shortens_nothing() -> None:
    analysis = analyse("Gate 2 was down, vessel sails in 2 hours, gate is back online, all resolved")
    assert analysis.escalation.resolve_within == "5 days"


def test_a_settled_incident_is_only_checked_and_closed() -> None:
    analysis = analyse(REPORTS["settled"])
    assert {item.phase for item in analysis.recommendations} <= {"verify", "communicate", "prevent"}
    assert "close the incident" in actions(analysis)
    assert "back online" in analysis.recommendations[0].rationale
    assert analysis.missing_information == ("What settled it, and can it come back?",)


def test_what_was_told_is_told_again_when_it_is_over() -> None:
    (told,) = [item for item in analyse(REPORTS["settled"]).recommendations if item.phase == "communicate"]
    assert told.action.startswith("Tell those who were told of it that it is over")


@pytest.mark.parametrize(
    "text",
    [
        "Gate 2 is down. No action needed from customers.",
        "RTG 5 is out of order, a work order is planned for tomorrow",
        "RTG 5 will be repaired tomorrow, work order planned. No action needed.",
    ],
)
def test_a_planned_repair_or_a_remark_that_nothing_is_needed_settles_nothing(text: str) -> None:
    analysis = analyse(text)
    assert "close the incident" not in actions(analysis)
    assert "settled" not in analysis.summary
    assert not analysis.communications.customer.subject.startswith("Settled")


def test_a_remark_for_information_keeps_nothing_open() -> None:
    analysis = analyse("TOS was down from 08:00 to 08:40, everything works again. For information.")
    assert "close the incident" in actions(analysis)
    assert "your question" not in analysis.communications.customer.body


def test_an_accident_on_a_ship_is_handled_as_one_and_not_as_a_crane_that_stands() -> None:
    analysis = analyse("Lasher fell from the lashing bridge of MSC OSCAR, broken leg. Work at the bay stopped.")
    assert {item.sop_reference for item in analysis.recommendations} == {"SOP-SAF-01"}
    assert "First aid" in actions(analysis)


def test_a_runbook_that_the_words_of_a_better_one_call_for_adds_nothing() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    fact = next(fact for fact in findings.extraction.facts if fact.signal == "container_missing")
    double = replace(fact, id="F90", signal="system_fault", start=fact.start + 1)
    other = replace(
        findings.runbooks[0],
        id="SOP-OWN-01",
        facts=("F90",),
        steps=(RunbookStep(phase="contain", owner_role="Crew", action="Start the paper procedure at once."),),
    )
    facts = (*findings.extraction.facts, double)
    changed = replace(
        findings, extraction=replace(findings.extraction, facts=facts), runbooks=(*findings.runbooks, other)
    )
    assert "Start the paper procedure at once." not in advised(changed)


def test_boxes_that_are_only_counted_are_spoken_of_as_several() -> None:
    assert "Take the boxes concerned out of the load sequence" in actions(analyse(REPORTS["vgm"]))


def test_a_type_without_a_fitting_runbook_goes_to_its_desk() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    assert "Examine the case together with the reporter." in advised(replace(findings, runbooks=(), similar=()))


def test_words_alone_call_for_no_runbook_of_another_type() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    stray = replace(findings.runbooks[0], type="Email System", facts=())
    assert "Examine the case together with the reporter." in advised(replace(findings, runbooks=(stray,), similar=()))


# -- Similar incidents -----------------------------------------------------------------------------------------------
def test_what_helped_in_a_close_incident_is_recommended() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    expected = "It helped in CASE-900; see first whether it fits here: “Fetched the box from behind the workshop.”"
    assert expected in advised(replace(findings, similar=(past(findings),)))


@pytest.mark.parametrize("shared", ["message:CODECO", "error:HTTP 500", "goods:UN1263", "vessel:PACIFIC DAWN"])
def test_the_same_ship_or_kind_of_thing_without_the_same_trouble_makes_nothing_close(shared: str) -> None:
    findings = findings_of("Container CSQU3054383 is missing, CODECO, HTTP 500, UN1263, MV Pacific Dawn")
    similar = past(findings, shared_entities=(shared,), matched_terms=("vessel", "box", "line", "slot", "driver"))
    assert "CASE-900" not in " ".join(advised(replace(findings, similar=(similar,))))


def test_the_same_ship_with_the_same_trouble_is_close() -> None:
    findings = findings_of("MV Pacific Dawn: Container CSQU3054383 is missing")
    quote = next(fact.quote for fact in findings.extraction.facts if fact.signal == "container_missing")
    similar = past(findings, shared_entities=("vessel:PACIFIC DAWN",), matched_terms=(quote,))
    assert "CASE-900" in " ".join(advised(replace(findings, similar=(similar,))))


def test_in_danger_to_life_no_past_is_followed() -> None:
    assert "It helped in" not in actions(analyse("Thick smoke from doors of box with lithium ion batteries UN3480"))


@pytest.mark.parametrize(
    "changes",
    [{"resolution": None}, {"incident_type": "Email System"}, {"shared_entities": (), "matched_terms": ("a",)}],
)
def test_a_distant_incident_recommends_nothing(changes: dict[str, object]) -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    assert "CASE-900" not in " ".join(advised(replace(findings, similar=(past(findings, **changes),))))


# -- Impact ----------------------------------------------------------------------------------------------------------
