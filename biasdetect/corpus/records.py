"""Reads input files into records, one at a time: text, id, carried columns and place in the file."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from biasdetect.corpus.errors import CorpusError
from biasdetect.corpus.input_files import InputFile, open_as_stored, open_unpacked
from biasdetect.reading.document import Document
from biasdetect.reading.files import MAX_BYTES, Format

Carried = str | int | float | bool | date | datetime | None

_TEXT_COLUMNS = ("text", "body", "content", "article", "articletext", "articlebody", "fulltext", "maintext", "story")
_MAX_LINE = 64_000_000  # bytes
_MAX_CELL = MAX_BYTES["html"]
_MAX_COLUMNS = 1000
_SAMPLE = 20  # records whose fields are looked at for the column of texts
_PARQUET_ROWS = 64  # at a time: texts are long
_MAX_INT = 2**63


@dataclass(frozen=True, slots=True)
class Record:
    """An article on its way.

    Attributes:
        place: ``path#number``, or the path of a document.
        article: its id: a column's value or the place; None where it could not be read.
        text: as it was read; a document once it is prepared.
        carried: further columns, by name.
        format: of the text; None where it is recognised.
        problem: why it cannot be scored; empty where it can.
        reprint_of: id of the article that it repeats.
        row: line or row in its source, from 1.
        done: bytes of its source that are read.
        source: number of its source, from 0.
        number: in the whole corpus, from 1.
    """

    place: str
    article: str | None
    text: str | bytes | Document
    carried: dict[str, Carried] = field(default_factory=dict)
    format: Format | None = None
    problem: str = ""
    reprint_of: str | None = None
    row: int = 1
    done: int = 0
    source: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns that the user named; None where they are found.

    Attributes:
        text: column of texts.
        id: column of ids.
        carried: columns to carry along; all others of scalar type by default.
        format: of the texts of a table (plain text by default), or of all documents (recognised by default).
    """

    text: str | None = None
    id: str | None = None
    carried: tuple[str, ...] | None = None
    format: Format | None = None


def text_column(source: InputFile, wanted: Wanted) -> str | None:
    """Name of the column of texts of a table; None for a document.

    Raises:
        CorpusError: where it cannot be read, or has not the columns that are wanted.
    """
    try:
        if source.form == "document":
            return None
        if source.form == "parquet":
            with open_as_stored(source) as file:
                return _choose(source, pq.ParquetFile(file).schema_arrow.names, wanted)
        if source.form == "csv":
            with _Table(source) as table:
                return _choose(source, table.header, wanted)
        with open_unpacked(source)[0] as stream:
            return _choose(source, _sampled_fields(stream), wanted)
    except (OSError, pa.ArrowException, csv.Error) as error:
        raise CorpusError(f"{source.path}: cannot be read ({_one_line(error)}). Check the file.") from None


def read_input_file(source: InputFile, wanted: Wanted, after: int = 0) -> Iterator[Record]:
    """The records of a source behind a row; a problem with one, or with the rest of the file, is stated in it.

    Args:
        source: the file.
        wanted: columns.
        after: number of the row behind which reading goes on.
    """
    readers = {"jsonl": _json_records, "csv": _csv_records, "parquet": _parquet_records, "document": _document}
    row = after
    try:
        if source.form != "document":
            text_column(source, wanted)
        for record in readers[source.form or "document"](source, wanted, after):
            row = record.row
            yield record
    except CorpusError as error:
        problem = str(error).removeprefix(f"{source.path}: ")
        yield Record(source.path, None, "", problem=problem, row=row + 1, done=source.size)
    except (OSError, pa.ArrowException, csv.Error) as error:
        problem = f"cannot be read from here on ({_one_line(error)}). Check the file."
        yield Record(f"{source.path}#{row + 1}", None, "", problem=problem, row=row + 1, done=source.size)


def read_input_files(
    sources: Iterable[tuple[int, InputFile, int]], wanted: Wanted, after: int = 0, number: int = 0
) -> Iterator[Record]:
    """The records of several sources, with their places in the corpus.

    Args:
        sources: number, source, bytes of those before; in order.
        wanted: columns.
        after: number of the row of the first source behind which reading goes on.
        number: of records before.
    """
    for index, source, before in sources:
        for record in read_input_file(source, wanted, after):
            number += 1
            yield replace(record, source=index, number=number, done=before + record.done)
        after = 0


