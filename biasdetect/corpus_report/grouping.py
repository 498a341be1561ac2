"""Groups scored rows by carried columns, and by year, month, week or day of a date column."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from biasdetect.corpus_report.dates import day_orders, read_date
from biasdetect.corpus_report.scored_rows import Integers, ScoredTable, read_column, shown

UNKNOWN = "unknown"
"""Stands for a value that is missing, and for a date that cannot be read."""

TIMES = ("year", "month", "week", "day")
"""What a date is cut to, from the coarsest to the finest."""

_DATE_NAMES = (
    *("date", "published", "published_at", "publication_date", "publish_date", "pub_date", "pubdate"),
    *("published_date", "datetime", "timestamp", "time", "created_at", "created"),
)


@dataclass(frozen=True, slots=True)
class GroupingColumn:
    """One of the names of ``--by``.

    Attributes:
        name: as the reader gave it.
        column: where its values come from.
        time: one of :data:`TIMES` where the value is a date that is cut; None where it is taken as it stands.
        day_first: whether 05/04/2024 is in April; None where the column does not tell.
        ambiguous: whether there are such dates, and nothing tells how they are meant.
    """

    name: str
    column: str
    time: str | None = None
    day_first: bool | None = None
    ambiguous: bool = False


def resolve(
    by: Sequence[str],
    sources: Sequence[ScoredTable],
    date_column: str | None = None,
    day_first: bool | None = None,
) -> list[GroupingColumn]:
    """Find the columns behind the names of ``--by``.

    A carried column of the name goes first; ``year``, ``month``, ``week`` and ``day`` are else cut from the date
    column: ``date_column``, or the one that holds dates by its type, or else by its name. Whether 05/04/2024 is in
    April or in May is told by ``day_first``, or by the column's other dates.

    Raises:
        DataError: where that column cannot be read.
        ValueError: for a name that is neither, with the nearest one that is, and where no date column, or more than
            one, can be found.
    """
    carried = {name: dated for name, dated in sources[0].carried.items() if all(name in s.carried for s in sources)}
    if date_column is not None:
        _known(date_column, carried, ())
    parts = []
    for name in dict.fromkeys(by):
        if name in TIMES and (date_column is not None or name not in carried):
            column = date_column or _date_column(name, carried)
            orders = {day_first} if day_first is not None else _day_orders(sources, column)
            told = orders - {None}
            order = told.pop() if len(told) == 1 else None
            parts.append(GroupingColumn(name, column, name, order, order is None and None in orders))
        else:
            _known(name, carried, TIMES)
            parts.append(GroupingColumn(name, name))
    return parts


def _day_orders(sources: Sequence[ScoredTable], column: str) -> set[bool | None]:
    orders: set[bool | None] = set()
    for source in sources:
        if not source.carried[column]:
            for values in read_column(source, column):
                orders |= day_orders(values.unique().to_pylist()) if pa.types.is_string(values.type) else set()
    return orders


def labels(part: GroupingColumn, column: Any) -> tuple[list[str], Integers]:
    """The different values of a column as text, and which of them each row has."""
    if part.time and pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)  # the time of day tells nothing here
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = column.indices.fill_null(len(column.dictionary)).to_numpy(zero_copy_only=False)
    values = [_python(value) for value in column.dictionary] + [None]
    texts = [cut(value, part.time, part.day_first) if part.time else shown(value).strip() for value in values]
    return [text or UNKNOWN for text in texts], codes.astype(np.int64)


def cut(value: Any, time: str, day_first: bool | None = None) -> str:
    """Year, month, week or day of a date in any form of :func:`biasdetect.corpus_report.dates.read_date`.

    Empty where it cannot be read, or does not go so far.
    """
    found = read_date(value, day_first)
    return found.cut(time) if found else ""


def begins(label: str, time: str) -> datetime.date:
    """The first day of a year, month, week or day as :func:`cut` names it."""
    if time == "week":
        return datetime.date.fromisoformat(f"{label}-1")
    return datetime.date.fromisoformat(label + {"year": "-01-01", "month": "-01", "day": ""}[time])


def _python(value: Any) -> Any:
    try:
        return value.as_py()
    except (ValueError, OverflowError):  # a date that Python has no form for
        return None


def _known(name: str, carried: dict[str, bool], besides: Sequence[str]) -> None:
    if name in carried:
        return
    nearest = difflib.get_close_matches(name, [*carried, *besides], 1, 0.5)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    there = f"There are: {', '.join(carried)}." if carried else "No column was carried through."
    raise ValueError(f"No column {name!r}.{hint} {there}")


def _date_column(time: str, carried: dict[str, bool]) -> str:
    names = sorted(carried, key=lambda name: name.lower())
    choices = (
        [name for name in names if carried[name]],
        *([name for name in names if name.lower() == known] for known in _DATE_NAMES),
        [name for name in names if "date" in name.lower()],
    )
    found = next((choice for choice in choices if choice), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"Several columns hold dates: {', '.join(found)}. Name one with --date-column.")
    raise ValueError(
        f"No column of dates to make {time!r} from. Name one with --date-column. There are: {', '.join(carried) or 'none'}."
    )
