"""Reads labelled tables: CSV, JSON, spreadsheets and Parquet, by the reader of tables that articles have too."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from biasdetect.labels import rows
from biasdetect.labels.formats.datasets import plain_value
from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.formats.shapes import shaped_rows
from biasdetect.labels.formats.tokens import as_text
from biasdetect.labels.records import Place, Problem
from biasdetect.labels.rows import Row, RowSource, UnreadableError, encoding_trouble, value_trouble
from biasdetect.reading.tables import Limits, Table, TableError, TableRow

_NAMES = {"CSV": "table", "xlsx": "spreadsheet", "Parquet": "Parquet"}  # JSON is named by its shape


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    limits = Limits(cell=rows.MAX_CELL, line=rows.MAX_BYTES, unpacked=rows.MAX_BYTES, rows=rows.MAX_ROWS)
    try:
        with Table(io.BytesIO(given.data), given.path.name, given.encoding, limits) as table:
            if table.mixed:
                message = (
                    "holds bytes that are no UTF-8; they are read as Windows-1252. Pass --encoding where that is wrong."
                )
                source.warnings.append(Problem("encoding", message, Place(source.name)))
            if table.form == "JSON":
                yield from shaped_rows(source, _values(source, table))
                return
            source.format = f"{_NAMES[table.form]}{', ' if table.note else ''}{table.note}"
            for row in _good(source, table):
                fields = as_text({name: plain_value(value) for name, value in row.fields.items()})
                if trouble := value_trouble(fields):
                    source.reject("value", trouble[1], row.line, fields, trouble[0])
                else:
                    yield Row(row.line, fields, fields)
    except TableError as error:
        raise UnreadableError(error.kind, str(error), error.line) from None


def _values(source: RowSource, table: Table) -> Iterator[tuple[int, Any, Any]]:
    return ((row.line, as_text(row.fields), row.fields) for row in _good(source, table))


def _good(source: RowSource, table: Table) -> Iterator[TableRow]:
    """The rows that can be read; notes the others."""
    named = encoding_trouble(" ".join(table.names))
    if named and table.form == "CSV":
        raise UnreadableError("encoding", f"in the names of the columns, {named}", 1)
    size = 0
    for row in table.rows():
        raw = row.fields if row.raw is None else row.raw
        size += sum(len(value) for value in row.fields.values() if isinstance(value, str))
        if size > rows.MAX_BYTES:  # of Parquet, where few bytes may unfold into many
            raise UnreadableError(
                "too-large", f"is larger than {rows.MAX_BYTES // 1_000_000} MB once unpacked. Split it."
            )
        if row.trouble and row.trouble.kind == "json" and isinstance(raw, str) and (bytes_ := encoding_trouble(raw)):
            source.reject("encoding", bytes_, row.line, raw)
        elif row.trouble:
            source.reject(row.trouble.kind, row.trouble.message, row.line, raw, row.trouble.column)
        elif trouble := _undecoded(row.fields):
            source.reject("encoding", trouble[1], row.line, raw, trouble[0] if table.form == "CSV" else "")
        else:
            yield row


def _undecoded(fields: dict[str, Any]) -> tuple[str, str] | None:
    """Column and description of bytes that are not of the encoding that was named."""
    for name, value in fields.items():
        for text in (name, value):
            if isinstance(text, str) and (trouble := encoding_trouble(text)):
                return name, trouble
    return None


FORMAT = Format(lambda _: True, _rows)