def _document(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    if after:
        return
    with open_unpacked(source)[0] as stream:
        data = stream.read(max(MAX_BYTES.values()) + 1)
    yield Record(source.path, source.path, data, format=wanted.format, done=source.size)


def _json_records(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    stream, raw = open_unpacked(source)
    with stream:
        chosen = _choose(source, _sampled_fields(stream), wanted)
    stream, raw = open_unpacked(source)
    with stream:
        for number, line in _lines(stream):
            if number <= after or (line is not None and not line.strip()):
                continue
            place, done = f"{source.path}#{number}", raw.tell()
            try:
                fields = _object(line)
            except ValueError as error:
                yield Record(place, None, "", problem=str(error), row=number, done=done)
            else:
                yield _record(place, fields, chosen, wanted, number, done)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers; None for one that is too long."""
    number = 0
    while line := stream.readline(_MAX_LINE):
        number += 1
        whole = len(line) < _MAX_LINE or line.endswith(b"\n")
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        yield number, line if whole else None
        while not whole:
            rest = stream.readline(_MAX_LINE)
            whole = not rest or rest.endswith(b"\n")


def _object(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise ValueError(f"is a line of more than {_MAX_LINE // 1_000_000} MB.")
    try:
        value = json.loads(line.decode("utf-8", "surrogateescape"))
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg} at character {error.colno}).") from None
    except RecursionError:
        raise ValueError("is nested too deeply.") from None
    if not isinstance(value, dict):
        raise ValueError("is no JSON object. Each line has to be a record.")
    return value


def _sampled_fields(stream: BinaryIO) -> list[str]:
    names: dict[str, None] = {}
    records = 0
    for _, line in _lines(stream):
        try:
            names.update(dict.fromkeys(_object(line)))
        except ValueError:
            continue
        records += 1
        if records == _SAMPLE:
            break
    return list(names)


class _Table:
    """A table in text form, its first line read.

    Raises:
        CorpusError: where two columns have one name.
    """

    def __init__(self, source: InputFile) -> None:
        stream, self.raw = open_unpacked(source)
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        first = self._text.readline(_MAX_LINE)
        tab = PurePosixPath(source.name).suffix.lower() == ".tsv"
        self._delimiter = "\t" if tab else max(",;\t|", key=first.count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self._delimiter, strict=True), [])]
        if len(set(self.header)) < len(self.header):
            self._text.close()
            raise CorpusError(f"{source.path}: two of its columns have one name ({_some(self.header)}). Rename one.")

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def rows(self) -> Iterator[list[str] | str]:
        """Cells of each row that is not empty, or what is wrong with it."""
        previous = csv.field_size_limit(_MAX_CELL)  # a setting of the whole process
        reader = csv.reader(self._text, delimiter=self._delimiter, strict=True)
        try:
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    if "field limit" in str(error):
                        message = f"a cell of more than {_MAX_CELL:,} characters; is a quotation mark never closed?"
                        raise csv.Error(message) from None
                    yield f"is no row of a table ({error}). Double the quotation marks inside a cell."
                    continue
                if cells and len(cells) != len(self.header):
                    yield f"has {len(cells)} cells where the first line has {len(self.header)}."
                elif cells:
                    yield cells
        finally:
            csv.field_size_limit(previous)


def _csv_records(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    with _Table(source) as table:
        chosen = _choose(source, table.header, wanted)
        for number, cells in enumerate(table.rows(), 1):
            if number <= after:
                continue
            place, done = f"{source.path}#{number}", table.raw.tell()
            if isinstance(cells, str):
                yield Record(place, None, "", problem=cells, row=number, done=done)
            else:
                fields = dict(zip(table.header, cells, strict=True))
                yield _record(place, fields, chosen, wanted, number, done)


def _parquet_records(source: InputFile, wanted: Wanted, after: int) -> Iterator[Record]:
    with open_as_stored(source) as file:
        # pages are read one after another, so that a row group may be of any size
        parquet = pq.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False)
        schema = parquet.schema_arrow
        chosen = _choose(source, schema.names, wanted)
        names = [
            column.name
            for column in schema
            if column.name in (chosen, wanted.id, *(wanted.carried or ()))
            or (wanted.carried is None and not pa.types.is_nested(column.type) and not _is_binary(column.type))
        ]
        groups, number = _groups_behind(parquet, after)
        rows = max(parquet.metadata.num_rows, 1)
        for batch in parquet.iter_batches(_PARQUET_ROWS, row_groups=groups, columns=names):
            columns = {name: _values(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
            for index in range(batch.num_rows):
                number += 1
                if number > after:
                    fields = {name: column[index] for name, column in columns.items()}
                    done = source.size * number // rows
                    yield _record(f"{source.path}#{number}", fields, chosen, wanted, number, done)


def _groups_behind(parquet: Any, row: int) -> tuple[list[int], int]:
    """The row groups that hold rows behind a row, and the number of rows before them."""
    before = 0
    for group in range(parquet.num_row_groups):
        rows = parquet.metadata.row_group(group).num_rows
        if before + rows > row:
            return list(range(group, parquet.num_row_groups)), before
        before += rows
    return [], before


def _is_binary(kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _values(column: Any) -> list[Any]:
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":  # finer than Python's
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return [
            scalar.as_buffer().to_pybytes().decode("utf-8", "surrogateescape") if scalar.is_valid else None
            for scalar in column
        ]


def _choose(source: InputFile, names: Sequence[str], wanted: Wanted) -> str:
    """The column of texts.

    Raises:
        CorpusError: where it is not found, or another that the user named is missing.
    """
    for name in (wanted.text, wanted.id, *(wanted.carried or ())):
        if name is not None and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise CorpusError(f"{source.path}: has no column {name!r}. {hint}Its columns: {_some(names)}.")
    if wanted.text is not None:
        return wanted.text
    known = {name.casefold().replace("_", "").replace("-", "").replace(" ", ""): name for name in reversed(names)}
    found = next((known[name] for name in _TEXT_COLUMNS if name in known), None)
    if found is None:
        raise CorpusError(f"{source.path}: has no column of texts that is recognised. Name it with --text-column. Its columns: {_some(names)}.")  # fmt: skip
    return found


def _record(
    place: str, fields: dict[str, Any], text_name: str, wanted: Wanted, number: int, done: int
) -> Record:  # fmt: skip
    article: str | None = place
    if wanted.id is not None:
        value = _plain(fields.get(wanted.id), named=False)
        article = None if value in (None, "") else str(value)
    text = fields.get(text_name)
    try:
        if article is None:
            raise ValueError(f"has no id in column {wanted.id!r}.")
        if not isinstance(text, str):
            raise ValueError(f"its text, column {text_name!r}, is {'missing' if text is None else 'no string'}.")
        carried = _carried(fields, text_name, wanted)
        for value in (article, text, *carried, *carried.values()):
            if isinstance(value, str):
                refuse_half_characters(value)
    except ValueError as error:
        named = article if article is not None and _is_whole(article) else None
        return Record(place, named, "", problem=str(error), row=number, done=done)
    return Record(place, article, text, carried, wanted.format or "text", row=number, done=done)


def _carried(fields: dict[str, Any], text_name: str, wanted: Wanted) -> dict[str, Carried]:
    if wanted.carried is not None:
        return {name: _plain(fields.get(name), named=True) for name in wanted.carried}
    others = {
        name: _plain(value, named=False)
        for name, value in fields.items()
        if name not in (text_name, wanted.id) and not isinstance(value, (list, dict, bytes))
    }
    if len(others) > _MAX_COLUMNS:
        raise ValueError(f"has more than {_MAX_COLUMNS} columns. Name those to carry along with --columns.")
    return others


def _plain(value: Any, *, named: bool) -> Carried:
    """A cell as a type that every table has; what is nested is JSON text where the user named its column."""
    if value is None or isinstance(value, (str, bool, date)):
        return value
    if isinstance(value, int):
        return value if -_MAX_INT <= value < _MAX_INT else str(value)
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str) if named else None
    return None if isinstance(value, bytes) else str(value)


def _is_whole(text: str) -> bool:
    try:
        refuse_half_characters(text)
    except ValueError:
        return False
    return True


def refuse_half_characters(text: str) -> None:
    """Refuse text that has no UTF-8 form.

    Raises:
        ValueError: with what is wrong.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        if 0xDC80 <= code <= 0xDCFF:
            raise ValueError(f"byte 0x{code - 0xDC00:02X} in it is no UTF-8. Save the file as UTF-8.") from None
        raise ValueError(f"holds half a character (U+{code:04X}).") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "") if names else "none"
