import msgspec
import pytest
from msgspec.structs import replace

from errand.incidents.analysis import analyse, narrate
from errand.incidents.analysis.report import Hypothesis
from tests.unit.incidents.reports import REPORTS, findings_of, past


def causes(text: str) -> dict[str, Hypothesis]:
    return {hypothesis.cause: hypothesis for hypothesis in analyse(text).hypotheses}


def test_a_cause_of_which_the_text_speaks_is_supported_by_that_fact() -> None:
    analysis = analyse(REPORTS["token"])
    best = analysis.hypotheses[0]
    assert best.cause == "The token or key has expired, was changed or was never renewed."
    assert best.status == "supported"
    assert set(best.evidence_for) <= {fact.id for fact in analysis.facts}


@pytest.mark.parametrize("name", REPORTS)
def test_hypotheses_are_few_ordered_numbered_and_rest_on_facts(name: str) -> None:
    analysis = analyse(REPORTS[name])
    ids = {fact.id for fact in analysis.facts}
    found = analysis.hypotheses
    assert [hypothesis.id for hypothesis in found] == [f"H{number}" for number in range(1, len(found) + 1)]
    assert 1 <= len(found) <= 5
    assert [h.confidence for h in found] == sorted((h.confidence for h in found), reverse=True)
    assert {fact for h in found for fact in (*h.evidence_for, *h.evidence_against)} <= ids
    assert all(h.next_check and h.confidence <= 0.8 for h in found)
    assert all(h.evidence_for or h.confidence <= 0.4 for h in found)


def test_what_the_text_denies_is_refuted_and_comes_last() -> None:
    found = analyse("container CSQU3054383 missing, there is no duplicate record").hypotheses
    assert [(h.status, h.confidence) for h in found if "same record" in h.cause] == [("refuted", 0.05)]
    assert found[-1].status == "refuted"


def test_a_mistyped_number_and_a_faulty_message_are_causes_by_themselves() -> None:
    mistyped = next(h for cause, h in causes(REPORTS["missing"]).items() if "MSKU1234567 should be 5" in cause)
    assert "MSKU1234565" in mistyped.next_check
    assert "COPARN 1" in next(cause for cause in causes(REPORTS["pasted"]) if cause.startswith("The message itself"))


def test_a_mistyped_number_warms_no_cargo() -> None:
    text = "Reefer MNBU3344556 gives a temperature alarm, supply air -9 instead of -18"
    assert not any("mistyped" in cause for cause in causes(text))


def test_of_a_danger_only_its_own_causes_are_proposed() -> None:
    text = "Tank container EXFU5521070 leaking acid UN1789 at block D12. Area closed off, trucks queue at the gate."
    assert not any("truck" in cause or "yard is denser" in cause for cause in causes(text))


def test_of_a_trouble_no_question_is_the_cause() -> None:
    assert not any("guides" in cause for cause in causes("Gate 2 is down, could you please help?"))


@pytest.mark.parametrize("name", ["vague", "settled"])
def test_where_nothing_is_known_no_cause_is_guessed_at(name: str) -> None:
    assert not any("attacker" in cause or "reefer" in cause for cause in causes(REPORTS[name]))


def test_the_reports_own_reason_is_quoted_as_a_cause() -> None:
    assert "The report gives a cause itself: “late vessel arrivals”." in causes(REPORTS["yard"])


@pytest.mark.parametrize(
    "text", ["Gate down, not due to power", "MV Anna due to sail, gate down", "down due to unknown"]
)
def test_what_is_no_reason_is_not_taken_for_one(text: str) -> None:
    assert not any(cause.startswith("The report gives") for cause in causes(text))


def test_the_cause_of_a_similar_incident_is_proposed_with_its_source() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    found = narrate(replace(findings, similar=(past(findings),))).hypotheses
    (taken,) = [h for h in found if h.source == "CASE-900"]
    assert (taken.cause, taken.evidence_for) == ("A contractor had moved the box to reach a drain.", ())
    assert taken.confidence <= 0.4
    assert "Fetched the box from behind the workshop." in taken.next_check


def test_a_cause_that_the_playbook_knows_is_not_proposed_twice() -> None:
    findings = findings_of("Container CSQU3054383 is missing")
    cause = "The box had been set down in another slot than the one confirmed"
    found = narrate(replace(findings, similar=(past(findings, cause=cause),))).hypotheses
    assert [h.source for h in found if "another slot" in h.cause] == ["CASE-900"]


def test_a_question_wants_no_cause_of_a_trouble() -> None:
    assert list(causes(REPORTS["question"])) == [
        "The reporter could not find the answer in the guides, or the guide is unclear."
    ]


def test_a_hypothesis_without_evidence_may_not_be_confident() -> None:
    claim = {"id": "H1", "cause": "x", "status": "proposed", "evidence_for": [], "evidence_against": []}
    with pytest.raises(msgspec.ValidationError, match="without evidence"):
        msgspec.convert({**claim, "confidence": 0.5, "next_check": "y"}, Hypothesis)
