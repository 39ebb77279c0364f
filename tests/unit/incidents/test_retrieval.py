import pytest

from errand.incidents.analysis import extract, normalise, retrieve
from errand.incidents.analysis.report import ProcedureMatch


def matches(text: str) -> tuple[ProcedureMatch, ...]:
    intake = normalise(text)
    return retrieve(intake, extract(intake))


@pytest.mark.parametrize(
    ("text", "procedure"),
    [
        ("Container CSQU3054383 is missing", "SOP-CON-01"),
        ("The box cannot be located anywhere", "SOP-CON-01"),
        ("APERAK rejects our COPRAR", "SOP-EDI-01"),
        ("no CODECO arrived today", "SOP-EDI-02"),
        ("bay plan and load list differ, boxes not planned", "SOP-VES-02"),
        ("trucks queue at the gate", "SOP-GAT-01"),
        ("reefer unplugged in block 4", "SOP-REE-01"),
        ("smoke from a forklift", "SOP-SAF-01"),
        ("chlorine leak", "SOP-DGR-01"),
        ("seal tampered", "SOP-SEC-01"),
        ("database outage", "SOP-SYS-01"),
    ],
)
def test_the_fitting_procedure_comes_first(text: str, procedure: str) -> None:
    assert matches(text)[0].id == procedure


@pytest.mark.parametrize("text", ["", "hello world", "Container issue...", "Test incident", "12345", "verschwunden"])
def test_where_nothing_fits_there_is_none(text: str) -> None:
    assert matches(text) == ()


def test_matches_are_ranked_and_few() -> None:
    found = matches("gate down, crane broken, reefer alarm, container missing, vessel delayed, customs hold")
    assert len(found) == 3
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_matched_terms_come_from_the_text() -> None:
    text = "The temperature alarms of two reefers came after a power cut"
    (match,) = [match for match in matches(text) if match.id == "SOP-REE-01"]
    assert match.matched_terms
    assert all(term in text.lower() for term in (term.lower() for term in match.matched_terms))


def test_endings_do_not_matter_to_the_search() -> None:
    assert matches("loading stopped, vessels delaying")[0].id == matches("loading stop, vessel delayed")[0].id
