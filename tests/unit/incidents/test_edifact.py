from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.incidents.analysis import extract, normalise
from errand.incidents.analysis.edifact import check_messages
from errand.incidents.analysis.edifact.reading import read_interchanges, split
from errand.incidents.analysis.entities import find_entities

COPARN = """UNB+UNOA:2+LINE+TERMINAL+251018:1030+REF123'
UNH+1+COPARN:D:95B:UN:SMDG20'
BGM+12+DOC1+9'
RFF+BN:SGN1234567'
TDT+20+014E+1++MAEU:172:20+++9811000:146::EVER GIVEN'
LOC+9+SGSIN:139:6'
DTM+133:202511221800:203'
EQD+CN+CSQU3054383+22G1:102:5+2+2+5'
TMP+2+-18:CEL'
DGS+IMD+3+1203'
UNT+10+1'
UNZ+1+REF123'"""

CODECO = """UNB+UNOA:2+TERMINAL+LINE+251018:1030+77'
UNG+CODECO+TERMINAL+LINE+251018:1030+9+UN+D:95B'
UNH+A1+CODECO:D:95B:UN'
BGM+34+G1+9'
EQD+CN+CSQU3054383+45R1:102:5'
UNT+4+A1'
UNH+A2+CODECO:D:95B:UN'
BGM+34+G2+9'
EQD+CN'
UNT+4+A2'
UNE+2+9'
UNZ+1+77'"""

CONTRL = """UNB+UNOA:2+LINE+TERMINAL+251018:1031+78'
UNH+5+CONTRL:2:1:UN'
UCI+REF123+LINE+TERMINAL+8'
UCM+12+COPARN:D:95B:UN+4+13'
UCS+5+35'
UCD+12+3:2'
UNT+6+5'
UNZ+1+78'"""


def faults(text: str) -> list[str]:
    return [fault.value for fault in check_messages(text).faults]


def statements(text: str) -> list[str | None]:
    return [fault.meaning for fault in check_messages(text).faults]


def facts(text: str) -> dict[str, str]:
    """The quotes by their statements, of what does not fit."""
    found = extract(normalise(text)).facts
    return {fact.statement: fact.quote for fact in found if fact.signal in ("edifact_fault", "message_rejected")}


def test_a_pasted_coparn_with_a_wrong_unt_count_is_a_fact_that_names_segment_and_count() -> None:
    text = f"COPARN from LINE, please check:\n{COPARN.replace('UNT+10', 'UNT+9')}\nThanks, it's urgent."
    assert facts(text) == {"UNT of COPARN 1 states 9 segments, the message has 10": "UNT+9+1'"}


def test_a_codeco_with_a_bad_control_reference_is_a_fact_that_names_both_references() -> None:
    quote = "UNZ+1+78'"
    statement = "UNZ closes the interchange of CODECO A1, CODECO A2 as 78, UNB opens it as 77"
    assert facts(CODECO.replace("UNZ+1+77'", quote)) == {statement: quote}


@pytest.mark.parametrize("sound", [COPARN, CODECO, CONTRL.replace("+4+13", "+7").split("UCS")[0] + "UNT+4+5'UNZ+1+78'"])
def test_a_sound_interchange_has_no_faults(sound: str) -> None:
    assert statements(sound) == []


@pytest.mark.parametrize(
    "lay_out",
    [
        lambda text: f"Hello\n{text}\nIt's bad. Don't wait.",
        lambda text: text.replace("\n", ""),
        lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
        lambda text: "\n".join(f"> > {line}" for line in text.splitlines()) + "\n> it's what they sent",
        lambda text: f"```\n{text}\n```\nIt isn't ours",
        lambda text: "\n".join(text.replace("\n", "")[at : at + 70] for at in range(0, len(text), 70)),
        lambda text: "\n".join(text.replace("\n", "")[at : at + 11] for at in range(0, len(text), 11)),
        lambda text: text.replace("'", "\u2019"),
        lambda text: f"UNA:+.? '{text}",
        lambda text: f"UNA:+.  '\n{text}",
        lambda text: "UNA*|.! ~" + text.translate(str.maketrans(":+?'", "*|!~")) + " it's",
    ],
)
def test_a_message_is_read_however_it_is_pasted(lay_out: Callable[[str], str]) -> None:
    (message,) = check_messages(normalise(lay_out(COPARN)).text).messages
    assert (message.value, message.reference, message.release, message.segments) == ("COPARN", "1", "D.95B", 10)
    assert (message.sender, message.recipient, message.interchange) == ("LINE", "TERMINAL", "REF123")
    assert facts(lay_out(COPARN)) == {}
    assert len(facts(lay_out(COPARN.replace("UNT+10", "UNT+99")))) == 1


