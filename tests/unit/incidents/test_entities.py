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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MSKU12345O2", "MSKU1234502"),
        ("MSKU12345O7", "MSKU1234502"),
        ("MSKUI234565", "MSKU1234565"),
        ("CSQU3O54383", "CSQU3054383"),
        ("C5QU3054383", "CSQU3054383"),
        ("CSQU30S43B3", "CSQU3054383"),
    ],
)
def test_a_letter_among_the_digits_is_read_as_the_digit_it_looks_like(written: str, meant: str) -> None:
    (container,) = find_entities(f"box {written} is lost").containers
    assert (container.value, container.valid, container.suggestion) == (written, False, meant)


@pytest.mark.parametrize(("number", "owner"), [("MSKU1234565", "Maersk"), ("CSQU3054383", None)])
def test_a_container_comes_with_its_owner_where_that_is_known(number: str, owner: str | None) -> None:
    (container,) = find_entities(number).containers
    assert container.owner == owner


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_every_number_with_its_check_digit_is_valid(prefix: str) -> None:
    number = f"{prefix}{container_check_digit(prefix)}"
    (container,) = find_entities(f"unit {number}.").containers
    assert (container.value, container.valid) == (number, True)


@pytest.mark.parametrize(
    "text",
    [
        "thru 202611",
        "MSKU12345678",
        "XMSKU1234567",
        "MSKA1234567",
        "from 1234567",
        "PLEASE CALL",
        "ABCUBOSSBOO",
        "MSKU12BOS67",
        "M5KU1234567",
        "msku12345o7",
    ],
)
def test_what_only_looks_like_a_container_number_is_none(text: str) -> None:
    assert values(text, "containers") == []


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("BAPLIE for MV Ever Given, berth 4", "vessels", ["Ever Given"]),
        ("Vessel MAERSK ESSEN ETD 14:00", "vessels", ["MAERSK ESSEN"]),
        ("M/V Lion City 07 is late", "vessels", ["Lion City"]),
        ("vessel MV Pacific Dawn", "vessels", ["Pacific Dawn"]),
        ("Vessel MV. PACIFIC DAWN", "vessels", ["PACIFIC DAWN"]),
        ("vessel: M.V. Pacific Dawn", "vessels", ["Pacific Dawn"]),
        ("Vessel MV PACIFIC DAWN, later M/V Pacific Dawn and MV PACIFIC DAWN", "vessels", ["PACIFIC DAWN"]),
        ("boxes for MSC ISABELLA rolled from MAERSK HONAM", "vessels", ["MSC ISABELLA", "MAERSK HONAM"]),
        ("mail from MAERSK LINE, COPARN of MSC CODECO", "vessels", []),
        ("14 boxes of booking HLCU1234567", "containers", []),
        ("booking CSQU3054383", "containers", ["CSQU3054383"]),
        ("claim of 200 CNY", "amounts", ["200 CNY"]),
        ("vessel operations stopped", "vessels", []),
        ("EVER GIVEN V.014E is late", "vessels", ["EVER GIVEN"]),
        ("COPARN FOR MSC OSCAR v.123W/124E", "vessels", ["MSC OSCAR"]),
        ("Delay of Ever Given (IMO 9811000)", "vessels", ["Ever Given"]),
        ("Delay MSC OSCAR, IMO 9703291", "vessels", ["MSC OSCAR"]),
        ("MV Ever Given V.014E, later EVER GIVEN V.014E", "vessels", ["Ever Given"]),
        ("software v.2 and v.014 came", "vessels", []),
        ("V. 123W/124E and v.014e", "voyages", ["123W/124E", "014E"]),
        ("release v.2, v.014", "voyages", []),
        ("voyage 021E and voy. 014W", "voyages", ["021E", "014W"]),
        ("Coparn and BAPLIE, no email", "edi_messages", ["COPARN", "BAPLIE"]),
        ("EDI 315 for 301 boxes", "edi_messages", ["315"]),
        ("HTTP 503, then ORA-01017 and ReadTimeoutError", "error_codes", ["HTTP 503", "ORA-01017", "ReadTimeoutError"]),
        ("SQLSTATE 40001, VESSEL_ERR_4", "error_codes", ["SQLSTATE 40001", "VESSEL_ERR_4"]),
        ("500 boxes, error in row", "error_codes", []),
        ("page shows 504, rejected with 422, 429 Too Many", "error_codes", ["HTTP 504", "HTTP 422", "HTTP 429"]),
        ("shows 450 kg, with 500 boxes, got 412 messages, error 404.5", "error_codes", []),
        ("fault F0312, error PN-2207, 550 5.7.1 rejected", "error_codes", ["F0312", "PN-2207", "550 5.7.1"]),
        ("from NLRTM to SG SIN, POD: VNHPH", "ports", ["NLRTM", "SGSIN", "VNHPH"]),
        ("HOUSE SHIFT", "ports", []),
        ("IN MY PEN, USE US SEA FREIGHT", "ports", []),
        ("USSEA, MYPEN and US LAX", "ports", ["USSEA", "MYPEN", "USLAX"]),
        ("block A12 and slot B-04-02-1, stack a", "yard_positions", ["block A12", "slot B-04-02-1"]),
        ("crane QC3 and RTG 12", "equipment", ["QC3", "RTG 12"]),
        ("UN 1203, IMDG class 3, class 5.1", "dangerous_goods", ["UN1203", "class 3", "class 5.1"]),
        ("first class service, UN resolution", "dangerous_goods", []),
        ("class 8 corrosive, class 3 DG, class 4 students", "dangerous_goods", ["class 8", "class 3"]),
        ("see ALR-861600 and INC 154599", "tickets", ["ALR-861600", "INC 154599"]),
        ("unexpected error PN-2207", "tickets", []),
        ("SR 123456, PROJ-1234, ticket AB-12", "tickets", ["SR 123456", "PROJ-1234", "AB-12"]),
        ("UTF-8, RTG-12, QC-101, AB-12, UN-1203, CSQU-305438-3, ORA-01017", "tickets", []),
        ("booking ref SGN1234567, bookings closed", "bookings", ["SGN1234567"]),
        ("B/L MAEU12345678, bill of lading no. HLCU123456", "bookings", ["MAEU12345678", "HLCU123456"]),
        ("D/O 12345678, delivery order: DO778899", "bookings", ["12345678", "DO778899"]),
        ("bl. ok, we do 123456 moves", "bookings", []),
        ("a 22G1, two 40HC and 20'GP", "size_types", ["22G1", "40HC", "20GP"]),
        ("block 22G1, 22G12, 40 foot, A22G1", "size_types", []),
        ("set -18, actual -9", "temperatures", ["set -18", "actual -9"]),
        ("Set point 2.0°C, return air +4.5", "temperatures", ["Set point 2.0°C", "return air +4.5"]),
        ("it shows 12 C in hold", "temperatures", ["shows 12 C"]),
        ("set 20 boxes aside, return 3, actual 5, 12 Cranes, set 2-3", "temperatures", []),
        ("POST /v1/bookings, then GET https://x.y/z.", "http_calls", ["POST /v1/bookings", "GET https://x.y/z"]),
        ("GET 5 boxes, POST the letter", "http_calls", []),
        ("USD 12,000 a day, €500k and 300 EUR", "amounts", ["USD 12,000", "€500k", "300 EUR"]),
        ("12,000 boxes", "amounts", []),
        ("since 0600, at 8 pm, 0815 hrs", "times", ["0600", "8 PM", "0815 HRS"]),
        ("since 2019, at 2000 boxes, port 8080", "times", []),
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


