"""Reads the first sheet with rows of a spreadsheet (.xlsx); openpyxl comes with the xlsx extra."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from biasdetect.errors import MissingExtraError
from biasdetect.reading.tables.delimited import column_names
from biasdetect.reading.tables.rows import Limits, TableError, TableRow, too_large

_ARCHIVES = {
    "mimetype": "an OpenDocument file. Save it as .xlsx or CSV",
    "word/document.xml": "a Word file, of which comments and highlights are not read. Put a sentence and its label in each row of a table",
    "project.qde": "a project of a program for qualitative analysis (REFI-QDA). Export the coded segments as .xlsx or CSV",
    "": "a zip archive. Unpack it, and name the table in it",
}  # fmt: skip
"""What an archive is by a file in it; the last is what else it may be."""


class Spreadsheet:
    """A spreadsheet, the names of its columns read.

    Attributes:
        names: of the columns: the first row that is not empty.
        sheet: its name, and those of the others.
    """

    def __init__(self, file: Any, limits: Limits) -> None:
        """Open it.

        Raises:
            TableError: where it is none, or beyond the bounds.
            MissingExtraError: without openpyxl.
        """
        try:
            import openpyxl
        except ImportError as error:
            raise MissingExtraError("Reading .xlsx", "xlsx") from error
        _check(file, limits)
        try:
            with warnings.catch_warnings(action="ignore"):  # of styles and pictures that it leaves out
                self._book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            self._rows, self.sheet = self._first()
        except TableError:
            raise
        except Exception as error:  # the library lets errors of many kinds through from damaged files
            raise _damaged(error) from None

    def rows(self) -> Iterator[TableRow]:
        """The rows that are not empty."""
        number = 0
        try:
            for line, cells in self._rows:
                number += 1
                if any(cell is not None for cell in cells[len(self.names) :]):
                    raise TableError("cells", f"has more cells than the {len(self.names)} that the first row names. Name all columns.", line)  # fmt: skip
                filled = [*cells, *[None] * (len(self.names) - len(cells))]
                yield TableRow(number, line, dict(zip(self.names, filled, strict=False)))
        except TableError:
            raise
        except Exception as error:  # as above
            raise _damaged(error) from None

    def _first(self) -> tuple[Iterator[tuple[int, list[Any]]], str]:
        sheets = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            sheet.reset_dimensions()  # which some programs write wrongly
            rows = _filled(sheet)
            if header := next(rows, None):
                cells = header[1]
                while cells and cells[-1] is None:
                    cells.pop()
                self.names = column_names(["" if cell is None else str(cell) for cell in cells])
                return rows, sheet.title
        raise TableError("empty", "holds no sheet with rows.")


def _filled(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl.utils.escape import unescape

    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell not in (None, "") for cell in cells):
            yield line, [unescape(cell) if isinstance(cell, str) and "_x" in cell else cell for cell in cells]


def _check(file: Any, limits: Limits) -> None:
    """Refuse what is no spreadsheet, and one that would fill the memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except Exception as error:  # zipfile lets errors of many kinds through from damaged files
        raise _damaged(error) from None
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/") for name in names):
        raise TableError("format", f"is {next(what for name, what in _ARCHIVES.items() if name in names or not name)}.")
    if "xl/workbook.xml" not in names and "xl/workbook.bin" in names:
        raise TableError("format", "is a binary spreadsheet (.xlsb). Save it as .xlsx or CSV.")
    most = min(limits.spreadsheet, limits.unpacked or limits.spreadsheet)
    if sum(entry.file_size for entry in entries) > most:
        raise too_large(most)


def _damaged(error: Exception) -> TableError:
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")
    return TableError("format", f"is no readable spreadsheet ({reason}). Save it anew, or as CSV.")
