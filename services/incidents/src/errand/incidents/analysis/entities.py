"""What a text names: containers, ships, messages, places, codes and times, with their check digits and meanings."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

from msgspec.structs import replace

from errand.incidents.analysis import patterns
from errand.incidents.analysis.edifact import check_messages
from errand.incidents.analysis.identifiers import CATEGORIES, container_check_digit, imo_check_digit, swapped_digits
from errand.incidents.analysis.knowledge import codes, language
from errand.incidents.analysis.report import ContainerNumber, Deadline, Entities, ImoNumber, Mention, Quantity

MAX_MENTIONS = 100  # in each list: a pasted bay plan can name thousands of containers


def find_entities(text: str) -> Entities:
    edifact = check_messages(text)
    found: dict[str, Iterable[Mention]] = {
        "containers": _containers(text),
        "vessels": _vessels(text),
        "imo_numbers": _imo_numbers(text),
        "voyages": _mentions(patterns.VOYAGE, text),
        "edi_messages": _edi_messages(text),
        "error_codes": _error_codes(text),
        "ports": _ports(text),
        "yard_positions": _as_written(patterns.YARD_POSITION, text),
        "equipment": _mentions(patterns.EQUIPMENT, text),
        "dangerous_goods": _dangerous_goods(text),
        "tickets": _mentions(patterns.TICKET, text),
        "bookings": _mentions(patterns.BOOKING, text),
        "quantities": _quantities(text),
        "times": _mentions(patterns.TIME, text),
        "deadlines": _deadlines(text),
    }
    named: dict[str, Sequence[Mention]] = {name: _once(mentions) for name, mentions in found.items()}
    return _limited(named | {"edifact_messages": edifact.messages, "edifact_faults": edifact.faults})


def _limited(found: dict[str, Sequence[Mention]]) -> Entities:
    omitted = sum(max(len(mentions) - MAX_MENTIONS, 0) for mentions in found.values())
    lists: dict[str, Any] = {name: tuple(mentions[:MAX_MENTIONS]) for name, mentions in found.items()}
    return Entities(**lists, omitted=omitted)


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    """Each value where it first stands, in the order of the text."""
    first: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda mention: mention.start):
        first.setdefault(mention.value, mention)
    return list(first.values())


def _mentions(
    pattern: re.Pattern[str], text: str, meaning: Callable[[str], str | None] = lambda value: None
) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        value = next(group for group in match.groups() if group).upper()
        yield Mention(value=value, start=match.start(), end=match.end(), meaning=meaning(value))


def _as_written(pattern: re.Pattern[str], text: str) -> Iterator[Mention]:
    return (Mention(value=match[0], start=match.start(), end=match.end()) for match in pattern.finditer(text))


def _containers(text: str) -> Iterator[ContainerNumber]:
    for match in patterns.CONTAINER.finditer(text):
        owner, category, serial, digit = match.groups()
        # In lower case, four letters and some digits are a number only where nothing separates them: "thru 202611".
        if owner.isupper() or (digit and match[0].isalnum()):
            prefix = (owner + category + serial).upper().replace(" ", "").replace("-", "")
            yield _container(prefix, digit, match.start(), match.end())


def _container(prefix: str, digit: str | None, start: int, end: int) -> ContainerNumber:
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
        suggestion=None if valid else f"{prefix}{expected}",
        alternatives=swapped_digits(prefix + digit) if digit and not valid else (),
    )


def _vessels(text: str) -> Iterator[Mention]:
    for match in patterns.VESSEL.finditer(text):
        name = match[1].split(" ")
        length = next((i for i, word in enumerate(name) if word.lower() in language().not_names), len(name))
        if length and name[0] not in codes().edifact:
            value = " ".join(name[:length])
            yield Mention(value=value, start=match.start(), end=match.start(1) + len(value))


def _imo_numbers(text: str) -> Iterator[ImoNumber]:
    for match in patterns.IMO.finditer(text):
        expected = imo_check_digit(match[1][:6])
        valid = match[1][6] == str(expected)
        yield ImoNumber(value=match[1], start=match.start(), end=match.end(), valid=valid, expected=expected)


def _edi_messages(text: str) -> Iterator[Mention]:
    for match in patterns.SIX_LETTERS.finditer(text):
        if meaning := codes().edifact.get(match[0].upper()):
            yield Mention(value=match[0].upper(), start=match.start(), end=match.end(), meaning=meaning)
    x12 = _mentions(patterns.X12, text, codes().x12.get)
    yield from (mention for mention in x12 if mention.meaning)


def _error_codes(text: str) -> Iterator[Mention]:
    for mention in _mentions(patterns.HTTP_STATUS, text, _http_phrase):
        yield replace(mention, value=f"HTTP {mention.value}")
    yield from _as_written(patterns.ERROR_CODE, text)


def _http_phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return "HTTP error"


def _ports(text: str) -> Iterator[Mention]:
    for match in patterns.PORT_CODE.finditer(text):
        code = match[1].replace(" ", "")
        if name := codes().ports.get(code):
            yield Mention(value=code, start=match.start(), end=match.end(), meaning=name)
    yield from _mentions(patterns.STATED_PORT, text, codes().ports.get)


def _dangerous_goods(text: str) -> Iterator[Mention]:
    for mention in _mentions(patterns.UN_NUMBER, text, codes().un_numbers.get):
        yield replace(mention, value=f"UN{mention.value}")
    for mention in _mentions(patterns.IMDG_CLASS, text, lambda value: codes().imdg[value[0]]):
        yield replace(mention, value=f"class {mention.value}")


def _quantities(text: str) -> Iterator[Quantity]:
    for match in patterns.QUANTITY.finditer(text):
        count = int(match[1].replace(",", ""))
        yield Quantity(value=match[0], start=match.start(), end=match.end(), count=count)


def _deadlines(text: str) -> Iterator[Deadline]:
    for match in patterns.DEADLINE.finditer(text):
        number, unit = (group for group in match.groups() if group)
        minutes = int(number) * (60 if unit[0] in "hH" else 1)
        yield Deadline(value=match[0], start=match.start(), end=match.end(), minutes=minutes)
