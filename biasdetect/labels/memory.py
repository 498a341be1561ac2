"""Reads labels that are in memory: data frames, sets of the datasets library, records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.labels.build import Built
from biasdetect.labels.formats.datasets import dataset_rows, plain_value
from biasdetect.labels.formats.shapes import shaped_rows
from biasdetect.labels.formats.tokens import as_text
from biasdetect.labels.names import shown
from biasdetect.labels.records import LabelRecord, Place
from biasdetect.labels.rows import Row, RowSource, UnreadableError

LabelData = Any
"""A path or name, several of them, a data frame, a table of Arrow, a set of the datasets library, or an iterable of records
(dictionaries, or :class:`biasdetect.labels.LabelRecord`)."""

NAME = "data"
"""What labels in memory are called where something is said of them."""


def as_sources(data: LabelData) -> list[Any]:
    """What labels are read from, one by one: each is a name or holds the labels itself, and can be read twice.

    Raises:
        TypeError: where it is nothing that labels could be read from.
    """
    if isinstance(data, str | Path):
        return [data]
    if hasattr(data, "to_pylist"):  # Arrow's tables are not iterable
        return [data]
    if isinstance(data, bytes) or not isinstance(data, Iterable):
        raise TypeError(f"labels are a path, a data frame, a data set or records, not {type(data).__name__}")
    if isinstance(data, Sequence) and data and all(isinstance(one, str | Path) for one in data):
        return list(data)
    return [list(data) if isinstance(data, Iterator) else data]


def is_name(source: Any) -> bool:
    """Whether a source is a path or the name of a data set, and does not hold the labels itself."""
    return isinstance(source, str | Path)


def given_records(source: Any) -> list[Built] | None:
    """The records where they are records already; None otherwise."""
    if not (isinstance(source, Sequence) and source and all(isinstance(one, LabelRecord) for one in source)):
        return None
    return [_built(record, number) for number, record in enumerate(source, 1)]


def _built(record: LabelRecord, number: int) -> Built:
    place = record.place if record.place.file else Place(NAME, number)
    raw = record.to_dict()
    return Built(replace(record, place=place), [Row(place.line or number, raw, raw, file=place.file)])


def open_memory(data: Any, name: str = NAME, split: str | None = None) -> RowSource:
    """Rows of labels in memory; what is wrong with one is a problem of the result, never raised.

    Args:
        data: as in :data:`LabelData`, without names.
        name: that messages give it.
        split: of a set that has several; by default ``train``.
    """
    source = RowSource(name)
    try:
        for row in _rows(source, data, split):
            row.file = row.file or name
            source.rows.append(row)
    except UnreadableError as error:
        source.fail(error.kind, str(error), error.line)
    return source


def _rows(source: RowSource, data: Any, split: str | None) -> Iterator[Row]:
    sets = list(data.values()) if isinstance(data, Mapping) else [data]
    if sets and all(hasattr(one, "features") and hasattr(one, "num_rows") for one in sets):
        source.format = "datasets"
        return dataset_rows(source, data, split)
    values = (
        (number, as_text({str(key): plain_value(cell) for key, cell in row.items()}) if isinstance(row, Mapping) else row, row)
        for number, row in enumerate(_records(data), 1)
    )  # fmt: skip
    return shaped_rows(source, values)


def _records(data: Any) -> Iterable[Any]:
    """The rows of whatever holds some, as dictionaries."""
    if isinstance(data, Mapping):
        raise DataError(f"A dictionary with {', '.join(map(shown, list(data)[:4]))} holds no labels. Pass a list of records, or pandas.DataFrame(data).")  # fmt: skip
    if hasattr(data, "to_dict") and hasattr(data, "notna"):  # pandas
        return list(data.astype(object).where(data.notna(), None).to_dict("records"))
    for method in ("to_dicts", "to_pylist"):  # polars, Arrow
        if hasattr(data, method):
            return list(getattr(data, method)())
    return (one.to_dict() if isinstance(one, LabelRecord) else one for one in data)
