from uuid import UUID

import pytest
from msgspec.structs import replace

from errand.incidents.analysis import extract, normalise
from errand.incidents.analysis.classification import classify
from errand.incidents.analysis.knowledge import Case, cases
from errand.incidents.analysis.report import SimilarIncident
from errand.incidents.analysis.similarity import Past, entity_names, find_similar, past_cases, term_counts

RUN = UUID("8a0c4e0e-41b0-4a53-9f0b-6d3f2f0a7a01")
CASES = past_cases()
OTHERS = "Truck driver asks where the canteen is and whether it opens at weekends"


def similar(text: str, past: tuple[Past, ...] = CASES) -> tuple[SimilarIncident, ...]:
    intake = normalise(text)
    extraction = extract(intake)
    return find_similar(intake, extraction, classify(extraction).incident_type, past)


def run(text: str, **changes: object) -> Past:
    extraction = extract(normalise(text))
    past = Past(
        id=str(RUN),
        run_id=RUN,
        title=text[:40],
        incident_type="Container Management",
        severity="Medium",
        terms=term_counts(text, extraction.facts),
        entities=tuple(entity_names(extraction.entities)),
        cause=None,
        resolution="Found it.",
        outcome=None,
    )
    return replace(past, **changes)


def runs(text: str, number: int) -> tuple[Past, ...]:
    return tuple(run(text, id=f"run-{n:03}") for n in range(number))


# -- Words -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Frozen reefer found unplugged at the round, display dark, supply air -9", "Reefer off power for a night"),
        ("Community portal down for everybody, pages show 504", "Portal not reachable for anybody"),
        ("SFTP to a carrier fails, host identification has changed", "Host key changed at a carrier's server"),
        ("Webhook for gate events no longer arrives, callback unchanged", "Events no longer reach a subscriber"),
        ("Hydraulic oil of RTG 3 leaks from the spreader", "Stacking crane stands with a hydraulic leak"),
    ],
)
def test_a_like_case_comes_first(text: str, case: str) -> None:
    assert similar(text)[0].title == case


@pytest.mark.parametrize("case", cases(), ids=[case.id for case in cases()])
def test_a_case_is_most_like_itself(case: Case) -> None:
    assert similar(case.text)[0].id == case.id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello world",
        "Container issue...",
        "The canteen ran out of coffee again this morning, please refill the machine",
        "Please book meeting room 4 for Thursday, projector needed",
        "My chair is broken, can somebody replace it",
        "lost my umbrella in bus 12",
        "the printer on floor 2 has a paper jam",
        "who won the football tournament",
        "Water cooler in office 3 is noisy",
    ],
)
def test_stray_words_make_nothing_similar(text: str) -> None:
    assert similar(text) == ()


def test_no_more_than_five_are_told_the_best_first() -> None:
    found = similar("Reefer alarm in the rack", (*runs("Reefer alarm in the rack, too warm", 9), *CASES))
    assert len(found) == 5
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_matched_terms_stand_in_the_text_as_it_is_written() -> None:
    text = "FROZEN Reefer found unplugged at the Round, display dark"
    match = similar(text)[0]
    assert match.matched_terms
    assert all(term in text for term in match.matched_terms)


def test_what_the_text_denies_is_not_compared() -> None:
    past = runs("Fire and smoke at the warehouse, two people injured, ambulance called", 1)
    assert similar("Fire and smoke at the warehouse, ambulance called", past)
    assert similar("No fire, no smoke, no ambulance: only dust at the warehouse", past) == ()


def test_an_incident_of_another_type_is_less_alike() -> None:
    text = "Container is missing from its slot, driver cannot find it"
    same, other = run(text), run(text, id="other", incident_type="Email System")
    found = {match.id: match.score for match in similar(text, (same, other))}
    assert found[same.id] > found.get("other", 0)


# -- What both name --------------------------------------------------------------------------------------------------
def test_a_container_that_few_name_outweighs_words() -> None:
    past = (*runs(OTHERS, 498), *(run("CSQU3054383 arrived with a dent", id=f"box-{n}") for n in range(2)))
    found = similar("CSQU3054383 does not cool", past)
    assert [match.id for match in found] == ["box-0", "box-1"]
    assert found[0].shared_entities == ("container:CSQU3054383",)


def test_what_many_name_is_worth_little() -> None:
    past = (*runs("CSQU3054383 seen in the yard", 400), *runs(OTHERS, 100))
    assert similar("CSQU3054383 does not cool", past) == ()


def test_a_kind_of_message_alone_makes_nothing_similar() -> None:
    past = (*runs(OTHERS, 498), *runs("CODECO arrived twice from the depot", 2))
    assert similar("Invoice amount wrong because of CODECO", past) == ()


def test_case_does_not_part_the_same_vessel() -> None:
    (name,) = entity_names(extract(normalise("MV Kestrel Bay waits")).entities)
    assert name == "vessel:KESTREL BAY"


def test_ways_to_write_a_machine_or_a_ticket_do_not_part_them() -> None:
    names = entity_names(extract(normalise("RTG-07 and RTG 7, RTG7 again; INC-4711, INC 4711")).entities)
    assert list(names) == ["ticket:INC4711", "equipment:RTG 7"]


def test_the_machine_that_failed_before_comes_first() -> None:
    past = (*runs("Engine of RTG 3 overheated, out of order", 20), run("Engine of RTG-12 overheated, out of order"))
    found = similar("RTG 12: engine overheated and out of order again", past)
    assert (found[0].id, found[0].shared_entities) == (str(RUN), ("equipment:RTG 12",))


# -- The user's own incidents ----------------------------------------------------------------------------------------
def test_own_runs_and_cases_are_ranked_together() -> None:
    text = "Frozen reefer found unplugged at the round, display dark"
    own = run("Frozen reefer found unplugged at the round, display dark and supply air high", cause="Plug drawn.")
    found = similar(text, (own, *CASES))
    assert (found[0].run_id, found[0].cause, found[0].resolution) == (RUN, "Plug drawn.", "Found it.")
    assert any(match.run_id is None for match in found[1:])


def test_a_run_that_did_not_help_counts_less() -> None:
    text = "Frozen reefer found unplugged at the round, display dark"
    past = tuple(run(text, id=str(helpful), helpful=helpful) for helpful in (None, False, True))
    scores = {match.id: match.score for match in similar(text, past)}
    assert scores["None"] == scores["True"] == pytest.approx(2 * scores["False"], abs=0.02)


def test_without_a_past_nothing_is_similar() -> None:
    assert similar("CSQU3054383 is missing", ()) == ()
    assert similar("CSQU3054383 is missing", (run("", terms={}, entities=()),)) == ()


def test_the_order_of_the_past_does_not_matter() -> None:
    past = (*runs("Reefer alarm in the rack, too warm", 3), *CASES)
    assert similar("Reefer alarm, too warm", past) == similar("Reefer alarm, too warm", past[::-1])


def test_the_terms_of_a_long_text_are_limited() -> None:
    assert (
        len(term_counts(" ".join(f"{a}{b}{c}x" for a in "bcdfgh" for b in "aeiou" for c in "klmnprstvwz" * 2))) <= 400
    )