@pytest.mark.parametrize(
    ("text", "sound", "broken", "fault"),
    [
        (COPARN, "UNT+10+1'", "UNT+11+1'", "segment_count"),
        (COPARN, "UNT+10+1'", "UNT+x+1'", "segment_count"),
        (COPARN, "UNT+10+1'", "UNT+10+2'", "message_reference"),
        (COPARN, "UNT+10+1'\n", "", "no_unt"),
        (COPARN, "UNZ+1+REF123'", "UNZ+2+REF123'", "message_count"),
        (COPARN, "UNZ+1+REF123'", "UNZ+1+REF124'", "control_reference"),
        (COPARN, "UNZ+1+REF123'", "", "no_unz"),
        (COPARN, "UNZ+1+REF123'", "UNZ+1+REF123", "no_terminator"),
        (COPARN, "BGM+12+DOC1+9'", "BGM+12+DOC1+9", "no_terminator"),
        (COPARN, "DGS+IMD+3+1203'", "DGX+IMD+3+1203'", "segment_tag"),
        (COPARN, "DGS+IMD+3+1203'", "dgs+IMD+3+1203'", "segment_tag"),
        (COPARN, "DGS+IMD+3+1203'", "D?GS+IMD+3+1203'", "segment_tag"),
        (COPARN, "DGS+IMD+3+1203'", "DGS+IMD+3+1203''", "segment_tag"),
        (COPARN, "DTM+133:202511221800:203'", "DTM+133:202513221800:203'", "date"),
        (COPARN, "DTM+133:202511221800:203'", "DTM+133:20251122:203'", "date"),
        (COPARN, "CSQU3054383", "CSQU3054384", "check_digit"),
        (COPARN, "COPARN:D", "COPORN:D", "message_type"),
        (COPARN, "BGM+12+DOC1+9'", "RFF+XX:1'", "missing_segment"),
        (COPARN, "EQD+CN+CSQU3054383+22G1:102:5+2+2+5'", "RFF+XX:1'", "missing_segment"),
        (CODECO, "UNH+A2+", "UNH+A1+", "repeated_reference"),
        (CODECO, "UNE+2+9'", "UNE+3+9'", "group_count"),
        (CODECO, "UNE+2+9'", "UNE+2+8'", "group_reference"),
        (CODECO, "UNE+2+9'\n", "", "no_une"),
        (CODECO, "UNG+CODECO+TERMINAL+LINE+251018:1030+9+UN+D:95B'\n", "", "no_ung"),
        (CODECO, "UNZ+1+77'", "UNZ+2+77'", "message_count"),
        (CODECO, "UNH+A1+CODECO:D:95B:UN'\n", "", "no_unh"),
        ("UNH+1+CODECO:D:95B'BGM+34'EQD+CN'UNT+4+1'", "UNT+4+1'", "UNT+4+1'UNZ+1+7'", "no_unb"),
    ],
)
def test_what_does_not_fit_is_a_fault(text: str, sound: str, broken: str, fault: str) -> None:
    assert fault not in faults(text)
    assert fault in faults(text.replace(sound, broken))


@pytest.mark.parametrize(
    ("sound", "broken", "statement"),
    [
        ("UNT+10+1'", "UNT+10+2'", "UNT of COPARN 1 closes the message as 2, UNH opens it as 1"),
        ("TDT+20", "TDX+20", "Segment 4 (TDX) of COPARN 1 has a tag that no directory knows"),
        ("TDT+20", "td+20", "Segment 4 of COPARN 1 begins with “td” instead of a tag"),
        (
            "202511221800",
            "202502301800",
            "Segment 6 (DTM) of COPARN 1 states 202502301800, which is no date of the form CCYYMMDDHHMM",
        ),
        (
            "CSQU3054383",
            "CSQU3054384",
            "Segment 7 (EQD) of COPARN 1 names CSQU3054384, whose check digit should be 3",
        ),
        ("COPARN:D", "COPORN:D", "UNH of COPORN 1 names COPORN, which is no type of message"),
        ("UNT+10+1'\n", "", "COPARN 1 has no UNT: it is cut off after segment 9 (DGS)"),
        ("BGM+12", "RFF+12", "COPARN 1 has no BGM segment, which it must have"),
    ],
)
def test_a_fault_names_message_segment_and_numbers(sound: str, broken: str, statement: str) -> None:
    assert statements(COPARN.replace(sound, broken)) == [statement]


