"""Reads the forms in which tables write a date, and keeps the local day that stands there."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate
from typing import Any

_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_WEEKDAY = rf"(?:(?:{'|'.join([*calendar.day_name, *calendar.day_abbr])})\.?,?\s+)?"
_TIME = r"(?:[\sT,]+(?:at\s+)?\d{1,2}[:.]\d\d.*)?"  # of the day, with or without a zone: it stands in local time
_NAMED = [
    re.compile(_WEEKDAY + pattern + _TIME, re.IGNORECASE)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+(?:of\s+)?{_MONTH}[\s,.-]+(?P<year>\d{{4}})",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"{_MONTH},?[\s-]+(?P<year>\d{{4}})",
    )
]
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?:(?P<mark>[-/.])(?P<month>\d\d?)(?:(?P=mark)(?P<day>\d\d?){_TIME})?)?")
_COMPACT = re.compile(
    r"(?P<year>(?:1[5-9]|2[01])\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?:T?\d{4}(?:\d\d)?Z?)?"
)
_YEAR_LAST = re.compile(rf"(?P<first>\d\d?)(?P<mark>[-/.])(?P<second>\d\d?)(?P=mark)(?P<year>\d{{4}}|\d\d){_TIME}")
_MONTH_YEAR = re.compile(r"(?P<month>\d\d?)[-/.](?P<year>\d{4})")
_CLOCK = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19}")
_LONGEST = 80  # characters
_LATEST = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC).timestamp()


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as far as it is written: a year, a month of it, or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is in no calendar, with a ValueError."""
        datetime.date(self.year, self.month or 1, self.day or 1)

    def cut(self, time: str) -> str:
        """The year, month, week or day; empty where the date does not go so far."""
        if self.month is None or time == "year":
            return f"{self.year:04}" if time == "year" else ""
        if time == "month":
            return f"{self.year:04}-{self.month:02}"
        if self.day is None:
            return ""
        day = datetime.date(self.year, self.month, self.day)
        if time == "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        return day.isoformat()


def read_date(value: Any, day_first: bool | None = None) -> WrittenDate | None:
    """The date that a cell holds, in the local time that it gives; None where it holds none.

    A number of seconds (or milli-, micro- and nanoseconds) since 1970 names no local time: its day is that of UTC.

    Args:
        value: a date, text or a number.
        day_first: whether 05/04/2024 is in April (True) or in May; None where nobody knows, and such a date gives its
            year alone.
    """
    if isinstance(value, datetime.date):
        return WrittenDate(value.year, value.month, value.day)
    text = _spaced(value)
    try:
        return _named(text) or _numbered(text, day_first) or _clock(text)
    except (ValueError, OverflowError):
        return None


def _spaced(value: Any) -> str:
    """A cell as text with single spaces; empty where it is longer than any date."""
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value)
    return " ".join(text.split()) if len(text) < _LONGEST else ""


def _named(text: str) -> WrittenDate | None:
    for pattern in _NAMED:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            day = parts.get("day")
            return WrittenDate(int(parts["year"]), _MONTHS[parts["name"].lower()], int(day) if day else None)
    if (fields := parsedate(text)) and text[:1].isalpha() and fields[0] >= 1000:  # Tue Apr 30 23:30:00 2024
        return WrittenDate(*fields[:3])
    return None


def _numbered(text: str, day_first: bool | None) -> WrittenDate | None:
    for pattern in (_YEAR_FIRST, _COMPACT, _MONTH_YEAR):
        if found := pattern.fullmatch(text):
            parts = {name: int(digits) for name, digits in found.groupdict().items() if digits and digits.isdigit()}
            return WrittenDate(**parts)
    if not (found := _YEAR_LAST.fullmatch(text)):
        return _iso(text)
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 69 else 1900  # as the C library reads them
    order = _order(found)
    if order is None and first != second:
        order = day_first
        if order is None:
            return WrittenDate(year)
    day, month = (first, second) if order else (second, first)
    return WrittenDate(year, month, day)


def _iso(text: str) -> WrittenDate | None:
    try:
        day = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return WrittenDate(day.year, day.month, day.day)


def _clock(text: str) -> WrittenDate | None:
    if not _CLOCK.fullmatch(text):
        return None
    seconds = float(text)
    while seconds >= _LATEST:
        seconds /= 1000
    day = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return WrittenDate(day.year, day.month, day.day)


def _order(found: re.Match[str]) -> bool | None:
    """Whether the day stands first in a date that ends in the year; None where both readings are dates."""
    if found["mark"] == ".":  # no country writes a month, a dot, a day
        return True
    first, second = int(found["first"]), int(found["second"])
    return True if first > 12 else False if second > 12 else None


def day_orders(values: Iterable[Any]) -> set[bool | None]:
    """How a column writes its days: True for day before month, False for month before day, None where a date may be both.

    One date with a number above 12 tells it of all the others.
    """
    found = (_YEAR_LAST.fullmatch(_spaced(value)) for value in values if isinstance(value, str))
    return {_order(date) for date in found if date and date["mark"] != "." and date["first"] != date["second"]}
