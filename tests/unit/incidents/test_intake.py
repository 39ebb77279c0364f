import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.incidents.analysis.intake import MAX_CHARACTERS, normalise, render


def test_blanks_and_line_breaks_are_folded() -> None:
    assert normalise("  gate \t 2\r\n\r\n is\u00a0down \n").text == "gate 2\nis down"


def test_characters_are_composed() -> None:
    assert normalise("cafe\u0301").text == "café"


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u200b", "\ufeff", "\ud800"])
def test_what_cannot_be_seen_is_dropped(hidden: str) -> None:
    assert normalise(f"fi{hidden}re").text == "fire"


def test_joined_emoji_stay_whole() -> None:
    assert normalise("👨\u200d🚒").text == "👨\u200d🚒"


def test_endless_combining_marks_are_cut() -> None:
    assert len(normalise("a" + "\u0301\u0323" * 9_000).text) < 40


def test_a_text_over_the_limit_is_cut_and_says_so() -> None:
    intake = normalise("a" * (MAX_CHARACTERS + 1))
    assert (len(intake.text), intake.truncated) == (MAX_CHARACTERS, True)


@settings(deadline=None)
@given(st.text())
def test_a_normalised_text_is_normal(text: str) -> None:
    once = normalise(text).text
    assert unicodedata.is_normalized("NFC", once)
    assert normalise(once).text == once
    once.encode()


def test_a_report_becomes_one_line_for_each_value() -> None:
    payload = {"container": "MSKU1234567", "place": {"block": "A", "tiers": [1, 2]}, "note": None, "hot": False}
    assert render("CONTAINER_MISSING", "High", payload).splitlines() == [
        "Incident type: CONTAINER_MISSING",
        "Severity: High",
        "container: MSKU1234567",
        "place.block: A",
        "place.tiers: 1",
        "place.tiers: 2",
        "hot: False",
    ]


def test_a_payload_nested_without_end_is_cut() -> None:
    payload: dict[str, object] = {}
    for _ in range(900):
        payload = {"a": payload}
    assert render(None, None, payload) == "a.a.a.a.a.a.a.a.a: …"
