"""Clock times and dates as numbers, so that they can be put in order."""

import re
from datetime import date

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(?::([0-9]{2}))?")
_NUMBERS = re.compile(r"[0-9]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = re.compile("|".join(_MONTHS))
_NO_YEAR = 2000  # a leap year: a date without a year is compared with its like
_DAYS_AWAY = {"yesterday": -1, "last night": -1, "tomorrow": 1}


def seconds_of_day(clock: str) -> int:
    """Of `10:15:22`, `0815 hrs` or `8 pm`."""
    match = _CLOCK.match(clock)
    if match is None:
        return 0
    hour, minute, second = (int(part or 0) for part in match.groups())
    half = clock.lower().replace(".", "").rstrip()
    if half.endswith(("am", "pm")):
        hour = hour % 12 + (12 if half.endswith("pm") else 0)
    return hour * 3600 + minute * 60 + second


def days_away(word: str) -> int:
    """Of `yesterday` -1, of `tonight` 0."""
    return next((days for name, days in _DAYS_AWAY.items() if word.lower().startswith(name)), 0)


def day_number(written: str) -> int | None:
    """A date's number, the day before the month where both may be either; None for what is no date."""
    numbers = [int(number) for number in _NUMBERS.findall(written)]
    name = _NAME.search(written.lower())
    if name:
        month, (day, year) = _MONTHS.index(name[0]) + 1, (numbers[0], numbers[1] if len(numbers) > 1 else _NO_YEAR)
    elif numbers[0] > 31:
        year, month, day = numbers
    else:
        day, month, year = numbers if numbers[1] <= 12 else (numbers[1], numbers[0], numbers[2])
    try:
        return date(year + 2000 if year < 100 else year, month, day).toordinal()
    except ValueError:
        return None
