"""Dates in DTM segments."""

import calendar

from errand.incidents.analysis.edifact.reading import Segment

# Data element 2379. Other formats, such as periods, are not looked into.
_FORMATS = {
    "101": "YYMMDD",
    "102": "CCYYMMDD",
    "201": "YYMMDDHHMM",
    "203": "CCYYMMDDHHMM",
    "204": "CCYYMMDDHHMMSS",
}


def impossible_date(segment: Segment) -> str | None:
    """What a DTM states, if it is no date of its format: 20251332 as CCYYMMDD."""
    value, shape = segment.component(1, 1), _FORMATS.get(segment.component(1, 2))
    if shape is None or not value or _fields(value, shape):
        return None
    return f"{value[:20]}, which is no date of the form {shape}"


def iso_date(segment: Segment) -> str | None:
    """`2025-10-18`, or `2025-10-18T14:30` where the format has a clock."""
    value, shape = segment.component(1, 1), _FORMATS.get(segment.component(1, 2))
    fields = _fields(value, shape) if shape else None
    if not shape or not fields:
        return None
    year, month, day, hour, minute, _ = fields
    clock = f"T{hour:02}:{minute:02}" if "HH" in shape else ""
    return f"{year:04}-{month:02}-{day:02}{clock}"


def _fields(value: str, shape: str) -> tuple[int, ...] | None:
    """Year to second, the missing ones 0; None for what is no date."""
    if len(value) != len(shape) or not (value.isascii() and value.isdigit()):
        return None
    digits = value if shape.startswith("CC") else f"20{value}"
    year, rest = int(digits[:4]), digits[4:]
    month, day, hour, minute, second = (int(rest[at : at + 2] or 0) for at in range(0, 10, 2))
    possible = year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    return (year, month, day, hour, minute, second) if possible and hour < 24 and max(minute, second) < 60 else None
