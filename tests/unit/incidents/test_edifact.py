import pytest

from errand.incidents.analysis.edifact import check_messages, split

SOUND = """UNB+UNOA:2+SENDER+RECEIVER+251018:1030+REF123'
UNH+1+BAPLIE:D:95B:UN:SMDG20'
BGM++BP001+9'
TDT+20+123W+++MAEU:172:20+++9V1234:103::EVER GIVEN'
LOC+5+SGSIN:139:6'
UNT+5+1'
UNZ+1+REF123'"""


def faults(text: str) -> list[str]:
    return [fault.value for fault in check_messages(text).faults]


def test_a_sound_interchange_has_no_faults() -> None:
    assert faults(SOUND) == []


def test_a_message_is_read_with_its_kind_reference_and_segments() -> None:
    (message,) = check_messages(f"Please check:\n{SOUND}\nThanks").messages
    assert (message.value, message.reference, message.release, message.segments) == ("BAPLIE", "1", "D.95B", 5)
    assert message.meaning == "bay plan of a vessel"


def test_a_message_spans_from_its_header_to_its_trailer() -> None:
    text = f"Please check:\n{SOUND}"
    (message,) = check_messages(text).messages
    assert text[message.start : message.end].startswith("UNH+")
    assert text[message.start : message.end].endswith("UNT+5+1'")


@pytest.mark.parametrize(
    ("sound", "broken", "fault"),
    [
        ("UNT+5+1'", "UNT+6+1'", "segment_count"),
        ("UNT+5+1'", "UNT+5+2'", "message_reference"),
        ("UNT+5+1'", "", "no_unt"),
        ("UNZ+1+REF123'", "UNZ+2+REF123'", "message_count"),
        ("UNZ+1+REF123'", "UNZ+1+REF124'", "control_reference"),
        ("UNZ+1+REF123'", "", "no_unz"),
        ("UNZ+1+REF123'", "UNZ+1+REF123", "no_unz"),
    ],
)
def test_a_count_or_reference_that_does_not_agree_is_a_fault(sound: str, broken: str, fault: str) -> None:
    assert faults(SOUND.replace(sound, broken)) == [fault]


def test_a_fault_states_both_numbers() -> None:
    (fault,) = check_messages(SOUND.replace("UNT+5", "UNT+9")).faults
    assert fault.meaning == "BAPLIE 1 states 9 segments but has 5"


def test_a_released_quote_does_not_end_a_segment() -> None:
    assert faults("UNH+7+APERAK:D:00B:UN'BGM+313+it?'s+11'UNT+3+7'") == []


def test_what_an_acknowledgement_reports_is_quoted() -> None:
    text = "UNH+4+APERAK:D:00B:UN'ERC+E12'FTX+AAO+++Box not found?: MSKU'UNT+4+4'"
    assert [fault.meaning for fault in check_messages(text).faults] == [
        "APERAK 4 reports error code E12",
        "APERAK 4 reports: Box not found: MSKU",
    ]


def test_two_messages_of_one_kind_are_two_messages() -> None:
    text = "UNH+1+COARRI:D:95B'UNT+2+1' and then UNH+2+COARRI:D:95B'UNT+2+2'"
    assert [message.reference for message in check_messages(text).messages] == ["1", "2"]


def test_prose_is_no_message() -> None:
    assert check_messages("The UNH segment wasn't there, it's odd") == ((), ())


@pytest.mark.parametrize(
    ("text", "parts"), [("a+b", ["a", "b"]), ("a?+b+c", ["a?+b", "c"]), ("a??+b", ["a??", "b"]), ("", [""])]
)
def test_a_release_character_protects_the_next_one(text: str, parts: list[str]) -> None:
    assert split(text, "+") == parts
