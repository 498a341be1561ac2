"""Reads scored tables in batches: rows of sentences or articles, in three file formats, as one form. Needs pyarrow."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from biasdetect.errors import DataError
from biasdetect.results import Voice

Rows = Literal["articles", "sentences"]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_BOTH = ("article", "reprint_of", "score", "words", "phrases", "model", "settings")
_NEEDED: dict[Rows, tuple[str, ...]] = {
    "articles": (*_BOTH, "sentences", "outlet_sentences", "flagged_sentences"),
    "sentences": (*_BOTH, "sentence", "voice"),
}
_UNREAD: dict[Rows, tuple[str, ...]] = {  # also of the result and not of the reader's own columns
    "articles": ("outlet_score", "others_score", "skipped", "warning"),
    "sentences": ("text", "start", "end", "role", "speaker", "warning"),
}
_NUMBERS = ("score", "words", "sentences", "outlet_sentences", "flagged_sentences", "sentence")
_TEXTS = ("article", "reprint_of", "model", "settings", "voice")
_COUNTED = [voice.value for voice in Voice if voice.counts]
_PHRASE_PARTS = ("text", "category", "voice")
_BATCH = 32_768  # rows
_BLOCK = 16 << 20  # bytes of CSV at a time: the longest row that can be read
_BROKEN = (OSError, EOFError, zlib.error, ValueError, TypeError, csv.Error, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """A scored file.

    Attributes:
        path: where it is.
        form: ``parquet``, ``csv`` or ``jsonl``, the latter two perhaps compressed.
        rows: what a row of it is.
        carried: the columns that scoring carried through, and whether they hold dates by their type.
    """

    path: Path
    form: str
    rows: Rows
    carried: dict[str, bool]


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Some rows of one file, in its order.

    Attributes:
        rows: what a row is.
        columns: per name, the texts of the result, and the carried columns that were asked for.
        numbers: per name, the numbers of the result; NaN where there is none.
        phrase_row: per phrase that counts, the row that it is in.
        phrase_text: per phrase that counts, its text.
        phrase_category: per phrase that counts, its category.
    """

    rows: Rows
    columns: dict[str, Any]
    numbers: dict[str, Floats]
    phrase_row: Integers
    phrase_text: Any
    phrase_category: Any


def open_scored(path: Path) -> ScoredTable:
    """Look at the columns of a file that ``biasdetect corpus`` wrote.

    Raises:
        DataError: where there is no such file, or it is none of these.
    """
    form = _form(path)
    try:
        columns = _columns(path, form)
    except FileNotFoundError:
        raise DataError(f"No file {path}. Name what biasdetect corpus wrote with --out.") from None
    except _BROKEN as error:
        raise _unreadable(path, error) from error
    if not columns:
        raise DataError(f"{path} is empty. Name what biasdetect corpus wrote with --out.")
    lacking: dict[Rows, list[str]] = {
        kind: [name for name in needed if name not in columns] for kind, needed in _NEEDED.items()
    }
    rows = min(lacking, key=lambda kind: len(lacking[kind]))
    if lacking[rows]:
        raise DataError(
            f"{path} is not a file that biasdetect corpus wrote: columns missing: {', '.join(lacking[rows])}."
        )
    own = {*_NEEDED[rows], *_UNREAD[rows]}
    return ScoredTable(path, form, rows, {name: dated for name, dated in columns.items() if name not in own})


def read_scored(source: ScoredTable, carried: Sequence[str]) -> Iterator[RowBatch]:
    """The rows of a file with the named carried columns, in batches.

    Raises:
        DataError: where a column does not hold what ``biasdetect corpus`` writes, or the file is damaged.
    """
    names = [*_NEEDED[source.rows], *carried]
    try:
        for columns in _READERS[source.form](source.path, names):
            yield _batch(source.rows, columns)
    except _BROKEN as error:
        raise _unreadable(source.path, error) from error


def read_column(source: ScoredTable, name: str) -> Iterator[Any]:
    """The values of one carried column, in batches.

    Raises:
        DataError: where the file is damaged.
    """
    try:
        for columns in _READERS[source.form](source.path, [name]):
            yield columns[name]
    except _BROKEN as error:
        raise _unreadable(source.path, error) from error


