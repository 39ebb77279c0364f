import pytest
from hypothesis import given
from hypothesis import strategies as st

from errand.images.scenes.words import Words, key, normalised, request


@pytest.mark.parametrize(
    ("prompt", "gone", "kept"),
    [
        ("A harbour without ships", "ship", "harbour"),
        ("mountains, no trees, with a lake", "tree", "lake"),
        ("A city without cars, people or trees at night", "people", "night"),
        ("A city without cars, people or trees at night", "tree", "city"),
        ("waves but don't use blue", "blue", "wave"),
        ("waves but don\u2019t use blue", "blue", "wave"),
        ("a clutter-free desk", "clutter", "desk"),
        ("a sea without moon and stars, calm", "star", "calm"),
        ("no text and a blue sky", "text", "blue"),
        ("free of gradients, calm", "gradient", "calm"),
    ],
)
def test_what_is_negated_is_unwanted(prompt: str, gone: str, kept: str) -> None:
    asked = request(prompt, "", "")

    assert gone in Words(asked.unwanted)
    assert gone not in Words(asked.wanted)
    assert kept in Words(asked.wanted)
    assert kept not in Words(asked.unwanted)


def test_a_negative_prompt_may_say_no_as_well() -> None:
    assert "boat" in Words(request("x", "", "no boats").unwanted)


@pytest.mark.parametrize(
    ("one", "other"), [("Ships", "ship"), ("CITIES", "city"), ("leaves", "leaf"), ("boxes", "box")]
)
def test_singular_and_plural_are_the_same(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_a_word_within_a_word_is_none() -> None:
    assert "port" not in Words("a sports report")
    assert "sea" in Words("sea-side")


def test_codes_of_colours_are_found() -> None:
    assert Words(normalised("#7C3AED, #fff; not #12345 or #ABCDEFAB")).hex_colours() == ["#7c3aed", "#ffffff"]


def test_longer_names_are_found_before_the_shorter_within() -> None:
    assert "blue" not in Words("a sky blue wall").without(["sky blue"])


@given(st.text(max_size=200))
def test_texts_that_differ_in_case_and_spaces_are_equal(text: str) -> None:
    assert normalised(f"  {text}\n") == normalised(normalised(text))


@given(st.text(alphabet="no without,ab-. '", max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    asked = request(text, text, text)

    assert "\n" not in asked.wanted + asked.unwanted
