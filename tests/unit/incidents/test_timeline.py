import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.incidents.analysis.extraction import extract
from errand.incidents.analysis.intake import normalise


def told(text: str) -> list[tuple[str, str]]:
    return [(entry.at, entry.event) for entry in extract(normalise(text)).timeline]


def test_a_shift_log_gives_a_clean_list() -> None:
    log = "Shift log\n08:10 gate 2 down\n08:25: barrier reset, trucks queue\n- 08:40 - back to normal\n[09:05] closed"
    assert told(log) == [
        ("08:10", "gate 2 down"),
        ("08:25", "barrier reset, trucks queue"),
        ("08:40", "back to normal"),
        ("09:05", "closed"),
    ]


def test_a_log_may_be_on_one_line() -> None:
    assert told("08:10 gate 2 down / 08:25 reset / 08:40 all ok") == [
        ("08:10", "gate 2 down"),
        ("08:25", "reset"),
        ("08:40", "all ok"),
    ]


@pytest.mark.parametrize(
    ("text", "at", "event"),
    [
        ("2025-10-18 10:30:01 ERROR import failed", "2025-10-18 10:30:01", "ERROR import failed"),
        ("2025-10-18T10:30:01.123Z retry", "2025-10-18T10:30:01.123Z", "retry"),
        ("Nothing came since 0600. Ask.", "0600", "Nothing came since 0600"),
        ("Since 0600 nothing came.", "0600", "nothing came"),
        ("Down. At 10:15 LT we restarted it. Fine", "10:15 LT", "we restarted it"),
        ("yesterday 22:00 the link broke", "yesterday 22:00", "the link broke"),
        ("The link broke at 22:00 yesterday.", "22:00 yesterday", "The link broke at 22:00 yesterday"),
        ("Sent: 18 Oct 2025 09:00", "18 Oct 2025 09:00", "Sent: 18 Oct 2025 09:00"),
        ("crane stopped at 8 pm", "8 pm", "crane stopped at 8 pm"),
        ("from 10:00 to 12:00 nothing came", "10:00 to 12:00", "nothing came"),
        ("berthed 0815 hrs", "0815 hrs", "berthed 0815 hrs"),
        ("incident.details.since: 07:20", "07:20", "since: 07:20"),
        ("customs released it at 04:30 (ref 99812). Fine", "04:30", "customs released it at 04:30 (ref 99812)"),
    ],
)
def test_a_time_is_told_with_its_clause(text: str, at: str, event: str) -> None:
    assert told(text) == [(at, event)]


@pytest.mark.parametrize(
    "text",
    [
        "since 2019 we have this",
        "at 2000 boxes we stop",
        "UN 1203 in block A12",
        "version 10.2.14",
        "10:15",
        "ratio 16:9",
        "LOC at 10.1.1.15:8080",
        "UNB+UNOA:2+A+B+251018:1030+1'UNH+1+CODECO:D:95B'BGM+34'EQD+CN'UNT+4+1'UNZ+1+1'",
    ],
)
def test_what_is_no_time_of_something_is_not_told(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("cut-off 14:00. It is 12:30 now. Down since 0600.", ["0600", "12:30", "14:00"]),
        ("19 Oct 08:00 back. 18 Oct 23:00 down.", ["18 Oct 23:00", "19 Oct 08:00"]),
        ("10:00 noticed. Broke yesterday 22:00, and at 23:15 again.", ["yesterday 22:00", "23:15", "10:00"]),
        ("23:50 crane stopped\n00:10 crane back\n00:20 work goes on", ["23:50", "00:10", "00:20"]),
        ("2025-10-18 23:00 down\n01:00 still down", ["2025-10-18 23:00", "01:00"]),
        ("2025-02-30 down, 2025-02-28 up", ["2025-02-30", "2025-02-28"]),
        ("Wed 11:00 it berths, agent said on Tue 22:00, or 10:00", ["Wed 11:00", "Tue 22:00", "10:00"]),
        ("tomorrow 08:00 it sails. 10:00 it was late", ["10:00", "tomorrow 08:00"]),
    ],
)
def test_events_are_in_the_order_of_time(text: str, order: list[str]) -> None:
    assert [at for at, _ in told(text)] == order


def test_two_times_of_one_sentence_share_its_words() -> None:
    assert told("At 08:10 the gate went down, 08:25 it was back.") == [
        ("08:10", "the gate went down"),
        ("08:25", "it was back"),
    ]


def test_a_long_log_is_cut() -> None:
    assert len(told("\n".join(f"10:{minute:02} step {minute}" for minute in range(60)))) == 30


def test_a_long_clause_is_cut() -> None:
    ((_, event),) = told(f"08:10 {'very ' * 100}late")
    assert len(event) == 200
    assert event.endswith("…")


@given(st.text("0123456789:-/. \nTZatsinceOctpmyesterday,", max_size=300))
def test_every_entry_quotes_the_text(text: str) -> None:
    intake = normalise(text)
    for entry in extract(intake).timeline:
        assert 0 <= entry.start < entry.end <= len(intake.text)
        assert entry.at in intake.text
        assert " ".join(intake.text[entry.start : entry.end].split()).find(entry.event.rstrip("…")) >= 0
