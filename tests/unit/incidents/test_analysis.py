from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.incidents.analysis import analyse, compose, examine, extract, narrate, normalise, render
from errand.incidents.analysis.knowledge import runbooks
from errand.incidents.analysis.report import Analysis, Extraction, Findings, Intake, Narrative
from errand.incidents.analysis.similarity import past_cases
from tests.unit.incidents.scoring import GOLDEN, cases

TEXTS = [case.text for case in cases(GOLDEN)]
HOSTILE = {
    "one letter": "A" * 20_000,
    "owner codes": "AAAU " * 4_000,
    "nested digits": "AAAU123456 " * 1_818,
    "digits": "1" * 20_000,
    "containers": "MSKU1234567 " * 1_666,
    "negations": "no fire, " * 2_222,
    "endings": "gate down resolved but again " * 689,
    "open segments": "UNH+" * 5_000,
    "empty segments": "UNH+'" * 4_000,
    "released quotes": "UNH+1+" + "?'" * 9_997,
    "ship names": "MV " + "Aa " * 6_665,
    "deadlines": "12 hours before a eta in " * 800,
    "emoji": "😀" * 20_000,
    "right to left": "\u202eشحنة مفقودة " * 1_500,
    "combining marks": "a" + "\u0301\u0323" * 9_999,
    "line breaks": "\n" * 20_000,
    "quotes": "a'" * 10_000,
    "format strings": "{0.__class__} %s ${x} " * 900,
}


def test_the_contract_s_example_is_answered_as_printed() -> None:
    analysis = analyse("Container MSKU1234567 is missing from terminal")
    assert (analysis.incident_type, analysis.severity) == ("Container Management", "Medium")
    assert analysis.recommendations
    (container,) = analysis.entities.containers
    assert (container.valid, container.expected) == (False, 5)


@pytest.mark.parametrize("text", ["Container issue...", "Test incident"])
def test_a_vague_text_gets_little_confidence_and_questions(text: str) -> None:
    analysis = analyse(text)
    assert analysis.confidence < 0.35
    assert analysis.missing_information
    assert analysis.sop_references == ()


def test_different_texts_get_different_analyses() -> None:
    assert len({analyse(text).summary for text in TEXTS[::5]}) == len(TEXTS[::5])


def test_the_same_text_gets_the_same_analysis() -> None:
    assert analyse(TEXTS[0]) == analyse(f"  {TEXTS[0]}\r\n")


def test_the_result_has_the_contract_s_fields() -> None:
    encoded = msgspec.to_builtins(analyse("Gate 2 is down"))
    assert encoded["incident_type"] == "Infrastructure"
    assert encoded["severity"] == "High"
    assert encoded["recommendations"][0]["action"]
    assert encoded["provenance"]["provider"] == "offline"
    assert encoded["provenance"]["fallback"] is None


def test_a_structured_report_is_analysed_like_a_text() -> None:
    text = render("CONTAINER_MISSING", "High", {"container": "CSQU3054383", "last_position": "A-12-03-2"})
    analysis = analyse(text)
    assert (analysis.incident_type, analysis.severity) == ("Container Management", "High")
    assert analysis.entities.yard_positions[0].value == "A-12-03-2"


@pytest.mark.parametrize("text", TEXTS[::10], ids=lambda text: text[:40])
def test_every_stage_s_outcome_survives_storage(text: str) -> None:
    intake = normalise(text)
    extraction = extract(intake)
    findings = examine(intake, extraction, runbooks(), past_cases())
    narrative = narrate(findings)
    outcomes: list[tuple[Any, Any]] = [
        (intake, Intake),
        (extraction, Extraction),
        (findings, Findings),
        (narrative, Narrative),
        (compose(findings, narrative, provider="offline", model="rules"), Analysis),
    ]
    for outcome, shape in outcomes:
        assert msgspec.json.decode(msgspec.json.encode(outcome), type=shape) == outcome


def assert_sound(analysis: Analysis) -> None:
    assert 0 < analysis.confidence < 1
    assert analysis.summary
    assert analysis.recommendations
    assert all(fact.quote for fact in analysis.facts)
    assert msgspec.json.decode(msgspec.json.encode(analysis), type=Analysis) == analysis


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_gets_a_sound_analysis(text: str) -> None:
    assert_sound(analyse(text))


fragments = st.sampled_from(
    [
        "no ",
        "not ",
        "fire",
        " gate down",
        " resolved",
        ". ",
        ", ",
        "\n",
        "but ",
        "MSKU1234567 ",
        "UNH+1+",
        "'",
        "?",
        "~",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(fragments, max_size=40).map("".join)))
def test_any_text_gets_a_sound_analysis(text: str) -> None:
    assert_sound(analyse(text))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_facts_and_entities_lie_within_the_text(text: str) -> None:
    intake = normalise(text + " MV Ever Given, BAPLIE, 40 boxes missing, MSKU1234567")
    for fact in extract(intake).facts:
        assert intake.text[fact.start : fact.end] == fact.quote
