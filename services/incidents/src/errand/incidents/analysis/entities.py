"""What a text names: containers, ships, messages, places, codes and times, with their check digits and meanings."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from errand.incidents.analysis import patterns
from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.edifact import Findings, check_messages
from errand.incidents.analysis.identifiers import read_container, read_goods, read_imo, read_misread, size_meaning
from errand.incidents.analysis.knowledge import language
from errand.incidents.analysis.report import (
    ContainerNumber,
    DangerousGoods,
    Deadline,
    DueTime,
    Entities,
    HttpCall,
    ImoNumber,
    Mention,
    Quantity,
    Temperature,
)
from errand.incidents.analysis.times import seconds_of_day

MAX_MENTIONS = 100  # in each list: a pasted bay plan can name thousands of containers
_HALF_DAY_MIN = 720
_LINE = 160
_FEW_DIGITS = 3  # with the hyphen: such as UC-12 are more often something else
_NO_NAMES = ("vessel", "ship", "feeder", "mv", "m/v", "call", "delay", "eta", "etd", "for")
# Offices and things of a line that also has ships.
_NO_SHIPS = ("LINE", "LINES", "SHIPPING", "GROUP", "AGENT", "AGENCY", "TEAM", "DESK", "PORTAL", "BOOKING", "SERVICE")
_BOOKINGS = {
    "booking": patterns.BOOKING,
    "bill of lading": patterns.BILL_OF_LADING,
    "delivery order": patterns.DELIVERY_ORDER,
}


class Reading(NamedTuple):
    """`prose` is the text with blanks in place of pasted messages, `lines` the text with a line for each of their
    segments, `coded` these segments but for free text."""

    entities: Entities
    prose: str
    lines: str
    coded: tuple[tuple[int, int], ...]

    def is_coded(self, place: int) -> bool:
        before = bisect_right(self.coded, place, key=lambda span: span[0])
        return before > 0 and place < self.coded[before - 1][1]


def find_entities(text: str) -> Entities:
    return read_entities(text).entities


def read_entities(text: str) -> Reading:
    edifact = check_messages(text)
    prose = _without(text, edifact.spans)
    found = _found_in_text(text) | _found_in_prose(prose)
    for kind, mentions in edifact.contents.items():
        found[kind] = [*mentions, *found.get(kind, ())]
    named: dict[str, Sequence[Mention]] = {kind: _once(mentions) for kind, mentions in found.items()}
    return Reading(_limited(named, edifact), prose, _in_lines(text, edifact.terminators), edifact.coded)


def _found_in_text(text: str) -> dict[str, Iterable[Mention]]:
    bookings = list(_bookings(text))
    return {
        "containers": _containers(text, bookings),
        "imo_numbers": _imo_numbers(text),
        "edi_messages": _edi_messages(text),
        "error_codes": _error_codes(text),
        "ports": _ports(text),
        "dangerous_goods": _dangerous_goods(text),
        "bookings": bookings,
    }


def _found_in_prose(prose: str) -> dict[str, Iterable[Mention]]:
    """What the codes and numbers of a pasted message only look like."""
    return {
        "vessels": _vessels(prose),
        "voyages": _mentions(patterns.VOYAGE, prose),
        "yard_positions": _as_written(patterns.YARD_POSITION, prose),
        "equipment": _mentions(patterns.EQUIPMENT, prose),
        "tickets": _tickets(prose),
        "quantities": _quantities(prose),
        "times": _times(prose),
        "deadlines": _deadlines(prose),
        "due_times": _due_times(prose),
        "size_types": _size_types(prose),
        "temperatures": _temperatures(prose),
        "http_calls": _http_calls(prose),
        "amounts": _as_written(patterns.AMOUNT, prose),
    }


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in place of the spans, as long as before."""
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [text[position:start], " " * (end - start - 1), "\n"]
        position = end
    return "".join([*parts, text[position:]])


def _in_lines(text: str, terminators: Iterable[int]) -> str:
    characters = list(text)
    for place in terminators:
        characters[place] = "\n"
    return "".join(characters)