def test_a_clock_time_is_due_where_the_text_says_so() -> None:
    due = find_entities("cut-off 14:00, the vessel sails at 1800, ETD: 20:15 LT, lunch at 12:00").due_times
    assert [(time.event, time.at) for time in due] == [("cut-off", "14:00"), ("sails", "1800"), ("etd", "20:15 LT")]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("It is 12:30 now, cut-off 14:00", [90]),
        ("Now 23:30, sails at 0100", [90]),
        ("Now 14:30, cut-off was 14:00", []),
        ("Now 14:30, cut-off 14:00", []),
        ("cut-off 14:00", []),
    ],
)
def test_a_due_time_is_a_deadline_where_the_text_says_how_late_it_is(text: str, minutes: list[int]) -> None:
    assert [deadline.minutes for deadline in find_entities(text).deadlines] == minutes


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("POST /v1/bookings returned 503", 503),
        ('"GET /x HTTP/1.1" 401 12', 401),
        ("GET /x -> 200", 200),
        ("GET /x is slow\nstatus 500", None),
        ("GET /x for 500 boxes", None),
    ],
)
def test_a_call_has_the_status_of_its_line(text: str, status: int | None) -> None:
    (call,) = find_entities(text).http_calls
    assert call.status == status


@pytest.mark.parametrize(
    ("text", "kind", "celsius"),
    [("set -18", "setpoint", -18), ("supply air +2.5", "actual", 2.5), ("\u22124 °C", "stated", -4)],
)
def test_a_temperature_is_what_was_set_or_what_was_measured(text: str, kind: str, celsius: float) -> None:
    (temperature,) = find_entities(text).temperatures
    assert (temperature.kind, temperature.celsius) == (kind, celsius)


def test_dangerous_goods_come_with_their_class() -> None:
    goods = find_entities("UN 3480, UN9999 and class 5.1").dangerous_goods
    assert [(item.value, item.meaning, item.hazard_class) for item in goods] == [
        ("UN3480", "lithium ion batteries", "9"),
        ("UN9999", None, None),
        ("class 5.1", "oxidising substances", "5.1"),
    ]


def test_bookings_say_what_they_are() -> None:
    bookings = find_entities("booking SGN123456, B/L MAEU12345678, D/O 778899").bookings
    assert [booking.meaning for booking in bookings] == ["booking", "bill of lading", "delivery order"]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("22G1", "20 ft, 8 ft 6 in high, general purpose"),
        ("45R1", "40 ft, 9 ft 6 in high, reefer"),
        ("40HC", "40 ft, high cube"),
    ],
)
def test_a_size_and_type_is_spelt_out(code: str, meaning: str) -> None:
    (size,) = find_entities(f"a {code} box").size_types
    assert size.meaning == meaning


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


NAMES_ALL = (
    "MSKU12345O7 MSKU 123456-7, MV EVER GIVEN V.014E (IMO 9811000) class 5.1 UN 1203 set -18 C GET /x HTTP/1.1 503\n"
    "USD 12,000 cut-off 14:00 now 12:30 2025-13-41 31 Feb yesterday 22:00 Tue 0815 hrs error E-1 B/L AB123456 ticket "
    "AB-12 22G1 40'HC SG SIN POL: NLRTM block A12-03 RTG 12 20 boxes ETD in 3 h ²\u0301 UNH+1+CODECO'BGM+1'UNT+3'"
)
PIECES = st.builds(
    lambda at, length: NAMES_ALL[at : at + length], st.integers(0, len(NAMES_ALL) - 1), st.integers(1, 20)
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_mention_points_at_the_text(text: str) -> None:
    entities = find_entities(text)
    lists = [getattr(entities, kind) for kind in entities.__struct_fields__ if kind != "omitted"]
    assert all(0 <= mention.start < mention.end <= len(text) for mentions in lists for mention in mentions)
    assert all(mention.value and mention.value.strip() == mention.value for mentions in lists for mention in mentions)
