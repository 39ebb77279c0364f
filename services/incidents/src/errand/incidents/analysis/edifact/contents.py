"""What the sound segments of a message name: boxes, ships, ports, bookings, goods, times."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec.structs import replace

from errand.incidents.analysis import patterns
from errand.incidents.analysis.codes import codes
from errand.incidents.analysis.edifact.dates import iso_date
from errand.incidents.analysis.edifact.reading import Interchange, Segment
from errand.incidents.analysis.identifiers import read_container, read_goods, read_imo, size_meaning
from errand.incidents.analysis.report import Mention, Temperature

Contents: TypeAlias = dict[str, list[Mention]]  # by the names of the lists in Entities

_BOOKINGS = {"BN": "booking", "BM": "bill of lading"}
_PORTS = ("5", "7", "9", "11", "12", "13", "60", "61", "83", "88", "94", "125", "152", "170")
_CELSIUS = "CEL"


def read_contents(text: str, interchange: Interchange, contents: Contents) -> None:
    """Adds to the lists what each segment names."""
    for segment in interchange:
        if segment.sound and (reader := _READERS.get(segment.tag)):
            for kind, mention in reader(text, segment):
                contents.setdefault(kind, []).append(mention)


def _place(text: str, segment: Segment, value: str) -> tuple[int, int]:
    """Where the value stands, or the segment where a line break or a release character parts it."""
    start = text.find(value, segment.start, segment.end)
    return (start, start + len(value)) if start >= 0 else (segment.start, segment.end)


def _named(text: str, segment: Segment, value: str, meaning: str | None = None) -> Mention:
    start, end = _place(text, segment, value)
    return Mention(value=value, start=start, end=end, meaning=meaning)


def _equipment(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    number, size = segment.component(2), segment.component(3)
    if segment.component(1) == "CN" and (match := patterns.CONTAINER.fullmatch(number)):
        yield "containers", read_container(match, *_place(text, segment, number))
    if match := patterns.SIZE_TYPE.fullmatch(size):
        yield "size_types", _named(text, segment, size, size_meaning(size))


def _transport(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    voyage, ship, name = segment.element(2), segment.component(8), segment.component(8, 3)
    if segment.component(1) == "20" and voyage:
        yield "voyages", _named(text, segment, voyage)
    if name:
        yield "vessels", _named(text, segment, name)
    if match := patterns.IMO.fullmatch(f"IMO {ship.removeprefix('IMO').strip()}"):
        yield "imo_numbers", read_imo(match[1], *_place(text, segment, ship))


def _location(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    code = segment.component(2)
    if segment.component(1) in _PORTS and patterns.LOCODE.fullmatch(code):
        yield "ports", _named(text, segment, code, codes().ports.get(code))


def _reference(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    number = segment.component(1, 1)
    if number and (meaning := _BOOKINGS.get(segment.component(1))):
        yield "bookings", _named(text, segment, number, meaning)


def _goods(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    number = segment.component(3)
    if len(number) == 4 and number.isascii() and number.isdigit():
        start, end = _place(text, segment, number)
        goods = read_goods(number, start, end)
        stated = segment.component(2)
        yield "dangerous_goods", replace(goods, hazard_class=stated) if stated else goods


def _time(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    if written := iso_date(segment):
        start, end = _place(text, segment, segment.component(1, 1))
        meaning = codes().time_qualifiers.get(segment.component(1))
        yield "times", Mention(value=written, start=start, end=end, meaning=meaning)


def _temperature(text: str, segment: Segment) -> Iterator[tuple[str, Mention]]:
    value, unit = segment.component(2), segment.component(2, 1)
    if unit == _CELSIUS and patterns.DEGREES.fullmatch(value):
        start, end = _place(text, segment, value)
        yield "temperatures", Temperature(value=value, start=start, end=end, kind="setpoint", celsius=float(value))


_READERS: dict[str, Callable[[str, Segment], Iterator[tuple[str, Mention]]]] = {
    "EQD": _equipment,
    "TDT": _transport,
    "LOC": _location,
    "RFF": _reference,
    "DGS": _goods,
    "DTM": _time,
    "TMP": _temperature,
}