def test_an_acknowledgement_says_what_it_rejects_in_words() -> None:
    assert statements(CONTRL) == [
        "CONTRL 5 rejects COPARN 12: error 13 (missing)",
        "CONTRL 5 reports error 35 (too many segment repetitions) at segment 5 of COPARN 12",
        "CONTRL 5 reports error 12 (invalid value) at component 2 of element 3 of segment 5 of COPARN 12",
    ]


def test_an_interchange_may_be_rejected_as_a_whole() -> None:
    text = "UNH+5+CONTRL:2:1:UN'UCI+REF123+A+B+4+29+UNZ+2'UNT+3+5'"
    stated = "CONTRL 5 rejects interchange REF123: error 29 (control count does not match number of instances received)"
    assert statements(text) == [f"{stated} in UNZ, element 2"]


def test_what_an_application_reports_is_quoted() -> None:
    text = "UNH+4+APERAK:D:00B:UN'BGM+313+X+27'RFF+ACW:123'ERC+E12'FTX+AAO+++Box not found?: MSKU'UNT+6+4'"
    assert statements(text) == [
        "APERAK 4 states that the message it answers is not accepted",
        "APERAK 4 reports error code E12 about 123 (ACW)",
        "APERAK 4 reports: Box not found: MSKU",
    ]
    assert set(facts(text).values()) == {"BGM+313+X+27'", "ERC+E12'", "FTX+AAO+++Box not found?: MSKU'"}


def test_an_acceptance_reports_no_error() -> None:
    assert faults("UNH+4+APERAK:D:00B:UN'BGM+312+X+29'FTX+AAO+++Accepted'UNT+4+4'") == []


def test_what_a_sound_segment_names_is_an_entity() -> None:
    entities = find_entities(COPARN)
    kinds = [
        entities.containers,
        entities.size_types,
        entities.vessels,
        entities.imo_numbers,
        entities.voyages,
        entities.ports,
        entities.bookings,
        entities.dangerous_goods,
        entities.temperatures,
        entities.times,
    ]
    assert [kind[0].value for kind in kinds] == [
        "CSQU3054383",
        "22G1",
        "EVER GIVEN",
        "9811000",
        "014E",
        "SGSIN",
        "SGN1234567",
        "UN1203",
        "-18",
        "2025-11-22T18:00",
    ]
    assert [(time.value, time.meaning) for time in entities.times] == [("2025-11-22T18:00", "estimated departure")]


def test_a_value_that_a_line_break_parts_points_at_its_segment() -> None:
    text = COPARN.replace("CSQU3054383", "CSQU30\n54383")
    (container,) = find_entities(text).containers
    assert text[container.start : container.end] == "EQD+CN+CSQU30\n54383+22G1:102:5+2+2+5'"


def test_codes_of_a_message_are_no_words() -> None:
    text = "UNH+1+CODECO:D:95B'BGM+34'NAD+CA+FIRE:GATE DOWN'EQD+CN'UNT+5+1'"
    assert {fact.signal for fact in extract(normalise(text)).facts} == {"edi_message"}


def test_free_text_of_a_message_is_read() -> None:
    text = "UNH+1+CODECO:D:95B'BGM+34'FTX+AAI+++CONTAINER IS ON FIRE'EQD+CN'UNT+5+1'"
    assert "fire" in {fact.signal for fact in extract(normalise(text)).facts}


def test_a_message_spans_from_its_header_to_its_trailer() -> None:
    text = f"Please check:\n{COPARN}"
    (message,) = check_messages(text).messages
    assert text[message.start : message.end].startswith("UNH+")
    assert text[message.start : message.end].endswith("UNT+10+1'")


def test_a_released_quote_does_not_end_a_segment() -> None:
    assert faults("UNH+7+APERAK:D:00B:UN'BGM+313+it?'s+11'UNT+3+7'") == []


