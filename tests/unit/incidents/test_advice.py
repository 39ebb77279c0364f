import msgspec
import pytest

from errand.incidents.analysis import Analysis, analyse
from errand.incidents.analysis.report import Hypothesis


def actions(analysis: Analysis) -> str:
    return "\n".join(recommendation.action for recommendation in analysis.recommendations)


def test_a_wrong_check_digit_yields_a_suggestion() -> None:
    expected = "Verify the container number: the check digit of MSKU1234567 should be 5. Try MSKU1234565"
    assert expected in actions(analyse("Container MSKU1234567 is missing from terminal"))


def test_a_right_check_digit_yields_none() -> None:
    assert "check digit" not in actions(analyse("Container CSQU3054383 is missing from terminal"))


def test_a_faulty_message_is_named_with_its_fault() -> None:
    text = "Why was this refused? UNH+9+COARRI:D:95B:UN'BGM+270+1+9'UNT+4+9'"
    assert "COARRI 9 states 4 segments but has 3" in actions(analyse(text))


def test_actions_name_what_the_text_names() -> None:
    analysis = analyse("Reefers CSQU3054383, TOLU4734787 and MSKU1234565 give a temperature alarm")
    assert "Go to CSQU3054383, TOLU4734787 and 1 more at once" in actions(analysis)


def test_braces_in_a_text_are_only_text() -> None:
    assert analyse("{container} {0} reefer alarm at block {vessel!r}").incident_type == "Reefer"


def test_recommendations_follow_the_phases_and_are_numbered() -> None:
    order = ["contain", "diagnose", "fix", "verify", "communicate", "prevent"]
    found = analyse("gate down, container MSKU1234567 missing, BAPLIE rejected").recommendations
    phases = [order.index(recommendation.phase) for recommendation in found]
    assert phases == sorted(phases)
    assert [recommendation.id for recommendation in found] == [f"R{number}" for number in range(1, len(found) + 1)]


def test_a_recommendation_refers_only_to_a_retrieved_procedure() -> None:
    analysis = analyse("crane collapsed, acid leaking, vessel delayed, gate closed")
    retrieved = {match.id for match in analysis.sop_references}
    referred = {item.sop_ref for item in analysis.recommendations if item.sop_ref}
    assert referred
    assert referred <= retrieved


def test_danger_brings_its_emergency_measures_first() -> None:
    first = analyse("Fire on a DG container with UN1203 in block A12").recommendations[0]
    assert (first.phase, first.due_within) == ("contain", "immediately")
    assert "fire brigade" in first.action


def test_papers_call_for_no_fire_brigade() -> None:
    assert "fire brigade" not in actions(analyse("The dangerous goods declaration for UN1263 is missing"))


def test_the_more_urgent_the_sooner_it_is_due() -> None:
    usual = analyse("container missing").recommendations[0]
    urgent = analyse("container missing, vessel sails in 2 hours").recommendations[0]
    assert (usual.action, usual.due_within) == (urgent.action, "2 hours")
    assert urgent.due_within == "30 minutes"


def test_a_settled_incident_is_only_checked_and_closed() -> None:
    analysis = analyse("Gate 2 was down and is back online")
    assert {item.phase for item in analysis.recommendations} <= {"verify", "communicate", "prevent"}
    assert "close the incident" in actions(analysis)
    assert analysis.missing_information == ("What settled it, and can it come back?",)


def test_a_type_without_a_fitting_procedure_goes_to_its_desk() -> None:
    analysis = analyse("Incident type: Equipment\nodd humming")
    assert [item.owner_role for item in analysis.recommendations] == ["Maintenance"]


def test_an_unclear_text_is_answered_with_questions() -> None:
    analysis = analyse("Container issue...")
    assert "Which container is concerned" in actions(analysis)
    assert "What happened, and what should have happened instead?" in analysis.missing_information


def test_what_the_text_answers_is_not_asked() -> None:
    questions = " ".join(analyse("Container CSQU3054383 missing from block A12 since 08:00").missing_information)
    assert "Which container" not in questions
    assert "last seen" not in questions
    assert "Since when" not in questions


def test_evidence_raises_a_hypothesis_and_denial_refutes_it() -> None:
    supported = {h.cause: h for h in analyse("Container MSKU1234567 is missing").hypotheses}
    mistyped = supported["The container number was mistyped."]
    assert (mistyped.status, mistyped.confidence > 0.4, len(mistyped.evidence_for)) == ("supported", True, 1)
    denied = analyse("container missing, there is no duplicate").hypotheses
    assert [h.status for h in denied if "same record" in h.cause] == ["refuted"]


def test_a_hypothesis_refers_to_facts_of_the_same_analysis() -> None:
    analysis = analyse("BAPLIE rejected, load list incomplete, CODECO not received, gate down")
    ids = {fact.id for fact in analysis.facts}
    cited = {fact for hypothesis in analysis.hypotheses for fact in hypothesis.evidence_for}
    assert cited
    assert cited <= ids


def test_a_hypothesis_without_evidence_may_not_be_confident() -> None:
    claim = {"id": "H1", "cause": "x", "status": "proposed", "evidence_for": [], "evidence_against": []}
    with pytest.raises(msgspec.ValidationError, match="without evidence"):
        msgspec.convert({**claim, "confidence": 0.5, "next_check": "y"}, Hypothesis)


def test_the_summary_names_type_severity_and_subject() -> None:
    summary = analyse("Container MSKU1234567 is missing from terminal").summary
    assert "Container Management incident of medium severity (P3) about MSKU1234567" in summary
    assert "The check digit of MSKU1234567 should be 5." in summary