def shown(value: Any) -> str:
    """A value of a column as text, the same from all forms of file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # JSON may hold half of a surrogate pair, which Arrow's strings cannot
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _form(path: Path) -> str:
    name = path.name.lower()
    if name.endswith(".parquet"):
        return "parquet"
    for form in ("csv", "jsonl"):
        if name.endswith((f".{form}", f".{form}.gz")):
            return form
    raise DataError(f"{path} is no .parquet, .csv or .jsonl (also .gz) file. Name what biasdetect corpus wrote.")


def _unreadable(path: Path, error: Exception) -> DataError:
    reason = " ".join(str(error).split())[:300]
    return DataError(
        f"{path} cannot be read as a scored corpus: {reason}. Is it whole, and as biasdetect corpus wrote it?"
    )


def _columns(path: Path, form: str) -> dict[str, bool]:
    """Names of the columns, and whether they hold dates by their type."""
    if form == "parquet":
        import pyarrow.parquet

        return {field.name: _holds_dates(field.type) for field in pyarrow.parquet.read_schema(path)}
    with _text(path) as file:
        if form == "csv":
            return dict.fromkeys(next(csv.reader(file), []), False)
        return dict.fromkeys(next(_records(file), {}), False)


def _holds_dates(kind: Any) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _text(path: Path) -> io.TextIOWrapper:
    opened = gzip.open if path.name.lower().endswith(".gz") else io.open
    return opened(path, "rt", encoding="utf-8-sig", newline="")


def _records(file: io.TextIOWrapper) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number} is no JSON: {error}") from error
            if not isinstance(record, dict):
                raise ValueError(f"line {number} is no JSON object")
            yield record


def _parquet(path: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(_BATCH, columns=list(names)):
            yield {name: batch.column(name) for name in names}


def _csv(path: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """As text, since a type guessed from the first rows may not be that of the last."""
    import pyarrow.csv

    with pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    ) as reader:
        for batch in reader:
            columns = {name: batch.column(name) for name in names}
            if "phrases" in columns:
                columns["phrases"] = [json.loads(text) if text else [] for text in columns["phrases"].to_pylist()]
            yield columns


def _jsonl(path: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    with _text(path) as file:
        records = _records(file)
        while rows := list(islice(records, _BATCH)):
            columns: dict[str, Any] = {"phrases": [record.get("phrases") or [] for record in rows]}
            for name in names:
                values = [record.get(name) for record in rows]
                if name in _NUMBERS:
                    columns[name] = pa.array(values, pa.float64())
                elif name != "phrases":
                    columns[name] = pa.array([None if value is None else shown(value) for value in values], pa.string())
            yield columns


_READERS = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}


def _batch(rows: Rows, columns: dict[str, Any]) -> RowBatch:
    phrases = columns.pop("phrases")
    row, text, category = _from_records(phrases) if isinstance(phrases, list) else _from_structs(phrases)
    numbers = {name: _numbers(name, columns.pop(name)) for name in _NUMBERS if name in columns}
    nested = [name for name, column in columns.items() if pa.types.is_nested(column.type)]
    if nested:
        raise ValueError(f"column {nested[0]} holds lists or records, and not single values")
    texts = {name: columns[name].cast(pa.string()) for name in _TEXTS if name in columns}
    return RowBatch(rows, {**columns, **texts}, numbers, row, text, category)


def _numbers(name: str, column: Any) -> Floats:
    values = column.cast(pa.float64())
    numbers: Floats = values.to_numpy(zero_copy_only=False)
    given = numbers[values.is_valid().to_numpy(zero_copy_only=False)]
    if not (np.isfinite(given).all() and (given >= 0).all()):
        raise ValueError(f"column {name} holds values that are no number from 0 on")
    return numbers


def _from_structs(column: Any) -> tuple[Integers, Any, Any]:
    """The phrases that count, from a list of structs per row."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or not pa.types.is_struct(kind.value_type):
        raise ValueError(f"column phrases is {kind}, and not a list of structs")
    lacking = [part for part in _PHRASE_PARTS if kind.value_type.get_field_index(part) < 0]
    if lacking:
        raise ValueError(f"column phrases lacks {', '.join(lacking)}")
    flat = pc.list_flatten(column)
    text, category, voice = (pc.struct_field(flat, part).cast(pa.string()).fill_null("") for part in _PHRASE_PARTS)
    counts = pc.is_in(voice, pa.array(_COUNTED))
    row = pc.list_parent_indices(column).filter(counts).to_numpy(zero_copy_only=False)
    return row.astype(np.int64), text.filter(counts), category.filter(counts)


def _from_records(rows: Sequence[Any]) -> tuple[Integers, Any, Any]:
    """The phrases that count, from a list of dictionaries per row."""
    found = []
    for number, phrases in enumerate(rows):
        for phrase in phrases:
            try:
                text, category, voice = (phrase[part] for part in _PHRASE_PARTS)
            except (KeyError, TypeError) as error:
                raise ValueError(f"a phrase without {', '.join(_PHRASE_PARTS)}: {str(phrase)[:80]}") from error
            if voice in _COUNTED:
                found.append((number, shown(text), shown(category)))
    row, text, category = zip(*found, strict=True) if found else ((), (), ())
    return np.array(row, np.int64), pa.array(text, pa.string()), pa.array(category, pa.string())