def test_two_messages_of_one_kind_are_two_messages() -> None:
    text = "UNH+1+COARRI:D:95B'BGM+1'TDT+20'UNT+4+1' and then UNH+2+COARRI:D:95B'BGM+1'TDT+20'UNT+4+2'"
    assert [message.reference for message in check_messages(text).messages] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "The UNH segment wasn't there, it's odd",
        "It says UNB+, it's odd",
        "They mean UNH+1+COPARN:D:95B:UN' and it isn't ours",
        "UNT+5+1' is missing",
        "see UNH+1 in the log\nThe gate isn't working, it's odd",
        "Segments UNH+1 and UNB+2 are wrong",
    ],
)
def test_prose_that_quotes_a_segment_has_no_faults(text: str) -> None:
    assert faults(text) == []


def test_a_new_interchange_ends_one_that_is_cut_off() -> None:
    cut = COPARN.split("UNZ")[0]
    assert [message.interchange for message in check_messages(f"{cut}UNA:+.? '\n{cut}{CODECO}").messages] == [
        "REF123",
        "REF123",
        "77",
        "77",
    ]


@pytest.mark.parametrize(
    ("text", "parts"), [("a+b", ["a", "b"]), ("a?+b+c", ["a?+b", "c"]), ("a??+b", ["a??", "b"]), ("", [""])]
)
def test_a_release_character_protects_the_next_one(text: str, parts: list[str]) -> None:
    assert split(text, "+", "?") == parts


Mutation = Callable[[str, int, int], str]
MUTATIONS: list[Mutation] = [
    lambda text, at, to: text[:at] + text[to:],
    lambda text, at, to: text[:to] + text[at:],
    lambda text, at, to: text[:at] + text[at:to][::-1] + text[to:],
    lambda text, at, to: text[to:] + text[at:],
    lambda text, at, to: text[:at],
    lambda text, at, to: text[:at] + "?" * (to - at) + text[at:],
    lambda text, at, to: text[:at] + "'" + text[at:to] + "\x00" + text[to:],
    lambda text, at, to: text[:at] + "\n" + text[at:to] + "\n> " + text[to:],
    lambda text, at, to: text[:at] + text[at:to].replace("+", "|").replace("'", "~") + text[to:],
    lambda text, at, to: text[:at] + "UNA:+.? '" + text[at:],
    lambda text, at, to: text[:at] + "UNA+:.'?+" + text[at:],
    lambda text, at, to: text[:at] + "UNB+UNH+UNT'" + text[to:],
    lambda text, at, to: text[:at] + text[at:to].lower() + "\u0301é\U0001f6a2" + text[to:],
    lambda text, at, to: text[:at] + "9" * 5_000 + text[to:],
    lambda text, at, to: text[:at] + "²٣" + text[to:],
    lambda text, at, to: text[:at].replace("\n", "") + " isn't it\n```\n" + text[at:],
]


@st.composite
def malformed(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from([COPARN, CODECO, CONTRL, COPARN + "\n" + CODECO]))
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=5)):
        at, to = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        text = mutation(text, at, min(to, at + 60))
    return text


@settings(deadline=None, max_examples=200)
@given(malformed())
def test_a_malformed_message_harms_nothing(text: str) -> None:
    for given_text in (text, normalise(text).text):
        found = check_messages(given_text)
        mentions = [*found.messages, *found.faults, *(item for items in found.contents.values() for item in items)]
        assert all(0 <= mention.start < mention.end <= len(given_text) for mention in mentions)
        segments = [segment for interchange in read_interchanges(given_text) for segment in interchange]
        assert sum(segment.end - segment.start for segment in segments) <= len(given_text)
        assert all(first.end <= second.start for first, second in pairwise(segments))


@settings(deadline=None, max_examples=100)
@given(malformed())
def test_every_fact_about_a_malformed_message_quotes_it(text: str) -> None:
    intake = normalise(text)
    for fact in extract(intake).facts:
        assert fact.quote == intake.text[fact.start : fact.end] != ""


@settings(deadline=None)
@given(st.text("UNABHTZ+:?'> \n.~1x", max_size=400))
def test_service_characters_at_random_harm_nothing(text: str) -> None:
    segments = [segment for interchange in read_interchanges(text) for segment in interchange]
    assert all(first.end <= second.start for first, second in pairwise(segments))
    check_messages(text)
