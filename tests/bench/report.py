"""How figures are printed: a markdown table, ours beside the floor of the same run."""

from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """`ratio` is of ours to the floor's; for times less is better, for all else more."""

    name: str
    ours: str
    floor: str = ""
    ratio: float | None = None


Rows = Iterator[Row]

HEAD = "| | ours | floor | ours : floor |\n|---|---|---|---|"


def compare(name: str, ours: float, floor: float | None, unit: str, note: str = "") -> Row:
    """`unit` is what stands behind a number, such as `/s`; `note` what else is to be known of ours."""
    noted = f"{_number(ours)} {unit}{f', {note}' if note else ''}"
    if floor is None:
        return Row(name, noted)
    return Row(name, noted, f"{_number(floor)} {unit}", ours / floor)


def line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2g}"
    return f"| {row.name} | {row.ours} | {row.floor} | {ratio} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
