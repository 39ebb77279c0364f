"""Numbers with a check digit or a meaning: containers and their sizes after ISO 6346, ships (A.1117), UN numbers."""

import re
from collections.abc import Iterator
from string import ascii_uppercase

from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.report import ContainerNumber, DangerousGoods, ImoNumber

CATEGORIES = {"U": "freight container", "J": "detachable equipment", "Z": "trailer or chassis"}

# The values run from 10 to 38 and skip the multiples of 11, which would not change the remainder.
_LETTERS = dict(zip(ascii_uppercase, (value for value in range(10, 39) if value % 11), strict=True))
_TO_DIGITS = str.maketrans("OIBS", "0185")
_TO_LETTERS = str.maketrans("0185", "OIBS")


def container_check_digit(prefix: str) -> int:
    """The check digit for four capital letters and six digits, such as `CSQU305438`."""
    values = (int(character) if character.isdigit() else _LETTERS[character] for character in prefix)
    return sum(value << position for position, value in enumerate(values)) % 11 % 10


def read_container(match: re.Match[str], start: int, end: int) -> ContainerNumber:
    """From a match of owner code, category, serial number and check digit, however they are parted."""
    owner, category, serial, digit = match.groups()
    prefix = (owner + category + serial).upper().replace(" ", "").replace("-", "")
    expected = container_check_digit(prefix)
    valid = digit == str(expected)
    return ContainerNumber(
        value=prefix + (digit or ""),
        start=start,
        end=end,
        meaning=CATEGORIES[prefix[3]],
        valid=valid,
        check_digit=int(digit) if digit else None,
        expected=expected,
        owner_code=prefix[:3],
        category=prefix[3],
        owner=codes().owners.get(prefix[:4]),
        suggestion=None if valid else f"{prefix}{expected}",
        alternatives=swapped_digits(prefix + digit) if digit and not valid else (),
    )


def read_misread(written: str, start: int, end: int) -> ContainerNumber | None:
    """A number with a letter among its digits or a digit in its owner code, as eyes and scanners confuse them.

    None for what is some other code: several such characters, and no check digit that fits.
    """
    meant = written[:4].translate(_TO_LETTERS) + written[4:].translate(_TO_DIGITS)
    expected = container_check_digit(meant[:10])
    fits = int(meant[10]) == expected
    misread = sum(before != after for before, after in zip(written, meant, strict=True))
    if not misread or (misread > 1 and not fits) or (written[:4] != meant[:4] and not fits):
        return None
    return ContainerNumber(
        value=written,
        start=start,
        end=end,
        meaning=CATEGORIES[meant[3]],
        valid=False,
        check_digit=int(meant[10]),
        expected=expected,
        owner_code=meant[:3],
        category=meant[3],
        owner=codes().owners.get(meant[:4]),
        suggestion=f"{meant[:10]}{expected}",
    )


def swapped_digits(number: str) -> tuple[str, ...]:
    """The valid container numbers that differ from this one by two neighbouring digits in the other order."""
    swaps = (number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(4, 10))
    return tuple(swap for swap in swaps if swap != number and container_check_digit(swap[:10]) == int(swap[10]))


def imo_check_digit(prefix: str) -> int:
    """The seventh digit of an IMO number from its first six."""
    return sum(int(digit) * weight for digit, weight in zip(prefix, range(7, 1, -1), strict=True)) % 10


def read_imo(number: str, start: int, end: int) -> ImoNumber:
    expected = imo_check_digit(number[:6])
    return ImoNumber(value=number, start=start, end=end, valid=number[6] == str(expected), expected=expected)


def read_goods(number: str, start: int, end: int) -> DangerousGoods:
    """From the four digits of a UN number."""
    substance = codes().un_numbers.get(number)
    name, hazard_class = (substance.name, substance.hazard_class) if substance else (None, None)
    return DangerousGoods(value=f"UN{number}", start=start, end=end, meaning=name, hazard_class=hazard_class)


def size_meaning(code: str) -> str:
    """Of an ISO 6346 size and type such as `22G1`, or of a spoken one such as `40HC`: "20 ft, general purpose"."""
    sizes = codes().sizes
    if spoken := sizes.spoken.get(code[-2:]):
        return f"{code[:2]} ft, {spoken}"
    return ", ".join(_size_parts(code))


def _size_parts(code: str) -> Iterator[str]:
    sizes = codes().sizes
    known = (sizes.length.get(code[0]), sizes.height.get(code[1]), sizes.type.get(code[2]))
    yield from filter(None, known)
