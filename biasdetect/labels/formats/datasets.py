"""Reads folders of the datasets library and sets of the hub; the library comes with the train extra."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from biasdetect.errors import MissingExtraError
from biasdetect.labels.formats.protocol import FILE_SUFFIXES, Format, Input, Record
from biasdetect.labels.names import shown
from biasdetect.labels.rows import MAX_BYTES, MAX_ROWS, Row, RowSource, UnreadableError, value_trouble

_SAVED = ("dataset_info.json", "dataset_dict.json", "state.json")
_HUB = re.compile(r"(?:hub:)?[\w.-]+/[\w.-]+|hub:[\w.-]+")


def _saved_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """Rows of a folder that ``datasets`` saved with ``save_to_disk``."""
    datasets = _library()
    source.format = "datasets folder"
    try:
        data = datasets.load_from_disk(str(given.path))
    except Exception as error:  # the library raises many kinds for a damaged folder
        raise UnreadableError("format", f"cannot be loaded by datasets ({shown(str(error), 100)}).") from None
    yield from dataset_rows(source, data, given.split)


def _hub_rows(source: RowSource, given: Input) -> Iterator[Row]:
    """Rows of a data set on the hub."""
    datasets = _library()
    source.format = "hub"
    try:
        data = datasets.load_dataset(given.name.removeprefix("hub:"))
    except Exception as error:  # the library raises many kinds for an unreachable or unknown set
        reason = f"{type(error).__name__}: {shown(str(error), 100)}"
        raise UnreadableError("unreadable", f"is no file, and cannot be loaded from the hub ({reason}).") from None
    yield from dataset_rows(source, data, given.split)


def _library() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("A set of the datasets library", "train") from error
    return datasets


def dataset_rows(source: RowSource, data: Any, split: str | None) -> Iterator[Row]:
    """Rows of a set of the ``datasets`` library, or of one split of several.

    Raises:
        UnreadableError: where there is no such split, or it is too large.
    """
    if hasattr(data, "keys"):
        name = split or ("train" if "train" in data else next(iter(data)))
        if name not in data:
            raise UnreadableError("split", f"has no split {shown(name)}; it has {', '.join(data)}. Pass --split.")
        if len(data) > 1 and not split:
            source.format += f", split {name} of {', '.join(data)}"
        data = data[name]
    _bounded(data.num_rows, data.data.nbytes)
    classes = {
        name: feature.names for name, feature in data.features.items() if hasattr(feature, "names")
    }  # the number of a class says nothing: 0 may be "biased"

    def named(record: Record) -> Record:
        for column, names in classes.items():
            if isinstance(record[column], int) and 0 <= record[column] < len(names):
                record[column] = names[record[column]]
        return record

    yield from _numbered(source, map(named, data))


def _bounded(rows: int, size: int) -> None:
    if rows > MAX_ROWS:
        raise UnreadableError("too-large", f"holds {rows:,} rows, more than {MAX_ROWS:,}. Split it.")
    if size > MAX_BYTES:
        raise UnreadableError("too-large", f"is larger than {MAX_BYTES // 1_000_000} MB once unpacked. Split it.")


def _numbered(source: RowSource, records: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    size = 0
    for number, record in enumerate(records, 1):
        row = {str(key): plain_value(value) for key, value in record.items()}
        size += sum(len(value) for value in row.values() if isinstance(value, str))
        _bounded(number, size)
        if trouble := value_trouble(row):
            source.reject("value", trouble[1], number, row, trouble[0])
        else:
            yield Row(number, row, row)


def plain_value(value: Any) -> Any:
    """JSON data: dates, decimals and bytes become text, a missing number becomes None."""
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, dict):
        return {str(key): plain_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(part) for part in value]
    if hasattr(value, "tolist"):  # numpy's numbers and arrays
        return plain_value(value.tolist())
    return str(value)


def _is_saved(given: Input) -> bool:
    return given.path.is_dir() and any((given.path / name).is_file() for name in _SAVED)


def _is_hub_name(given: Input) -> bool:
    return not given.path.exists() and bool(_HUB.fullmatch(given.name)) and given.suffix not in FILE_SUFFIXES


HUB = Format(_is_hub_name, _hub_rows)
SAVED = Format(_is_saved, _saved_rows)