def _limited(found: dict[str, Sequence[Mention]], edifact: Findings) -> Entities:
    every = found | {"edifact_messages": edifact.messages, "edifact_faults": edifact.faults}
    omitted = sum(max(len(mentions) - MAX_MENTIONS, 0) for mentions in every.values())
    lists: dict[str, Any] = {kind: tuple(mentions[:MAX_MENTIONS]) for kind, mentions in every.items()}
    return Entities(**lists, omitted=omitted)


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    """Each value where it first stands, in the order of the text; capitals make no other value."""
    first: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda mention: mention.start):
        first.setdefault(mention.value.casefold(), mention)
    return list(first.values())


def _mentions(
    pattern: re.Pattern[str], text: str, meaning: Callable[[str], str | None] = lambda value: None
) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        value = next(group for group in match.groups() if group).upper()
        yield Mention(value=value, start=match.start(), end=match.end(), meaning=meaning(value))


def _as_written(pattern: re.Pattern[str], text: str) -> Iterator[Mention]:
    return (Mention(value=match[0], start=match.start(), end=match.end()) for match in pattern.finditer(text))


def _containers(text: str, bookings: Sequence[Mention]) -> Iterator[ContainerNumber]:
    """Lines number their bookings like boxes: what is called a booking, and has no right check digit, is no box."""
    for match in patterns.CONTAINER.finditer(text):
        # In lower case, four letters and some digits are a number only where nothing separates them: "thru 202611".
        if match[1].isupper() or (match[4] and match[0].isalnum()):
            container = read_container(match, *match.span())
            if container.valid or not any(one.start <= container.start < one.end for one in bookings):
                yield container
    for match in patterns.MISREAD_CONTAINER.finditer(text):
        if misread := read_misread(match[0], *match.span()):
            yield misread


def _vessels(text: str) -> Iterator[Mention]:
    for match in patterns.VESSEL.finditer(text):
        words = match[1].split(" ")
        length = next((place for place, word in enumerate(words) if _ends_name(word)), len(words))
        if length and words[0] not in codes().edifact:
            value = " ".join(words[:length])
            yield Mention(value=value, start=match.start(), end=match.start(1) + len(value))
    for match in patterns.VESSEL_OF_LINE.finditer(text):
        last = match[1].rpartition(" ")[2]
        if last not in codes().edifact and last not in _NO_SHIPS and not _ends_name(last):
            yield Mention(value=match[1], start=match.start(1), end=match.end(1))
    for match in patterns.VESSEL_BEFORE.finditer(text):
        if value := " ".join(_last_name(match[1].split(" "))):
            yield Mention(value=value, start=match.end(1) - len(value), end=match.end(1))


def _ends_name(word: str) -> bool:
    return word.lower() in language().not_names or word in ("V", "v")


def _last_name(words: Sequence[str]) -> Sequence[str]:
    """The words at the end that may be a ship's name: capitals all of them, or none."""
    capitals = words[-1].isupper()
    for place in range(len(words), 0, -1):
        word = words[place - 1]
        other = word.lower() in _NO_NAMES or word in codes().edifact or word.lower() in language().stopwords
        if other or _ends_name(word) or (capitals and not word.isupper()):
            return words[place:]
    return words


def _imo_numbers(text: str) -> Iterator[ImoNumber]:
    return (read_imo(match[1], *match.span()) for match in patterns.IMO.finditer(text))


def _edi_messages(text: str) -> Iterator[Mention]:
    for match in patterns.SIX_LETTERS.finditer(text):
        if meaning := codes().edifact.get(match[0].upper()):
            yield Mention(value=match[0].upper(), start=match.start(), end=match.end(), meaning=meaning)
    x12 = _mentions(patterns.X12, text, codes().x12.get)
    yield from (mention for mention in x12 if mention.meaning)


def _error_codes(text: str) -> Iterator[Mention]:
    for mention in _mentions(patterns.HTTP_STATUS, text, _http_phrase):
        yield replace(mention, value=f"HTTP {mention.value}")
    for call in _http_calls(text):
        if call.status and call.status >= 400:
            meaning = _http_phrase(str(call.status))
            yield Mention(value=f"HTTP {call.status}", start=call.start, end=call.end, meaning=meaning)
    for match in patterns.ERROR_CODE.finditer(text):
        group = match.lastindex or 0
        yield Mention(value=match[group], start=match.start(group), end=match.end(group))


def _http_phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return "HTTP error"


