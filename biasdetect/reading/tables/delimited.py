"""Reads tables as text: CSV, TSV, and semicolons or bars between the cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from biasdetect.reading.tables.rows import Limits, TableError, TableRow, Trouble

_DELIMITERS = ",\t;|"
_SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?\s*$', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_HEADER = 100_000  # characters of the first line in which delimiters are counted


class DelimitedTable:
    """A table as text, its names of columns read.

    Attributes:
        names: of the columns.
    """

    def __init__(self, stream: TextIO, limits: Limits) -> None:
        """Read the names of the columns.

        Raises:
            TableError: where there are none, or two columns have one name.
        """
        self._limits = limits
        self._before = 0  # lines in front of what the reader of cells sees
        self._stream = stream
        first = self._line()
        if found := _SEPARATOR.match(first):  # as Excel writes and obeys it
            delimiter, self._before, first = found[1], 1, self._line()
        else:
            while first and not first.strip():
                self._before, first = self._before + 1, self._line()
            bare = _QUOTED.sub("", first[:_HEADER])
            delimiter = max(_DELIMITERS, key=bare.count)
        self._reader = csv.reader(self._lines(first), delimiter=delimiter, strict=True)
        self.names: list[str] = []
        with _cells_of(limits.cell):
            try:
                self.names = column_names(next(self._reader, []))
            except csv.Error as error:
                self._refuse(str(error), 1)
                raise TableError("csv", f"its first line is no table row ({error}). Correct it.", 1) from None

    def rows(self) -> Iterator[TableRow]:
        """The rows that are not empty; raises TableError where the rest cannot be read."""
        number = 0
        with _cells_of(self._limits.cell):
            while True:
                line = self._before + self._reader.line_num + 1
                try:
                    cells = next(self._reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    self._refuse(str(error), line)
                    number += 1
                    message = f"is no table row ({error}). Double the quotation marks inside a cell."
                    yield TableRow(number, line, {}, None, Trouble("csv", message))
                    continue
                if not cells:
                    continue
                number += 1
                fields = dict(zip(self.names, cells, strict=False))
                if len(cells) == len(self.names):
                    yield TableRow(number, line, fields)
                else:
                    message = f"has {len(cells)} of {len(self.names)} cells. Correct it, or quote the delimiter."
                    yield TableRow(number, line, fields, cells, Trouble("cells", message))

    def _line(self) -> str:
        line = self._stream.readline(self._limits.line)
        if len(line) == self._limits.line and not line.endswith(("\n", "\r")):
            raise TableError("too-large", f"has a line of more than {self._limits.line // 1_000_000} million characters; is it a table?")  # fmt: skip
        return line

    def _lines(self, first: str) -> Iterator[str]:
        while first:
            yield first
            first = self._line()

    def _refuse(self, message: str, line: int) -> None:
        """Raise an error for what breaks the rest of the table."""
        if "field limit" in message:
            raise TableError("too-large", f"has a cell of more than {self._limits.cell:,} characters; nothing is read from there on. Shorten it, or close a quotation mark that stays open.", line) from None  # fmt: skip
        if "unexpected end" in message:
            raise TableError("csv", "opens a quotation mark here that is never closed; the rest is not read.", line) from None  # fmt: skip


def column_names(cells: list[str]) -> list[str]:
    """Names of columns; those without one, where there are several, by their place.

    Raises:
        TableError: where two have one name.
    """
    names = [name.strip() for name in cells]
    if names.count("") > 1:
        names = [name or f"column {place}" for place, name in enumerate(names, 1)]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        shown = ", ".join(f'"{name[:60]}"' for name in twice[:3])
        raise TableError("columns", f"has two columns named {shown}. Rename one.", 1)
    return names


@contextmanager
def _cells_of(limit: int) -> Iterator[None]:
    """Bound the length of a cell, which is a setting of the whole process."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)
