import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.incidents.analysis.entities import MAX_MENTIONS, find_entities
from errand.incidents.analysis.identifiers import container_check_digit


def values(text: str, kind: str) -> list[str]:
    return [mention.value for mention in getattr(find_entities(text), kind)]


@pytest.mark.parametrize(
    "written", ["MSKU1234567", "MSKU 123456-7", "MSKU 123456 7", "MSKU-123456-7", "msku1234567", "MSKU 123 456 7"]
)
def test_a_container_number_is_read_however_it_is_spaced(written: str) -> None:
    assert values(f"box {written} is lost", "containers") == ["MSKU1234567"]


def test_a_wrong_check_digit_comes_with_the_right_one() -> None:
    (container,) = find_entities("Container MSKU1234567 is missing").containers
    assert (container.valid, container.check_digit, container.expected) == (False, 7, 5)
    assert (container.owner_code, container.category, container.suggestion) == ("MSK", "U", "MSKU1234565")


def test_a_right_check_digit_needs_no_suggestion() -> None:
    (container,) = find_entities("CSQU3054383").containers
    assert (container.valid, container.suggestion, container.alternatives) == (True, None, ())


def test_a_number_without_its_check_digit_is_completed() -> None:
    (container,) = find_entities("box CSQU305438 arrived").containers
    assert (container.valid, container.check_digit, container.suggestion) == (False, None, "CSQU3054383")


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_every_number_with_its_check_digit_is_valid(prefix: str) -> None:
    number = f"{prefix}{container_check_digit(prefix)}"
    (container,) = find_entities(f"unit {number}.").containers
    assert (container.value, container.valid) == (number, True)


@pytest.mark.parametrize("text", ["thru 202611", "MSKU12345678", "XMSKU1234567", "MSKA1234567", "from 1234567"])
def test_what_only_looks_like_a_container_number_is_none(text: str) -> None:
    assert values(text, "containers") == []


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("BAPLIE for MV Ever Given, berth 4", "vessels", ["Ever Given"]),
        ("Vessel MAERSK ESSEN ETD 14:00", "vessels", ["MAERSK ESSEN"]),
        ("M/V Lion City 07 is late", "vessels", ["Lion City"]),
        ("vessel operations stopped", "vessels", []),
        ("voyage 021E and voy. 014W", "voyages", ["021E", "014W"]),
        ("Coparn and BAPLIE, no email", "edi_messages", ["COPARN", "BAPLIE"]),
        ("EDI 315 for 301 boxes", "edi_messages", ["315"]),
        ("HTTP 503, then ORA-01017 and ReadTimeoutError", "error_codes", ["HTTP 503", "ORA-01017", "ReadTimeoutError"]),
        ("SQLSTATE 40001, VESSEL_ERR_4", "error_codes", ["SQLSTATE 40001", "VESSEL_ERR_4"]),
        ("500 boxes, error in row", "error_codes", []),
        ("from NLRTM to SG SIN, POD: VNHPH", "ports", ["NLRTM", "SGSIN", "VNHPH"]),
        ("HOUSE SHIFT", "ports", []),
        ("block A12 and slot B-04-02-1, stack a", "yard_positions", ["block A12", "slot B-04-02-1"]),
        ("crane QC3 and RTG 12", "equipment", ["QC3", "RTG 12"]),
        ("UN 1203, IMDG class 3, class 5.1", "dangerous_goods", ["UN1203", "class 3", "class 5.1"]),
        ("first class service, UN resolution", "dangerous_goods", []),
        ("see ALR-861600 and INC 154599", "tickets", ["ALR-861600", "INC 154599"]),
        ("booking ref SGN1234567, bookings closed", "bookings", ["SGN1234567"]),
        ("2025-10-18T10:30:00Z or 14:20 UTC", "times", ["2025-10-18T10:30:00Z", "14:20 UTC"]),
    ],
)
def test_what_a_text_names_is_found(text: str, kind: str, found: list[str]) -> None:
    assert values(text, kind) == found


def test_codes_come_with_their_meaning() -> None:
    entities = find_entities("COPARN failed with HTTP 404 for UN1789 to NLRTM")
    meanings = [entities.edi_messages, entities.error_codes, entities.dangerous_goods, entities.ports]
    assert [kind[0].meaning for kind in meanings] == [
        "container announcement or release order",
        "Not Found",
        "hydrochloric acid",
        "Rotterdam",
    ]


@pytest.mark.parametrize(("number", "valid"), [("9074729", True), ("9074728", False)])
def test_an_imo_number_is_checked(number: str, valid: bool) -> None:
    (imo,) = find_entities(f"IMO {number}").imo_numbers
    assert (imo.valid, imo.expected) == (valid, 9)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("ETB in 2 hours", [120]),
        ("cut-off within 90 min", [90]),
        ("the vessel sails in 3h", [180]),
        ("2 hours before cut-off", [120]),
        ("delayed for 2 hours", []),
        ("sailed 2 hours ago", []),
    ],
)
def test_a_deadline_is_a_time_still_to_come(text: str, minutes: list[int]) -> None:
    assert [deadline.minutes for deadline in find_entities(text).deadlines] == minutes


@pytest.mark.parametrize(("text", "counts"), [("1,200 containers", [1200]), ("35 reefers", [35]), ("40 ft box", [])])
def test_boxes_are_counted(text: str, counts: list[int]) -> None:
    assert [quantity.count for quantity in find_entities(text).quantities] == counts


def test_a_value_named_twice_is_listed_where_it_first_stands() -> None:
    (container,) = find_entities("CSQU3054383 and CSQU3054383").containers
    assert (container.start, container.end) == (0, 11)


def test_long_lists_are_cut_and_counted() -> None:
    text = " ".join(f"CSQU{number:06d}{container_check_digit(f'CSQU{number:06d}')}" for number in range(150))
    entities = find_entities(text)
    assert (len(entities.containers), entities.omitted) == (MAX_MENTIONS, 50)


def test_spans_point_at_the_text() -> None:
    text = "MV Ever Given, box CSQU 305438-3, UN1203"
    entities = find_entities(text)
    spans = [text[m.start : m.end] for m in (entities.vessels[0], entities.containers[0], entities.dangerous_goods[0])]
    assert spans == ["MV Ever Given", "CSQU 305438-3", "UN1203"]