def _http_calls(text: str) -> Iterator[HttpCall]:
    for match in patterns.HTTP_CALL.finditer(text):
        path = match[2].rstrip(".:")
        end = match.start(2) + len(path)
        stop = text.find("\n", end, end + _LINE)
        status = patterns.CALL_STATUS.search(text, end, stop if stop >= 0 else end + _LINE)
        yield HttpCall(
            value=f"{match[1]} {path}",
            start=match.start(),
            end=status.end() if status else end,
            method=match[1],
            path=path,
            status=int(status[1]) if status else None,
        )


def _ports(text: str) -> Iterator[Mention]:
    for match in patterns.PORT_CODE.finditer(text):
        code = match[1].replace(" ", "")
        if name := codes().ports.get(code):
            yield Mention(value=code, start=match.start(), end=match.end(), meaning=name)
    yield from _mentions(patterns.STATED_PORT, text, codes().ports.get)


def _dangerous_goods(text: str) -> Iterator[DangerousGoods]:
    for match in patterns.UN_NUMBER.finditer(text):
        yield read_goods(match[1], *match.span())
    for mention in _mentions(patterns.IMDG_CLASS, text):
        meaning = codes().imdg.get(mention.value, codes().imdg[mention.value[0]])
        value = f"class {mention.value}"
        start, end = mention.start, mention.end
        yield DangerousGoods(value=value, start=start, end=end, meaning=meaning, hazard_class=mention.value)


def _tickets(text: str) -> Iterator[Mention]:
    yield from _mentions(patterns.TICKET, text)
    for match in patterns.PROJECT_TICKET.finditer(text):
        called = match.start(1) > match.start()
        if match[2] not in codes().no_tickets and (called or len(match[1]) > len(match[2]) + _FEW_DIGITS):
            yield Mention(value=match[1], start=match.start(1), end=match.end(1))


def _bookings(text: str) -> Iterator[Mention]:
    for meaning, pattern in _BOOKINGS.items():
        yield from (replace(mention, meaning=meaning) for mention in _mentions(pattern, text))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in patterns.QUANTITY.finditer(text):
        count = int(match[1].replace(",", ""))
        yield Quantity(value=match[0], start=match.start(), end=match.end(), count=count)


def _size_types(text: str) -> Iterator[Mention]:
    for match in patterns.SIZE_TYPE.finditer(text):
        value = "".join(filter(None, match.groups()))
        yield Mention(value=value, start=match.start(), end=match.end(), meaning=size_meaning(value))


def _temperatures(text: str) -> Iterator[Temperature]:
    for match in patterns.TEMPERATURE.finditer(text):
        word, *numbers = match.groups()
        number = float(next(filter(None, numbers)).replace("\u2212", "-"))
        kind = _temperature_kind(word or "")
        yield Temperature(value=match[0], start=match.start(), end=match.end(), kind=kind, celsius=number)


def _temperature_kind(word: str) -> Literal["setpoint", "actual", "stated"]:
    if word.lower().startswith(("set", "required")):
        return "setpoint"
    return "stated" if word.lower().startswith("temp") or not word else "actual"


def _times(text: str) -> Iterator[Mention]:
    for match in patterns.MOMENT.finditer(text):
        start, end = match.span("bare_clock") if match["bare_clock"] else match.span()
        yield Mention(value=text[start:end].strip().upper(), start=start, end=end)


def _deadlines(text: str) -> Iterator[Deadline]:
    for match in patterns.DEADLINE.finditer(text):
        number, unit = (group for group in match.groups() if group)
        minutes = int(number) * (60 if unit[0] in "hH" else 1)
        yield Deadline(value=match[0], start=match.start(), end=match.end(), minutes=minutes)
    # What is due at a clock time is so many minutes away only where the text says how late it is.
    if now := patterns.NOW.search(text):
        for due in _due_times(text):
            minutes = (seconds_of_day(due.at) - seconds_of_day(now[1])) // 60 % (2 * _HALF_DAY_MIN)
            if minutes < _HALF_DAY_MIN:
                yield Deadline(value=due.value, start=due.start, end=due.end, minutes=minutes)


def _due_times(text: str) -> Iterator[DueTime]:
    for match in patterns.DUE_TIME.finditer(text):
        yield DueTime(value=match[0], start=match.start(), end=match.end(), event=match[1].lower(), at=match[2].strip())
