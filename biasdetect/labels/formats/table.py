"""Reads tables as text: CSV, TSV, and semicolons or bars between the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from biasdetect.labels.formats.protocol import Format, Input
from biasdetect.labels.names import shown
from biasdetect.labels.rows import HALF_CHARACTER, MAX_CELL, Row, RowSource, UnreadableError, encoding_trouble


def _rows(source: RowSource, given: Input) -> Iterator[Row]:
    source.format = "table"
    header_line = given.text.partition("\n")[0]
    delimiter = max(",\t;|", key=header_line[:10_000].count)
    previous = csv.field_size_limit(MAX_CELL)  # a setting of the whole process
    try:
        yield from _table(source, csv.reader(io.StringIO(given.text, newline=""), delimiter=delimiter, strict=True))
    finally:
        csv.field_size_limit(previous)


def _table(source: RowSource, reader: Any) -> Iterator[Row]:
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _table_trouble(source, str(error), line)
            continue
        if not cells:
            continue
        if header is None:
            header = [name.strip() for name in cells]
            if trouble := encoding_trouble(" ".join(header)):
                raise UnreadableError("encoding", f"in the names of the columns, {trouble}", line)
            twice = {name for name in header if header.count(name) > 1}
            if twice:
                names = ", ".join(shown(name) for name in sorted(twice)[:3])
                raise UnreadableError("columns", f"has two columns named {names}. Rename one.", 1)
            continue
        row = dict(zip(header, cells, strict=False))
        if trouble := next((found for cell in cells if (found := encoding_trouble(cell))), ""):
            column = next((name for name, cell in row.items() if encoding_trouble(cell)), "")
            source.reject("encoding", trouble, line, row, column)
        elif len(cells) != len(header):
            message = f"has {len(cells)} of {len(header)} cells. Correct it, or quote the delimiter."
            source.reject("cells", message, line, cells)
        elif trouble := next(
            (f"holds half a character: {shown(cell)}" for cell in cells if HALF_CHARACTER.search(cell)), ""
        ):
            source.reject("value", trouble, line, row)
        else:
            yield Row(line, row, row)


def _table_trouble(source: RowSource, message: str, line: int) -> None:
    if "field limit" in message:
        raise UnreadableError(
            "too-large",
            f"has a cell of more than {MAX_CELL:,} characters; nothing is read from there on. "
            "Shorten it, or close a quotation mark that stays open.",
            line,
        )
    if "unexpected end" in message:
        raise UnreadableError("csv", "opens a quotation mark here that is never closed; the rest is not read.", line)
    source.reject("csv", f"is no table row ({message}). Double the quotation marks inside a cell.", line, None)


FORMAT = Format(lambda _: True, _rows)
