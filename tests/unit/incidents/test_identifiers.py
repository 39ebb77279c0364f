import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errand.incidents.analysis.identifiers import (
    container_check_digit,
    imo_check_digit,
    read_misread,
    swapped_digits,
)

prefixes = st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True)


@pytest.mark.parametrize(("number", "digit"), [("CSQU305438", 3), ("MSKU123456", 5), ("TOLU473478", 7)])
def test_the_check_digit_follows_iso_6346(number: str, digit: int) -> None:
    assert container_check_digit(number) == digit


def test_a_remainder_of_ten_gives_zero() -> None:
    numbers = (f"CSQU{serial:06d}" for serial in range(100))
    assert {container_check_digit(number) for number in numbers} == set(range(10))


@settings(deadline=None)
@given(prefixes, st.integers(0, 5), st.integers(1, 9))
def test_another_digit_gives_another_remainder_except_for_ten_and_zero(prefix: str, place: int, step: int) -> None:
    changed = str((int(prefix[4 + place]) + step) % 10)
    other = prefix[: 4 + place] + changed + prefix[5 + place :]
    before, after = container_check_digit(prefix), container_check_digit(other)
    assert before != after or before == 0


@settings(deadline=None)
@given(prefixes)
def test_every_swap_offered_is_valid_and_has_the_same_digits(prefix: str) -> None:
    number = prefix + str((container_check_digit(prefix) + 1) % 10)
    for swap in swapped_digits(number):
        assert sorted(swap) == sorted(number)
        assert container_check_digit(swap[:10]) == int(swap[10])


def test_a_swapped_pair_of_digits_is_found() -> None:
    assert "CSQU3054383" in swapped_digits("CSQU3504383")


@pytest.mark.parametrize(("prefix", "digit"), [("907472", 9), ("981100", 0), ("917618", 7)])
def test_the_imo_digit_follows_from_the_first_six(prefix: str, digit: int) -> None:
    assert imo_check_digit(prefix) == digit


@settings(deadline=None)
@given(prefixes, st.integers(4, 9))
def test_a_misread_number_is_found_again(prefix: str, place: int) -> None:
    number = f"{prefix}{container_check_digit(prefix)}"
    written = number[:place] + number[place].translate(str.maketrans("0185", "OIBS")) + number[place + 1 :]
    misread = read_misread(written, 0, 11)
    assert (misread.suggestion if misread else None) == (None if written == number else number)
