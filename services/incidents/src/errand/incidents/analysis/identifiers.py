"""Check digits: containers after ISO 6346, ships after IMO resolution A.1117."""

from string import ascii_uppercase

CATEGORIES = {"U": "freight container", "J": "detachable equipment", "Z": "trailer or chassis"}

# The values run from 10 to 38 and skip the multiples of 11, which would not change the remainder.
_LETTERS = dict(zip(ascii_uppercase, (value for value in range(10, 39) if value % 11), strict=True))


def container_check_digit(prefix: str) -> int:
    """The check digit for four capital letters and six digits, such as `CSQU305438`."""
    values = (int(character) if character.isdigit() else _LETTERS[character] for character in prefix)
    return sum(value << position for position, value in enumerate(values)) % 11 % 10


def swapped_digits(number: str) -> tuple[str, ...]:
    """The valid container numbers that differ from this one by two neighbouring digits in the other order."""
    swaps = (number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(4, 10))
    return tuple(swap for swap in swaps if swap != number and container_check_digit(swap[:10]) == int(swap[10]))


def imo_check_digit(prefix: str) -> int:
    """The seventh digit of an IMO number from its first six."""
    return sum(int(digit) * weight for digit, weight in zip(prefix, range(7, 1, -1), strict=True)) % 10
